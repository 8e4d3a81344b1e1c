import type { Clause } from '../../spec/lib/clause.ts';
import type { Trial } from '../judge.ts';
import { believedFrom } from '../error-sweep.ts';
import { walkAfter } from '../nested.ts';
import { counterexampleLines } from '../report/counterexample.ts';
import type { Hit } from '../shrink.ts';
import { advise, type AdviceBudget } from './advise.ts';

/** A counterexample that is to be told whole. */
export interface Telling<O, R, S> {
  readonly clause: Clause;
  readonly hit: Hit<O, R, S>;
  /** The command that shows it again. */
  readonly replay?: string;
  readonly budget?: AdviceBudget;
}

/**
 * A counterexample as lines of text, with the models that it happens under and the syncs that would
 * have prevented it. Takes walks where power was cut: ask for what is printed or kept alone.
 */
export async function tellLines<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  { clause, hit, replay, budget }: Telling<O, R, S>,
): Promise<string[]> {
  const { run, finding, evidence } = hit;
  const { fault } = hit.case;
  const advice = await advise(trial, { clause, finding, run, fault }, budget);
  const isWalk = fault.is === 'nested';
  const walked = advice?.scene.walked ?? (isWalk ? await walkAfter(trial, run, fault) : null);
  const lines = counterexampleLines({
    kind: trial.kind,
    clause,
    hit: { case: hit.case, run, finding, evidence, walked, advice },
    ...(replay === undefined ? {} : { replay }),
  });
  return cannotKnow(trial, hit) ? [...lines, '', ...reportedOnly] : lines;
}

/** What a check reports and does not count, whatever file system it happens under. */
function cannotKnow<O, R, S, D>({ kind }: Trial<O, R, S, D>, hit: Hit<O, R, S>): boolean {
  const { fault, errors = [] } = hit.case;
  if (fault.is !== 'power') return false;
  return errors.some((one) => believedFrom(kind, hit.run, one) <= fault.kill.step);
}

const reportedOnly: readonly string[] = [
  '  reported only: a sync failed, and the store was opened again on the same running system. Who',
  '                 reads there finds what is not on the disk, and cannot tell; only a store that',
  '                 writes its end anew at each open is safe from it.',
];
