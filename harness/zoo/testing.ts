import { expect, it } from 'vitest';
import { kindNamed, trialOf } from '../subjects.ts';
import { flawsOf } from './flaws.ts';
import { hunt, huntBudget, type HuntBudget } from './hunt.ts';
import { zoos, type AnyZoo } from './index.ts';
import { factsOf, loadBug } from './load.ts';
import type { Bug } from './types.ts';

/** A budget of so many states, which hardly shrinks. */
function stingy(states: number): HuntBudget {
  return { ...huntBudget, states, single: 10, damaged: 20, injections: 8, shrinkWalks: 1 };
}

/** Declares a test for each of these bugs: every seed's hunt catches it, as `flawsOf` has it. */
export function itCatches(zoo: AnyZoo, bugs: readonly Bug[], seeds: readonly string[]): void {
  it.each(bugs)('$clause catches $id', async (declared) => {
    const bug = await loadBug(zoo, declared);
    const trial = trialOf(kindNamed(zoo.kind), bug.make, 'safe');
    for (const seed of seeds) {
      expect(await flawsOf(trial, bug, await hunt(trial, bug, seed)), seed).toEqual([]);
    }
  });
}

/**
 * Declares the control: without the bugs, hunts of so many states find nothing. One hunt for each
 * way in which bugs are looked for, and each clause once.
 */
export function itFindsNothingSafe(zoo: AnyZoo, states: number): void {
  const ways = new Map(zoo.bugs.map((bug) => [`${bug.needs} ${bug.clause}`, bug]));
  it('are what the clauses catch: without them nothing is found', async () => {
    const trial = trialOf(kindNamed(zoo.kind), zoo.safe, 'safe');
    for (const bug of ways.values()) {
      const { hit } = await hunt(trial, factsOf(bug), '1', stingy(states));
      expect(hit, bug.id).toBeNull();
    }
  });
}

/** The zoo of a kind. Throws where there is none. */
export function zooOf(kind: string): AnyZoo {
  const zoo = zoos.find((one) => one.kind === kind);
  if (zoo === undefined) throw new Error(`no bugs are planted in ${kind}`);
  return zoo;
}

/** Every so many of the bugs: `tearproof zoo --full` hunts all of them, with another seed. */
export function oneIn(every: number, bugs: readonly Bug[]): readonly Bug[] {
  return bugs.filter((_, i) => i % every === 0);
}
