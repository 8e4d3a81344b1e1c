import fc from 'fast-check';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../spec/lib/history.ts';
import { readImage } from '../inspect/read.ts';
import { timeAt } from '../lib/time.ts';
import { toPlain } from '../lib/plain.ts';
import { connect } from './client.ts';
import type { Client } from './client.ts';
import { kindNamed } from '../subjects.ts';
import { isSendable } from './codecs.ts';
import { codecs, storesOf, type AnyCodec } from './kinds.ts';
import { stdioPort } from './stdio-port.ts';

// Random histories: the wire may change nothing, neither an answer nor a byte on the disk.

const packageDir = join(import.meta.dirname, '../..');
const seed = 20_260_101;

/** Every store that is served, of every kind whose answers do not hang on how it is served. */
const served = codecs.flatMap((codec) =>
  storesOf(codec.kind).map((policy) => ({ kind: kindNamed(codec.kind), codec, policy })),
);

describe.each(served)('$kind.name $policy', ({ kind, codec, policy }) => {
  let client: Client;
  let scratch: string;
  let made = 0;
  const asked = new Set<string>();

  beforeAll(async () => {
    scratch = fs.mkdtempSync(join(tmpdir(), 'tearproof-same-'));
    const main = join(packageDir, 'scripts/cli/main.ts');
    const args = ['driver', '--kind', kind.name, '--store', policy];
    client = await connect({
      command: [process.execPath, '--import', 'tsx', main, ...args],
      cwd: packageDir,
      startMs: 60_000,
      callMs: 60_000,
    });
  }, 60_000);

  afterAll(async () => {
    await client.close();
    fs.rmSync(scratch, { recursive: true });
  });

  it('answers and writes over stdio what it does in process', async () => {
    const histories = fc.array(kind.drafts(policy), { minLength: 5, maxLength: 40, size: 'max' });
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const here = join(scratch, `here-${++made}`);
        const there = join(scratch, `over-${made}`);
        await runBoth(history, here, there);
        const images = [here, there].map((dir) => plain(toText(dir), dir));
        expect(images[1]).toEqual(images[0]);
      }),
      { seed, numRuns: 8 },
    );
    const sendable = Object.keys(codec.methods).length;
    console.info(
      `${kind.name} ${policy}: ${asked.size} of ${sendable} operations asked over stdio`,
    );
    expect(asked.size).toBeGreaterThan(sendable / 2);
  }, 120_000);

  async function runBoth(history: readonly unknown[], here: string, there: string): Promise<void> {
    for (const dir of [here, there]) fs.mkdirSync(dir);
    const inProcess = kind.ports[policy]!(fs, here);
    const over = stdioPort(client, codec, { dir: there, handle: `${made}.` });
    const model = kind.machine(policy);
    let state = model.start();
    for (const [i, draft] of history.entries()) {
      const op = kind.resolve(state, draft) as Op;
      const next = model.next(state, op, timeAt(i));
      if (next.length === 0 || !isSendable(codec, op)) continue;
      asked.add(op.op);
      const [a, b] = await Promise.all([inProcess.step(op, timeAt(i)), over.step(op, timeAt(i))]);
      expect(plain(b, there), op.op).toEqual(plain(a, here));
      state = (next.find((n) => sameOutcome(n.result, a, here)) ?? next[0])?.state ?? state;
    }
  }
});

type Op = Parameters<AnyCodec['call']>[0];

function sameOutcome(a: Outcome<unknown>, b: Outcome<unknown>, dir: string): boolean {
  return JSON.stringify(plain(a, dir)) === JSON.stringify(plain(b, dir));
}

/** As JSON, with the store's own directory masked. */
function plain(value: unknown, dir: string): unknown {
  return JSON.parse(JSON.stringify(toPlain(value)).replaceAll(dir, '<dir>'));
}

function toText(dir: string): unknown {
  if (!fs.existsSync(dir)) return null;
  return [...readImage(dir).image].map(([path, node]) => [
    path,
    node.is === 'file' ? Buffer.from(node.bytes).toString('latin1') : node.is,
  ]);
}
