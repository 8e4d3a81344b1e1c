import { describe, expect, it } from 'vitest';
import type { RunEvent, StartEvent } from '../events.ts';
import { standingLines } from '../report/standing.ts';
import { verdictLine } from '../report/summary.ts';
import type { ExpectedEntry, HeldWaiver } from './schemas.ts';
import {
  all,
  begin,
  broke,
  done,
  lived,
  resultsFrom,
  statusesIn,
  verdictIn,
} from './testing-events.ts';

const entry = (
  clause: string,
  anomaly: string,
  over: Partial<ExpectedEntry> = {},
): ExpectedEntry => ({
  kind: 'k',
  clause,
  anomaly,
  reason: 'known',
  ...over,
});

/** A run with a baseline in which the clauses broke in these ways. */
function run(
  baseline: ExpectedEntry[],
  broken: readonly (readonly [clause: string, anomaly: string])[],
  over: Partial<StartEvent> = {},
  end: RunEvent = done,
): ReturnType<typeof resultsFrom> {
  const failed = broken.map(([clause]) => clause);
  const findings = broken.map(([clause, anomaly]) => broke(clause, anomaly));
  return resultsFrom(begin({ baseline, ...over }), ...findings, lived(all, failed), end);
}

const problems = (results: ReturnType<typeof resultsFrom>): string[] =>
  results.baseline!.problems.map((one) => `${one.is} ${one.clause} ${one.anomaly}`);

describe('a baseline', () => {
  it('expects a failure, and its reason is told', () => {
    const results = run([entry('A', 'gap')], [['A', 'gap']]);
    expect(statusesIn(results)).toEqual({ A: 'xfail', B: 'pass', C: 'pass' });
    expect(verdictIn(results, 'A')).toMatchObject({ measured: 'fail', why: 'known' });
    expect([results.exitCode, problems(results)]).toEqual([0, []]);
    expect(verdictLine(results)).toBe('CONFORMS but for 1 known failure');
  });

  it('does not excuse any other failure', () => {
    const results = run([entry('A', 'gap')], [['A', 'gap'], ['B', 'gap']]); // prettier-ignore
    expect(statusesIn(results)).toMatchObject({ A: 'xfail', B: 'fail' });
    expect(results.exitCode).toBe(1);
  });

  it('fails on an unexpected pass', () => {
    const results = run([entry('A', 'gap')], []);
    expect(statusesIn(results)).toMatchObject({ A: 'xpass' });
    expect([results.exitCode, problems(results)]).toEqual([1, ['xpass A gap']]);
    expect(verdictLine(results)).toBe('VIOLATES: the baseline does not fit (unexpected pass 1)');
  });

  it('fails on a changed anomaly, also of what only SHOULD hold', () => {
    const results = run([entry('C', 'gap')], [['C', 'phantom']]);
    expect(statusesIn(results)).toMatchObject({ C: 'warn' });
    expect([results.exitCode, problems(results)]).toEqual([1, ['changed C gap']]);
    expect(standingLines(results).join('\n')).toContain('found instead: phantom');
  });

  it('fails on one anomaly more, and on one less', () => {
    const more = run([entry('C', 'gap')], [['C', 'gap'], ['C', 'phantom']]); // prettier-ignore
    expect([more.exitCode, problems(more)]).toEqual([1, ['unexpected C phantom']]);
    const less = run([entry('A', 'gap'), entry('A', 'phantom')], [['A', 'gap']]);
    expect(statusesIn(less)).toMatchObject({ A: 'xfail' });
    expect([less.exitCode, problems(less)]).toEqual([1, ['xpass A phantom']]);
  });

  it('fails on entries that never matched: unknown, not exercised, not run', () => {
    const baseline = [entry('X', 'gap', { unknown: true }), entry('B', 'gap'), entry('D', 'gap')];
    const results = resultsFrom(begin({ baseline }), lived(['A', 'C']), done);
    expect(problems(results)).toEqual(['stale B gap', 'stale D gap', 'stale X gap']);
    expect(statusesIn(results)).toMatchObject({ B: 'stale' });
    expect(results.exitCode).toBe(1);
  });

  it('fails on an entry whose day is past', () => {
    const late = entry('A', 'gap', { until: '2026-01-01', expired: true });
    const broken = run([late], [['A', 'gap']]);
    expect(statusesIn(broken)).toMatchObject({ A: 'fail' });
    expect(problems(broken)).toEqual(['expired A gap']);
    const passes = run([late], []);
    expect([statusesIn(passes)['A'], passes.exitCode]).toEqual(['pass', 1]);
  });

  it('leaves out what holds elsewhere', () => {
    const places = [
      { port: 'q' }, { policy: 'original' }, { profile: 'core' }, { reach: 'traced' }, { depth: 'deep' },
    ] as const; // prettier-ignore
    const other = run(places.map((place) => entry('A', 'gap', place)), []); // prettier-ignore
    expect(other.baseline).toMatchObject({ entries: 5, elsewhere: 5, problems: [] });
    expect(other.exitCode).toBe(0);
    const here = { port: 'p', policy: 'safe', reach: 'in process', depth: 'quick' } as const;
    expect(problems(run([entry('A', 'gap', here)], []))).toEqual(['xpass A gap']);
    const kind = run([entry('A', 'gap', { kind: 'other' })], []);
    expect([kind.exitCode, kind.baseline!.elsewhere]).toEqual([0, 1]);
  });

  it('is not held against a part of the states', () => {
    expect(run([entry('A', 'gap')], [], { only: { rungs: ['none'] } }).exitCode).toBe(0);
    const late = run([entry('A', 'gap')], [], {}, { is: 'end', reason: 'time' });
    expect(late.exitCode).toBe(0);
    const asked = run([entry('D', 'gap')], [], { only: { clauses: ['A'] } });
    expect([asked.exitCode, asked.baseline!.elsewhere]).toEqual([0, 1]);
  });

  it('can expect that a clause has no verdict', () => {
    const died: RunEvent = { is: 'port', kind: 'k', id: 'k/1', fault: 'died', say: 'it died' };
    const start = begin({ baseline: [entry('B', 'port_died')] });
    const results = resultsFrom(start, lived(['A', 'C']), died, done);
    expect(statusesIn(results)).toMatchObject({ B: 'xfail' });
  });
});

describe('a waiver', () => {
  const waiver: HeldWaiver = { kind: 'k', clause: 'B', reason: 'disputed', until: '2030-01-01' };
  const notScored = [{ clause: 'B', level: 'MUST' as const, why: 'waived until 2030-01-01' }];

  it('keeps a clause from counting, and is printed', () => {
    const start = begin({ waivers: [waiver] }, { must: ['A'], notScored });
    const results = resultsFrom(start, broke('B', 'gap'), lived(all, ['B']), done);
    expect([results.exitCode, statusesIn(results)['B']]).toEqual([0, 'not_scored']);
    expect(results.waivers).toMatchObject([{ state: 'holds', measured: 'fail' }]);
    expect(standingLines(results)).toEqual([
      'waived until 2030-01-01: B of k: disputed; here it is fail',
    ]);
    expect(verdictLine(results)).toBe('CONFORMS but for 1 waived clause');
  });

  it('fails the run when its day is past', () => {
    const results = resultsFrom(
      begin({ waivers: [{ ...waiver, expired: true }] }),
      lived(all),
      done,
    );
    expect(results.exitCode).toBe(1);
    expect(verdictLine(results)).toBe('VIOLATES: 1 waiver ended');
  });
});
