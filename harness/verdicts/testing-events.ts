import type { CaseEvent, FindingEvent, RunEvent, StartEvent } from '../events.ts';
import { resultsOf, type Results, type Verdict } from '../results.ts';

/** Events of a run of one kind `k` with the clauses A and B, which MUST hold, and C. */
export const begin = (
  over: Partial<StartEvent> = {},
  kind: Partial<StartEvent['kinds'][number]> = {},
): StartEvent => ({
  is: 'start', version: 2, tearproof: '0', seed: '1', depth: 'quick', policy: 'safe', command: 'c',
  kinds: [{
    kind: 'k', port: 'p', histories: 1, least: 1, rungs: ['none'], models: [],
    must: ['A', 'B'], should: ['C'], notTested: [], ...kind,
  }],
  ...over,
}); // prettier-ignore

/** A history in which every clause that is named was exercised, and those that failed. */
export const lived = (clauses: readonly string[], failed: readonly string[] = []): CaseEvent => ({
  is: 'case', kind: 'k', id: 'k/0', operations: 1, cuts: 0, damaged: 0, generated: 1, walked: 1,
  faults: {}, phases: {}, reported: {}, agreement: { same: 0, compared: 0 }, rungs: [],
  clauses: Object.fromEntries(
    clauses.map((id) => [id, { exercised: 1, failed: failed.includes(id) ? 1 : 0 }]),
  ),
}); // prettier-ignore

/** A finding that counts. */
export const broke = (clause: string, anomaly: string): FindingEvent => ({
  is: 'finding', kind: 'k', id: 'k/0', clause, anomaly, phase: 'open', fault: 'kill',
  rung: 'all prefixes', model: 'none', gates: true, say: `${clause} broke`,
}); // prettier-ignore

export const done: RunEvent = { is: 'end', reason: 'done' };
export const all = ['A', 'B', 'C'];

/** What the events come to. */
export function resultsFrom(...events: readonly RunEvent[]): Results {
  return resultsOf(events)!;
}

/** The verdict on one clause. */
export function verdictIn(results: Results, clause: string): Verdict {
  return results.kinds[0]!.verdicts.find((one) => one.clause === clause)!;
}

/** Statuses by clause. */
export function statusesIn(results: Results): Readonly<Record<string, string>> {
  return Object.fromEntries(results.kinds[0]!.verdicts.map((v) => [v.clause, v.status]));
}
