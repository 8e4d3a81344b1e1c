import type { Anomaly, Evidence, Finding } from '../../spec/lib/clause.ts';
import type { WalkOptions } from '../../spec/lib/walk.ts';
import { gatherFaulted, judge, type FaultedRun, type Judged, type Trial } from '../judge.ts';
import { findingName } from '../events.ts';
import type { Subject } from '../plan.ts';
import type { ShrinkBudget } from '../shrink.ts';

/** A state that was judged, and the names of the findings that were made before it. */
export interface JudgedOnce<O, R, S> extends FaultedRun<O, R, S> {
  readonly evidence: Evidence;
  readonly judged: readonly Judged[];
  readonly gates: boolean;
  readonly known: ReadonlySet<string>;
  /** As it was walked the first time. */
  readonly options: WalkOptions;
}

/** What is left of a judgement when the state was walked again. */
export interface Again {
  readonly judged: readonly Judged[];
  /**
   * Set where a fresh process answered otherwise: something was kept from one state to the next.
   */
  readonly leak: { readonly fault: string; readonly say: string } | null;
}

/**
 * Walks a state that shows something new once more, on a fresh process. What does not show again is
 * nothing that the files account for: it is taken out of the judgement and told as what it is.
 */
export async function askedAgain<O, R, S, D>(
  { trial, renew }: Subject<O, R, S, D>,
  state: JudgedOnce<O, R, S>,
): Promise<Again> {
  const { judged } = state;
  if (renew === undefined || !hasNew(state)) return { judged, leak: null };
  await renew();
  const second = await secondOf(trial, state);
  const isShown = (clause: string, { anomaly }: Finding): boolean =>
    second.some((one) => one.clause.id === clause && one.findings.some((f) => f.anomaly === anomaly)); // prettier-ignore
  const gone = judged.flatMap(({ clause, findings }) =>
    findings.filter((f) => !isShown(clause.id, f)).map((f) => ({ clause: clause.id, ...f })),
  );
  const [first] = gone;
  if (first === undefined) return { judged, leak: null };
  const kept = judged.map(({ clause, findings }) => ({
    clause,
    findings: findings.filter((f) => isShown(clause.id, f)),
  }));
  return { judged: kept, leak: { fault: 'leaks-state', say: sayOf(first, second) } };
}

function hasNew<O, R, S>({ judged, gates, known }: JudgedOnce<O, R, S>): boolean {
  return judged.some(({ clause, findings }) =>
    findings.some(({ anomaly }) => !known.has(findingName({ clause: clause.id, anomaly, gates }))),
  );
}

async function secondOf<O, R, S, D>(
  { walker: _walker, ...trial }: Trial<O, R, S, D>,
  { run, fault, faulted, options }: JudgedOnce<O, R, S>,
): Promise<readonly Judged[]> {
  const evidence = await gatherFaulted(trial, { run, fault, faulted }, options);
  return judge(trial.kind.clauses, evidence);
}

function sayOf(
  { clause, anomaly, say }: Finding & { readonly clause: string },
  second: readonly Judged[],
): string {
  const others = second.flatMap((one) => one.findings.map((f) => `${one.clause.id} ${f.anomaly}`));
  const then = others.length === 0 ? 'nothing is broken' : others.slice(0, 3).join(', ');
  return (
    `${clause} ${anomaly} (${say}), and in a fresh process, on the same files, ${then}: ` +
    'the port keeps something from one store to the next'
  );
}

/** What a shrink may cost, where that is said. */
export function boundedBy<O, R, S, D>(
  subject: Pick<Subject<O, R, S, D>, 'shrinkBudget' | 'renew'>,
  { shrinkBudget = subject.shrinkBudget }: { readonly shrinkBudget?: ShrinkBudget },
  anomaly?: Anomaly,
): { readonly shrinkBudget?: ShrinkBudget } {
  const isGone = anomaly === 'died' || anomaly === 'hang';
  // Each walk that shows it costs a process, or all the time that a port is given.
  if (subject.renew !== undefined && isGone) return { shrinkBudget: { walks: 4 } };
  return shrinkBudget === undefined ? {} : { shrinkBudget };
}
