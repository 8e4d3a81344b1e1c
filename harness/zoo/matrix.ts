import { kindNamed, trialOf } from '../subjects.ts';
import { hunt, huntBudget, type Early, type HuntBudget, type Hunted } from './hunt.ts';
import { zoos } from './index.ts';
import { modelOf } from './legal.ts';
import { factsOf, loadBug } from './load.ts';
import type { BugFacts } from './types.ts';

/** One row of the kill matrix. */
export interface Catch extends BugFacts {
  readonly states: number;
  readonly anomaly: string | null;
  readonly say: string | null;
  readonly operationsBefore: number;
  readonly operationsAfter: number;
  /** Where it was found, and the file system that its crash takes; null where it takes none. */
  readonly stage: string | null;
  readonly model: string | null;
  /** Of a bug that takes two faults: what a single one broke all the same. */
  readonly early: Early | null;
}

/** Hunts every planted bug of every kind (or of one), one row a bug, in the order of the zoos. */
export async function* matrix(options: {
  readonly seed: string;
  readonly kind?: string;
  readonly budget?: HuntBudget;
}): AsyncGenerator<Catch> {
  const { seed, budget = huntBudget } = options;
  for (const zoo of zoos) {
    if (options.kind !== undefined && options.kind !== zoo.kind) continue;
    for (const declared of zoo.bugs) {
      const bug = await loadBug(zoo, declared);
      const trial = trialOf(kindNamed(zoo.kind), bug.make, 'safe');
      yield rowOf(factsOf(declared), await hunt(trial, bug, seed, budget));
    }
  }
}

function rowOf(facts: BugFacts, { hit, ...hunted }: Hunted<unknown, unknown, unknown>): Catch {
  const { states, operationsBefore, operationsAfter, stage = null, early = null } = hunted;
  return {
    ...facts,
    states,
    anomaly: hit?.finding.anomaly ?? null,
    say: hit?.finding.say ?? null,
    operationsBefore,
    operationsAfter,
    stage,
    model: hit === null ? null : (modelOf(hit.case.fault)?.name ?? null),
    early,
  };
}
