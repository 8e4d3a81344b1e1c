import { describe, expect, it } from 'vitest';
import type { LevelRow } from '../levels.ts';
import { deepPage, type DeepKind, type DeepRun } from './deep.ts';

const row = (durability: LevelRow['durability'], model: string): LevelRow => ({
  durability, model, states: 40, refused: 0, lostProcess: 3, lostPower: 0, notPrefix: 0, broken: {},
}); // prettier-ignore

const kind: DeepKind = {
  kind: 'toy',
  port: 'safe',
  histories: { planned: 2, least: 1, done: 2 },
  operations: 9,
  verdicts: [
    { clause: 'TOY-S3-1', level: 'MUST', status: 'pass', states: 1234, failed: 0, reported: 0 },
  ],
  rungs: [
    { rung: 'one lost', model: 'seq', generated: 10, unique: 6, walked: 6, finished: true, histories: 2, stopped: 0 },
    { rung: 'one lost', model: 'xfs', generated: 30, unique: 4, walked: 2, finished: false, histories: 2, stopped: 1 },
  ],
  reported: [],
  limits: [],
  neverInjected: [],
  unexplored: ['rungs: random at this depth'],
  notTested: [],
  levels: [row('none', 'seq'), row('entry', 'seq')],
}; // prettier-ignore

const run: DeepRun = {
  tearproof: '1.2.3', seed: '5', depth: 'deep', command: 'tearproof check', verdict: 'CONFORMS',
  durationSeconds: 605, cores: 2, node: '20.0.0', kinds: [kind],
  levelsPlan: { seed: '5', histories: 1, operations: 9, states: 40 },
}; // prettier-ignore

const pageOf = (changes: Partial<DeepKind>): string =>
  deepPage({ ...run, kinds: [{ ...kind, ...changes }] });

describe('the page of the last long run', () => {
  it('tells what ran, how long, and how far each rung went, together and one by one', () => {
    const page = pageOf({});
    expect(page).toContain('| took | 10 min 5 s on 2 cores, Node 20.0.0 |');
    expect(page).toContain('| `one lost` | 2 | 40 | 10 | 8 | a sample in 1 of 2 histories |');
    expect(page).toContain('| one lost | seq | 10 | 6 | 6 | finished |');
    expect(page).toContain('| one lost | xfs | 30 | 4 | 2 | a sample in 1 of 2 histories |');
    expect(page).toContain('None that counts');
    expect(page).toContain('- rungs: random at this depth');
  });

  it('does not say that nothing broke where something did', () => {
    const verdicts = [{ ...kind.verdicts[0]!, status: 'fail' as const, failed: 7, say: 'Gone.' }];
    const page = pageOf({ verdicts });
    expect(page).not.toContain('None that counts');
    expect(page).toContain('| TOY-S3-1 | MUST | 1,234 | 7 | Gone. |');
  });

  it('says whose fault a loss is, and shows the certificate of a limit', () => {
    const lost = {
      model: 'lying-fsync', whose: 'the device: it lies', clause: 'TOY-S3-1', anomaly: 'lost_durable', say: 'a | b.',
    }; // prettier-ignore
    const limit = { clause: 'TOY-S3-1', anomaly: 'gap', say: 'Torn.', history: '{"ops":[]}', other: '{"ops":[1]}' }; // prettier-ignore
    const page = pageOf({ reported: [lost], limits: [limit] });
    expect(page).toContain(
      '| `lying-fsync` | the device: it lies | TOY-S3-1 lost_durable | a \\| b. |',
    );
    expect(page).toContain('TOY-S3-1 gap is a limit of the format: Torn.');
    expect(page).toContain('```json\n{"ops":[]}\n{"ops":[1]}\n```');
  });

  it('calls states prefix-consistent only where all are, and leaves models out that lie', () => {
    expect(pageOf({})).toContain('(40 states): every state is prefix-consistent');
    const broken = { ...row('none', 'seq'), notPrefix: 2, broken: { 'TOY-S3-1 gap': 2 } };
    const page = pageOf({ levels: [broken, row('entry', 'seq'), row('none', 'lying-fsync')] });
    expect(page).toContain('(40 states): 2 states are not prefix-consistent');
    expect(page).toContain('| `TOY-S3-1 gap`; the fault of the store |');
  });
});
