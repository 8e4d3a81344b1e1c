import { describe, expect, it } from 'vitest';
import type { CaseEvent, FindingEvent, RunEvent, StartEvent } from './events.ts';
import { summaryLines, verdictLine } from './report/summary.ts';
import { resultsOf, type Results } from './results.ts';

const start = (over: Partial<StartEvent> = {}): StartEvent => ({
  is: 'start', version: 2, tearproof: '0', seed: '1', depth: 'quick', policy: 'safe', command: 'c',
  kinds: [{
    kind: 'k', port: 'p', histories: 3, least: 2, rungs: ['none', 'all prefixes', 'one lost', 'two lost'],
    models: ['seq', 'lying-fsync'], must: ['A', 'B'], should: [], notTested: ['sleep', 'K-S3-1 (needs x)', 'K-S4-2 (needs x)'],
  }],
  ...over,
}); // prettier-ignore

const history = (index: number, over: Partial<CaseEvent> = {}): CaseEvent => ({
  is: 'case', kind: 'k', id: `k/${index}`, operations: 2, cuts: 1, damaged: 0, generated: 9, walked: 4,
  faults: { 'power cut': 1 }, phases: {}, reported: {}, agreement: { same: 0, compared: 0 },
  clauses: { A: { exercised: 4, failed: 0 }, B: { exercised: 1, failed: 0 } },
  rungs: [
    { rung: 'all prefixes', model: 'kill9', generated: 2, unique: 2, walked: 2, finished: true },
    { rung: 'one lost', model: 'seq', generated: 1000, unique: 5, walked: 1, finished: index > 0 },
    { rung: 'one lost', model: 'lying-fsync', generated: 5, unique: 5, walked: 5, finished: true },
  ],
  ...over,
}); // prettier-ignore

const found = (over: Partial<FindingEvent> = {}): FindingEvent => ({
  is: 'finding', kind: 'k', id: 'k/0', clause: 'A', anomaly: 'gap', phase: 'open', fault: 'power',
  rung: 'one lost', model: 'seq', gates: true, say: 'something', ...over,
}); // prettier-ignore

const done: RunEvent = { is: 'end', reason: 'done' };
const histories = [history(0), history(1), history(2)];

function resultsFrom(...events: RunEvent[]): Results {
  return resultsOf(events)!;
}

/** The exit code and the last line. */
function ends(...events: RunEvent[]): [number, string] {
  const results = resultsFrom(...events);
  return [results.exitCode, verdictLine(results)];
}

describe('how a run ends', () => {
  it('conforms where it is done and nothing is found that counts', () => {
    expect(ends(start(), ...histories, done)).toEqual([0, 'CONFORMS']);
    const other = found({ gates: false, model: 'lying-fsync' });
    expect(ends(start(), ...histories, other, done)).toEqual([0, 'CONFORMS']);
    expect(ends(start(), ...histories, found(), done)).toEqual([
      1,
      'VIOLATES: 1 MUST clause broken',
    ]);
  });

  it('needs the least number of histories where the time was up', () => {
    const end: RunEvent = { is: 'end', reason: 'time' };
    expect(ends(start(), history(0), history(1), end)).toEqual([
      0,
      'CONFORMS within the time that was given',
    ]);
    const [code, line] = ends(start(), history(0), end);
    expect([code, line]).toEqual([5, expect.stringMatching(/^INCONCLUSIVE: the time .* k 1\/2$/)]);
    expect(ends(start(), history(0), found(), end)[0]).toBe(1);
  });

  it('asks a clause to be exercised only where all was tried', () => {
    const clauses = { A: { exercised: 1, failed: 0 } };
    const idle = histories.map((one) => ({ ...one, clauses }));
    expect(ends(start(), ...idle, done)).toEqual([1, 'NOT SHOWN: not exercised: B']);
    const only = { rungs: ['one lost' as const] };
    expect(ends(start({ only }), ...idle, done)).toEqual([
      0,
      'CONFORMS within rungs one lost (1 clause not exercised)',
    ]);
    expect(ends(start(), ...idle, { is: 'end', reason: 'time' })[0]).toBe(5);
    const nothing = histories.map((one) => ({ ...one, clauses: {} }));
    expect(ends(start({ only }), ...nothing, done)[0]).toBe(2);
  });

  it('shows nothing of what was asked for by name and never came about', () => {
    const only = { rungs: ['one lost' as const], models: ['seq'] };
    expect(ends(start({ only }), ...histories, done)[0]).toBe(0);
    const part = { rungs: ['one lost' as const, 'two lost' as const], models: ['seq', 'xfs'] };
    expect(ends(start({ only: part }), ...histories, done)).toEqual([
      5,
      'NOT SHOWN: there was no state of two lost, xfs',
    ]);
    const none = { rungs: ['two lost' as const] };
    expect(ends(start({ only: none }), ...histories, done)[0]).toBe(2);
  });

  it('is inconclusive where a class of faults never came about, or where it was cut short', () => {
    const faults = { 'power cut': 0 };
    const none = histories.map((one) => ({ ...one, faults }));
    expect(ends(start(), ...none, done)).toEqual([5, 'INCONCLUSIVE: never injected: power cut']);
    const clauses = { A: { exercised: 1, failed: 0 } };
    const idle = none.map((one) => ({ ...one, clauses }));
    const only = { rungs: ['one lost' as const] };
    expect(ends(start({ only }), ...idle, done)[1]).toBe('INCONCLUSIVE: never injected: power cut');
    expect(ends(start(), history(0))).toEqual([5, 'INCONCLUSIVE: the run did not end']);
    expect(ends(start(), history(0), { is: 'end', reason: 'interrupted' })[0]).toBe(130);
  });
});

describe('the summary', () => {
  const events = [
    start(),
    ...histories,
    found({ gates: false, model: 'lying-fsync' }),
    found({ gates: false, model: 'lying-fsync', clause: 'B' }),
    done,
  ];
  const text = summaryLines(resultsFrom(...events)).join('\n');

  it('has a line a rung: how many states, how far, under which models', () => {
    expect(text).toMatch(/all prefixes +6 +6 +6 {2}finished\n/);
    const sampled = /one lost +3,015 +30 +18 {2}a sample in 1 of 3 histories · seq, lying-fsync\n/;
    expect(text).toMatch(sampled);
    expect(text).toMatch(/two lost +no history has such a state\n/);
    expect(text).toMatch(/states walked +12 of 3,021 generated/);
  });

  it('says what was not explored: states, rungs and models', () => {
    expect(text).toMatch(/not explored +up to 2,997 states of the 1 rung with a sample\n/);
    expect(text).toMatch(/ rungs: .*closed subsets.* at this depth\n/);
    expect(text).toMatch(/ models: .*ext4-ordered.* at this depth\n/);
    expect(text).toMatch(/not tested +sleep\n +K-S3-1, K-S4-2 \(needs x\)/);
  });

  it('names what is reported and does not count, and whose fault it is', () => {
    expect(text).toMatch(/reported +lying-fsync \(the device: [^)]*\): A gap, B gap\n/);
    expect(text).toMatch(/findings +none\n/);
  });

  it('counts histories that were left out', () => {
    const late = resultsFrom(start(), history(0), history(1), { is: 'end', reason: 'time' });
    const lines = summaryLines(late).join('\n');
    expect(lines).toMatch(/histories +2 of 3, 4 operations\n/);
    expect(lines).toMatch(/not explored +1 history: the time was up\n/);
  });
});
