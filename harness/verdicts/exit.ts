import type { StartEvent } from '../events.ts';
import type { KindResults } from '../results.ts';
import type { Problem } from './expected.ts';
import type { WaiverResult } from './waived.ts';

/** What an exit code is made of, beside the kinds. */
export interface Ended {
  /** As the last event has it; null where there is none. */
  readonly reason: string | null;
  readonly only: StartEvent['only'];
  readonly problems: readonly Problem[];
  readonly waivers: readonly WaiverResult[];
}

/** What ends a run whatever its verdicts are. */
const byReason: Readonly<Record<string, number>> = {
  harness_error: 4,
  cannot_start: 3,
  hang: 1,
  interrupted: 130,
};

/** The exit code of a run, as the page of the command line has them. */
export function exitCodeOf(kinds: readonly KindResults[], ended: Ended): number {
  const { reason } = ended;
  const decided = byReason[reason ?? ''];
  if (decided !== undefined) return decided;
  const faults = kinds.flatMap((kind) => kind.portFaults ?? []);
  const has = (name: string): boolean =>
    kinds.some((kind) => kind.verdicts.some((one) => one.status === name));
  if (faults.some((one) => one.status === 'harness_error')) return 4;
  if (has('fail') || faults.length > 0 || ended.problems.length > 0) return 1;
  if (ended.waivers.some((one) => one.state === 'expired')) return 1;
  if (reason !== 'done' && reason !== 'time') return 5;
  if (reason === 'time' && kinds.some((k) => k.histories.done < k.histories.least)) return 5;
  if (!wasAnyTried(kinds, ended.only)) return 2;
  const missed = missedOf(kinds, ended.only);
  if (missed.length > 0) return missed.length === namedIn(ended.only).length ? 2 : 5;
  if (has('not_modelled')) return 5;
  if (has('not_exercised') && !isPart(ended.only)) return reason === 'time' ? 5 : 1;
  return kinds.some((k) => Object.values(k.faults).some((hits) => hits === 0)) ? 5 : 0;
}

/** Not all was asked for: a clause may well have had no occasion then, and is told to be idle. */
export const isPart = (only: StartEvent['only']): boolean =>
  only?.rungs !== undefined || only?.models !== undefined || only?.profile !== undefined;

const killModel = 'kill9';

/** What was asked for by name and leaves a trace where it came about. */
const namedIn = (only: StartEvent['only']): readonly string[] => [
  ...(only?.rungs ?? []).filter((name) => name !== 'none'),
  ...(only?.models ?? []).filter((name) => name !== killModel),
];

/**
 * Rungs and models that were asked for by name and of which there was no state: nothing is shown of
 * them. A reach, a depth or a history may lack them.
 */
export function missedOf(
  kinds: readonly Pick<KindResults, 'rungs'>[],
  only: StartEvent['only'],
): readonly string[] {
  const met = kinds.flatMap(({ rungs }) => rungs).filter((one) => one.generated > 0);
  const names = new Set<string>(met.flatMap(({ rung, model }) => [rung, model]));
  return namedIn(only).filter((name) => !names.has(name));
}

const untried: readonly string[] = ['not_exercised', 'not_applicable', 'not_scored'];

/** A run without a MUST shows nothing, unless only others were asked for by name. */
function wasAnyTried(kinds: readonly KindResults[], only: StartEvent['only']): boolean {
  const verdicts = kinds.flatMap((kind) => kind.verdicts);
  const must = verdicts.filter((one) => one.level === 'MUST');
  const asked = only?.clauses !== undefined && must.length === 0 ? verdicts : must;
  return asked.some((one) => !untried.includes(one.status));
}
