import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../harness/events.ts';
import { runFiles } from '../../harness/sink.ts';
import { deepRunOf } from './nightly.ts';
import { deepPage } from './pages/deep.ts';
import { repository } from './sources.ts';

const folder = mkdtempSync(join(tmpdir(), 'tearproof-nightly-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const repro = 'v2-append-log-name-not-durable.repro.json';
const around = {
  durationSeconds: 61,
  cores: 3,
  levels: { histories: 1, operations: 8, states: 1 },
} as const;

const found = {
  is: 'finding', kind: 'append-log', id: 'append-log/0', clause: 'LOG-S3-1', anomaly: 'lost_durable',
  phase: 'read', fault: 'power', rung: 'one lost', gates: false, say: 'Gone.',
} as const; // prettier-ignore

const events: readonly RunEvent[] = [
  {
    is: 'start', version: 2, tearproof: '9', seed: '4', depth: 'deep', policy: 'safe', command: 'c',
    kinds: [{
      kind: 'append-log', port: 'safe', histories: 1, least: 1, rungs: ['none', 'one lost'],
      models: ['seq', 'lying-fsync'], must: ['LOG-S3-1'], should: [], notTested: ['sleep'],
    }],
  },
  { ...found, model: 'lying-fsync' },
  { ...found, model: 'seq', limit: true, say: 'Torn.', repro },
  {
    is: 'case', kind: 'append-log', id: 'append-log/0', operations: 2, cuts: 1, damaged: 0,
    generated: 9, walked: 4, faults: { 'power cut': 1, 'nested kill': 0 }, phases: {},
    clauses: { 'LOG-S3-1': { exercised: 4, failed: 0, limited: 1 } },
    reported: { 'LOG-S3-1': 2 }, agreement: { same: 0, compared: 0 },
    rungs: [{ rung: 'one lost', model: 'seq', generated: 7, unique: 5, walked: 4, finished: true }],
  },
]; // prettier-ignore

function writeRun(end: RunEvent): void {
  const lines = [...events, end].map((event) => `${JSON.stringify(event)}\n`);
  writeFileSync(join(folder, runFiles.events), lines.join(''));
  cpSync(join(repository, 'fixtures/repros', repro), join(folder, repro));
}

describe('the nightly run', () => {
  it('keeps what its page needs: states, losses with whose fault they are, certificates', async () => {
    writeRun({ is: 'end', reason: 'done' });
    const run = (await deepRunOf(folder, around))!;
    const [kind] = run.kinds;
    expect([run.seed, run.depth, run.cores]).toEqual(['4', 'deep', 3]);
    expect(kind?.reported).toMatchObject([
      { model: 'lying-fsync', whose: 'the device: it reports syncs that it did not make' },
    ]);
    expect(kind?.limits[0]?.history).toContain('bug:name-not-durable');
    expect(kind?.neverInjected).toEqual(['nested kill']);
    expect(kind?.levels.map(({ model }) => model)).toHaveLength(24);
    expect(JSON.parse(JSON.stringify(run))).toEqual(run);
    expect(deepPage(run)).toContain('| took | 1 min 1 s on 3 cores,');
  });

  it('keeps nothing of a run that somebody ended', async () => {
    writeRun({ is: 'end', reason: 'interrupted' });
    expect(await deepRunOf(folder, around)).toBe(null);
  });
});
