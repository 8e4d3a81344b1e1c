import { expect, it } from 'vitest';
import { kindNamed, trialOf } from '../subjects.ts';
import { flawsOf } from './flaws.ts';
import { anyBroken, hunt } from './hunt.ts';
import { zoos, type AnyZoo } from './index.ts';
import { loadBug } from './load.ts';
import type { Bug } from './types.ts';

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
 * Declares the control: without the bugs no clause breaks, in so many states of each way in which
 * bugs are looked for.
 */
export function itFindsNothingSafe(zoo: AnyZoo, states: number): void {
  const ways = new Map(zoo.bugs.map((bug) => [`${bug.needs} ${bug.takesTwo === true}`, bug]));
  it('are what the clauses catch: without them nothing is found', async () => {
    const trial = trialOf(kindNamed(zoo.kind), zoo.safe, 'safe');
    for (const [name, way] of ways)
      expect(await anyBroken(trial, way, '1', states), name).toBeNull();
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
