import { describe, expect, it } from 'vitest';
import type { Results } from '../results.ts';
import { readBaseline } from './expect.ts';
import type { ExpectedEntry } from './schemas.ts';
import { all, begin, broke, done, lived, resultsFrom } from './testing-events.ts';
import { baselineText, updatedBaseline } from './update.ts';

const entry = (
  clause: string,
  anomaly: string,
  over: Partial<ExpectedEntry> = {},
): ExpectedEntry => ({
  kind: 'k',
  clause,
  anomaly,
  reason: 'because',
  ...over,
});

const before = [
  entry('B', 'gap', { reason: 'B is hard', issue: '#1', until: '2030-01-01' }),
  entry('A', 'phantom'),
  entry('A', 'gap', { reach: 'traced' }),
  entry('X', 'gap', { unknown: true }),
  entry('Z', 'gap', { kind: 'other' }),
];

/** A run in which these broke. */
function run(baseline: readonly ExpectedEntry[], ...broken: readonly [string, string][]): Results {
  const failed = broken.map(([clause]) => clause);
  const findings = broken.map(([clause, anomaly]) => broke(clause, anomaly));
  return resultsFrom(begin({ baseline: [...baseline] }), ...findings, lived(all, failed), done);
}

describe('updatedBaseline', () => {
  const broken = [['B', 'gap'], ['B', 'duplicate'], ['A', 'hang'], ['C', 'gap']] as [string, string][]; // prettier-ignore
  const updated = updatedBaseline(run(before, ...broken), before);

  it('keeps what matches and what holds elsewhere, adds what is new, drops what is gone', () => {
    expect(updated.baseline.entries).toEqual([
      { kind: 'k', clause: 'A', anomaly: 'gap', reason: 'because', reach: 'traced' },
      { kind: 'k', clause: 'A', anomaly: 'hang', reason: 'unexplained: A broke' },
      { kind: 'k', clause: 'B', anomaly: 'duplicate', reason: 'unexplained: B broke' },
      before[0],
      before[4],
    ]);
    expect(updated).toMatchObject({ added: 2, removed: 2, unexplained: 2 });
  });

  it('fits the run that it was made from, and is then the same to the byte', () => {
    const { entries } = updated.baseline;
    const again = run(entries, ...broken);
    expect([again.exitCode, again.baseline!.problems]).toEqual([0, []]);
    expect(baselineText(updatedBaseline(again, entries).baseline)).toBe(
      baselineText(updated.baseline),
    );
    const clauses = new Map([['k', new Set(all)], ['other', new Set(['Z'])]]); // prettier-ignore
    const read = readBaseline(baselineText(updated.baseline), { clauses, today: '2026-01-01' });
    expect(read).toEqual(entries);
  });

  it('prolongs nothing', () => {
    const late = [entry('A', 'gap', { until: '2020-01-01', expired: true })];
    const { baseline } = updatedBaseline(run(late, ['A', 'gap']), late);
    expect(baseline.entries).toEqual([entry('A', 'gap', { until: '2020-01-01' })]);
  });

  it('drops nothing after a part of a run', () => {
    const start = begin({ baseline: before.slice(0, 1), only: { rungs: ['none'] } });
    const part = resultsFrom(start, lived(all), done);
    expect(updatedBaseline(part, before.slice(0, 1)).baseline.entries).toEqual(before.slice(0, 1));
  });
});
