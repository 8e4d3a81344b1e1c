import { kindNamed, trialOf } from '../subjects.ts';
import { hunt, huntBudget, type HuntBudget, type Hunted } from './hunt.ts';
import { zoos } from './index.ts';
import { loadBug } from './load.ts';
import type { BugFacts } from './types.ts';

/** One row of the kill matrix. */
export interface Catch extends BugFacts {
  readonly states: number;
  readonly anomaly: string | null;
  readonly say: string | null;
  readonly operationsBefore: number;
  readonly operationsAfter: number;
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
      yield rowOf(bug, await hunt(trial, bug, seed, budget));
    }
  }
}

function rowOf(bug: BugFacts, hunted: Hunted<unknown, unknown, unknown>): Catch {
  const { id, kind, text, clause, needs } = bug;
  return {
    id,
    kind,
    text,
    clause,
    needs,
    states: hunted.states,
    anomaly: hunted.hit?.finding.anomaly ?? null,
    say: hunted.hit?.finding.say ?? null,
    operationsBefore: hunted.operationsBefore,
    operationsAfter: hunted.operationsAfter,
  };
}
