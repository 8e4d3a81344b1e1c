import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Op, Value } from '../../spec/session-store-v2/ops.ts';
import { connect } from './client.ts';
import type { Client } from './client.ts';
import { PortFault } from './fault.ts';
import { sessionStoreCodec } from './session-store-v2.ts';
import { stdioPort } from './stdio-port.ts';

const root = join(import.meta.dirname, '../..');
const at = '2026-01-01T00:00:00.000Z';

function start(store: string): Promise<Client> {
  const main = join(root, 'scripts/cli/main.ts');
  const args = ['driver', '--kind', 'session-store-v2', '--store', store];
  return connect({
    command: [process.execPath, '--import', 'tsx', main, ...args],
    cwd: root,
    startMs: 60_000,
    callMs: 60_000,
  });
}

const append = (n: number): Op => ({
  op: 'append',
  h: 'a',
  id: `e${n}`,
  parent: n === 0 ? null : `e${n - 1}`,
  type: 'message',
  payload: `{"text":"${'x'.repeat(n % 700)}"}`,
});

/**
 * Appends with many calls in flight, kills the process after `answers` of them, and gives what was
 * acknowledged.
 */
async function appendAndKill(client: Client, dir: string, answers: number): Promise<number> {
  const port = stdioPort<Op, Value>(client, sessionStoreCodec, { dir, handle: 'k.' });
  expect((await port.step({ op: 'create', h: 'a', max: 4096n }, at)).is).toBe('ok');
  let acknowledged = 0;
  const appends = Array.from({ length: 400 }, async (_, n) => {
    const outcome = await port.step(append(n), at);
    expect(outcome.is).toBe('ok');
    acknowledged++;
    if (acknowledged === answers) void client.kill();
  });
  const ends = await Promise.allSettled(appends);
  const faults = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  expect(faults.every((f) => f instanceof PortFault && f.fault === 'closed')).toBe(true);
  expect(faults.length).toBe(400 - acknowledged);
  return acknowledged;
}

describe('a kill with calls in flight', () => {
  it.each(['original', 'safe'])(
    'loses nothing that %s acknowledged, and invents nothing',
    async (store) => {
      const dir = fs.mkdtempSync(join(tmpdir(), 'tearproof-kill-'));
      const acknowledged = await appendAndKill(await start(store), dir, 120);
      expect(acknowledged).toBeGreaterThanOrEqual(120);
      const client = await start(store);
      const port = stdioPort<Op, Value>(client, sessionStoreCodec, { dir, handle: 'k.' });
      expect(await port.step({ op: 'create', h: 'a', max: 4096n }, at)).toMatchObject({ is: 'ok' });
      const all = await port.step({ op: 'all', h: 'a' }, at);
      const frames = all.is === 'ok' && Array.isArray(all.value) ? all.value : [];
      expect(frames.length).toBeGreaterThanOrEqual(acknowledged);
      expect(frames).toMatchObject(frames.map((_, n) => ({ entryId: `e${n}` })));
      expect(await port.step({ op: 'validate', h: 'a' }, at)).toEqual({ is: 'ok', value: null });
      await client.close();
      fs.rmSync(dir, { recursive: true });
    },
    120_000,
  );
});
