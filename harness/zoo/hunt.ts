import { randomFrom, type Random } from '../../faults/random.ts';
import type { Clause } from '../../spec/lib/clause.ts';
import type { Fault } from '../fault.ts';
import { gather, type Trial } from '../judge.ts';
import { faultsOf, makeRun } from '../make.ts';
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

/** A hit that does not shrink to so few operations is a defect of the shrinker. */
export const operationsMost = 6;

export const huntBudget: HuntBudget = {
  operations: 40,
  states: 4000,
  damaged: 60,
  shrinkWalks: 5000,
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
  bug: Pick<BugFacts, 'clause' | 'needs' | 'leansOn'>,
  seed: string,
  budget: HuntBudget = huntBudget,
): Promise<Hunted<O, R, S>> {
  const clause = trial.kind.clauses.find((c) => c.id === bug.clause);
  if (clause === undefined) throw new Error(`no clause is called ${bug.clause}`);
  let states = 0;
  for (let history = 0; states < budget.states; history++) {
    const random = randomFrom(seed).fork(`${trial.kind.name}/${history}`);
    const run = await makeRun(trial, random, budget.operations, bug.leansOn);
    const all = faultsOf(trial, run, random, budget.damaged, bug.leansOn);
    for (const fault of likely(all, bug.needs, random)) {
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

/** Inside the writes of one history, this many kills are tried before the next history. */
const tearsMost = 120;

/**
 * The faults that can show the bug, the history itself first, and kills between calls before those
 * inside writes, which are far more and mostly alike.
 */
function likely(
  all: Iterable<{ readonly fault: Fault }>,
  needs: BugFacts['needs'],
  random: Random,
): Fault[] {
  const faults = [...all].map((one) => one.fault);
  const none = faults.filter((fault) => fault.is === 'none');
  if (needs === 'history') return none;
  const fitting = faults.filter((fault) => fault.is === needs);
  const isTorn = (f: Fault): boolean => f.is === 'kill' && f.kill.partialBytes !== undefined;
  const torn = fitting.filter(isTorn);
  return [
    ...none,
    ...fitting.filter((fault) => !isTorn(fault)),
    ...torn.filter(() => random.chance(tearsMost, Math.max(tearsMost, torn.length))),
  ];
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
