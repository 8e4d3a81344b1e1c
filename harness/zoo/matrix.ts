import { kindNamed, trialOf } from '../subjects.ts';
import { flawsOf } from './flaws.ts';
import { hunt, huntBudget, type HuntBudget, type Hunted } from './hunt.ts';
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
  /** What is wrong with the catch, in words. */
  readonly flaws: readonly string[];
}

/** Which bugs are hunted, and for how long. */
export interface MatrixRequest {
  readonly seed: string;
  readonly kind?: string;
  readonly budget?: HuntBudget;
  /** True where hits are shrunk to the end, and must be what such a hit is. */
  readonly isShrunk?: boolean;
  /** Every so many bugs only, from the one of that number, so that several can share the work. */
  readonly part?: { readonly nth: number; readonly of: number };
}

/** Hunts every planted bug of every kind (or of one), one row a bug, in the order of the zoos. */
export async function* matrix(request: MatrixRequest): AsyncGenerator<Catch> {
  const { seed, budget = huntBudget, isShrunk = false, part = { nth: 0, of: 1 } } = request;
  let index = 0;
  for (const zoo of zoos) {
    if (request.kind !== undefined && request.kind !== zoo.kind) continue;
    for (const declared of zoo.bugs) {
      if (index++ % part.of !== part.nth) continue;
      const bug = await loadBug(zoo, declared);
      const trial = trialOf(kindNamed(zoo.kind), bug.make, 'safe');
      const facts = factsOf(declared);
      const hunted = await hunt(trial, bug, seed, budget);
      yield rowOf(facts, hunted, await flawsOf(trial, facts, hunted, isShrunk));
    }
  }
}

function rowOf(
  facts: BugFacts,
  { hit, ...hunted }: Hunted<unknown, unknown, unknown>,
  flaws: readonly string[],
): Catch {
  const { states, operationsBefore, operationsAfter, stage = null } = hunted;
  return {
    ...facts,
    states,
    anomaly: hit?.finding.anomaly ?? null,
    say: hit?.finding.say ?? null,
    operationsBefore,
    operationsAfter,
    stage,
    model: hit === null ? null : (modelOf(hit.case.fault)?.name ?? null),
    flaws,
  };
}
