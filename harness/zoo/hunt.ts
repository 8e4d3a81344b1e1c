import { randomFrom } from '../../faults/random.ts';
import type { Clause } from '../../spec/lib/clause.ts';
import { faultsOf, makeRun } from '../check.ts';
import type { Fault } from '../fault.ts';
import { gather, type Trial } from '../judge.ts';
import { shrink, type Case, type Hit } from '../shrink.ts';
import type { BugFacts } from './types.ts';

/**
 * How long a bug is looked for: in histories of `operations` operations, until `states` states were
 * walked.
 */
export interface HuntBudget {
  readonly operations: number;
  readonly states: number;
  readonly damaged: number;
  readonly shrinkWalks: number;
}

export const huntBudget: HuntBudget = {
  operations: 40,
  states: 4000,
  damaged: 60,
  shrinkWalks: 3000,
};

/** What became of a hunt. */
export interface Hunted<O, R, S> {
  /** States walked until the clause broke, or until the budget ended. */
  readonly states: number;
  readonly histories: number;
  /** Operations of the history that it was found in, and of the shrunk one. */
  readonly operationsBefore: number;
  readonly operationsAfter: number;
  readonly hit: Hit<O, R, S> | null;
}

/** Looks for the clause that a planted bug must break, then shrinks what was found. */
export async function hunt<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  bug: Pick<BugFacts, 'clause' | 'needs'>,
  seed: string,
  budget: HuntBudget = huntBudget,
): Promise<Hunted<O, R, S>> {
  const clause = trial.kind.clauses.find((c) => c.id === bug.clause);
  if (clause === undefined) throw new Error(`no clause is called ${bug.clause}`);
  let states = 0;
  for (let history = 0; states < budget.states; history++) {
    const random = randomFrom(seed).fork(`${trial.kind.name}/${history}`);
    const run = await makeRun(trial, random, budget.operations);
    for (const { fault } of faultsOf(trial, run, random, budget.damaged)) {
      if (!fits(fault, bug.needs)) continue;
      if (states >= budget.states) break;
      states++;
      const found = await breaks(trial, run, fault, clause);
      if (found === null) continue;
      const start: Case<O> = { ops: run.steps.map((s) => s.op), fault };
      const target = { clause, anomaly: found };
      const hit = await shrink(trial, start, target, { walks: budget.shrinkWalks });
      return {
        states,
        histories: history + 1,
        operationsBefore: run.steps.length,
        operationsAfter: hit?.case.ops.length ?? run.steps.length,
        hit,
      };
    }
  }
  return { states, histories: 0, operationsBefore: 0, operationsAfter: 0, hit: null };
}

/** Only faults that can show the bug are tried: the history itself is always one of them. */
function fits(fault: Fault, needs: BugFacts['needs']): boolean {
  if (fault.is === 'none') return true;
  return needs === 'history' ? false : fault.is === needs;
}

async function breaks<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Awaited<ReturnType<typeof makeRun<O, R, S, D>>>,
  fault: Fault,
  clause: Clause,
): Promise<Hit<O, R, S>['finding']['anomaly'] | null> {
  const evidence = await gather(trial, run, fault);
  if (evidence === null) return null;
  const findings = clause.check(evidence);
  if (findings === 'not_exercised') return null;
  return findings[0]?.anomaly ?? null;
}
