import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../spec/lib/history.ts';
import { kindNamed } from '../subjects.ts';
import { judgeLive, liveClausesOf, type LiveBounds, type LiveRead } from './judge.ts';

const clauses = liveClausesOf(kindNamed('session-store-v2'));
const bounds: LiveBounds = {
  owes: [{ must: ['a', 'b'], may: ['c'], never: ['z'] }],
  begun: true,
  cutting: false,
};
const shows = (...keys: string[]): LiveRead => ({
  op: 'all',
  outcome: { is: 'ok', value: null },
  view: { keys, repairs: [], notices: [] },
  changes: 0,
});
const refused = (code: string, op = 'all'): LiveRead => {
  const outcome: Outcome<never> = { is: 'info', code };
  return { op, outcome, view: null, changes: 0 };
};

/** What is broken, as `clause anomaly`. */
const broken = (read: LiveRead, over: Partial<LiveBounds> = {}): readonly string[] =>
  judgeLive(clauses, read, { ...bounds, ...over }).flatMap(({ clause, findings }) =>
    findings.map(({ anomaly }) => `${clause.id} ${anomaly}`),
  );

describe('a read beside a writer', () => {
  it.each<[string, LiveRead]>([
    ['all that was acknowledged', shows('a', 'b')],
    ['what is being appended, too', shows('a', 'b', 'c')],
  ])('may show %s', (_name, read) => {
    expect(broken(read)).toEqual([]);
  });

  it.each<[string, string, LiveRead]>([
    ['misses what was acknowledged', 'SSV2-S3-8 lost_acked', shows('a')],
    ['shows what was never appended', 'SSV2-S5-8 torn_visible', shows('a', 'b', 'cc')],
    ['shows what was taken back', 'SSV2-S4-3 resurrected', shows('a', 'b', 'z')],
    ['shows an entry twice', 'SSV2-S3-9 duplicate', shows('a', 'b', 'b')],
    ['shows another order', 'SSV2-S3-9 reordered', shows('b', 'a')],
    ['was refused', 'SSV2-S3-11 unopenable', refused('io-enoent')],
    ['died', 'SSV2-S9-3 died', refused('died: SIGSEGV')],
    ['hangs', 'SSV2-S9-3 hang', refused('hang: no answer')],
    ['writes', 'SSV2-S10-7 side_effect', { ...shows('a', 'b'), changes: 1 }],
  ])('that %s breaks %s', (_name, as, read) => {
    expect(broken(read)).toContain(as);
  });

  it('is judged by each clause that has an occasion, and by no other', () => {
    const ids = (over: Partial<LiveBounds>): readonly string[] =>
      judgeLive(clauses, shows(), { ...bounds, ...over }).map(({ clause }) => clause.id);
    expect(ids({ owes: [{ must: [], may: ['a'], never: [] }], begun: false })).toEqual([
      'SSV2-S9-3',
      'SSV2-S10-7',
    ]);
    expect(ids({ before: ['a'] })).toContain('SSV2-S3-10');
  });

  it('may be refused before the store is there; never die', () => {
    expect(broken(refused('io-enoent'), { begun: false })).toEqual([]);
    expect(broken(refused('died: x'), { begun: false })).toEqual(['SSV2-S9-3 died']);
  });

  it('may be refused while entries are taken back, by a code that says so', () => {
    const cutting = { cutting: true };
    expect(broken(refused('frame-missing'), cutting)).toEqual([]);
    expect(broken(refused('frame-missing', 'inspect'), cutting)).toHaveLength(1);
    expect(broken(refused('store_changing', 'inspect'), cutting)).toEqual([]);
    expect(broken(refused('store_changing', 'inspect'))).toHaveLength(1);
    expect(broken(refused('io-enoent'), cutting)).toHaveLength(1);
  });

  it('shows a cut as before it or as after it, never between', () => {
    const owes = [...bounds.owes, { must: [], may: [], never: ['a', 'b', 'c', 'z'] }];
    const over = { owes, cutting: true };
    expect(broken(shows('a', 'b'), over)).toEqual([]);
    expect(broken(shows(), over)).toEqual([]);
    expect(broken(shows('a'), over)).toEqual(['SSV2-S4-3 not_atomic']);
  });
});
