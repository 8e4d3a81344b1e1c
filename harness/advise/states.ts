import { powerRungs, type PowerRung } from '../../faults/ladder.ts';
import { randomFrom } from '../../faults/random.ts';
import { stateNameOf } from '../explore.ts';
import { cutOf, losePower, type Faultable, type PowerCut } from '../fault.ts';
import type { Kind } from '../kind.ts';
import { powerCuts } from '../ladder.ts';
import { digestImage } from '../lib/digest.ts';
import type { Retry } from './retry.ts';
import type { Scene } from './scene.ts';

/** The states of some rungs at all cuts of a history, under the model of the finding. */
export interface States {
  readonly rungs: readonly PowerRung[];
  /** Different states, by image and duties. */
  readonly all: number;
  /** Those on which the clause breaks, with a choice that makes each. */
  readonly failing: readonly PowerCut[];
}

/** Where states are made: the scene's own history, or one with further syncs. */
export interface Place {
  readonly on: Faultable;
  readonly from: number;
}

/** Choices that are made at most before a rung counts as too large to ask. */
const generatedMost = 20_000;

/**
 * Walks over the states of the rungs; null where the budget ends first. With `untilFirst` it stops
 * at the first state that fails.
 */
export async function statesOf<O, R, S, D>(
  kind: Pick<Kind<O, R, S, D>, 'tears'>,
  { fault, whole }: Scene,
  { on, from }: Place,
  retry: Retry,
  {
    rungs,
    untilFirst = false,
  }: { readonly rungs: readonly PowerRung[]; readonly untilFirst?: boolean },
): Promise<States | null> {
  const failing: PowerCut[] = [];
  const names = new Set<string>();
  let left = generatedMost;
  const plan = { models: [fault.model], rungs };
  for (const { fault: cut } of powerCuts(kind, on, plan, randomFrom('0'), from)) {
    if (left-- <= 0) return null;
    const at = cutOf(on, cut.kill);
    if (at === null) continue;
    const faulted = losePower(on, cut, at.event);
    const name = stateNameOf(cut, faulted);
    if (names.has(name)) continue;
    names.add(name);
    const found = await retry.findings(whole(cut), faulted);
    if (found === null) return null;
    if (found.length > 0) failing.push(cut);
    if (untilFirst && found.length > 0) break;
  }
  return { rungs, all: names.size, failing };
}

/** Choices of the rungs at all cuts, counted as far as `generatedMost`. */
export function choiceCount<O, R, S, D>(
  kind: Pick<Kind<O, R, S, D>, 'tears'>,
  { fault, on, from }: Scene,
  rungs: readonly PowerRung[],
): number {
  let count = 0;
  const plan = { models: [fault.model], rungs };
  for (const _ of powerCuts(kind, on, plan, randomFrom('0'), from)) {
    if (++count >= generatedMost) break;
  }
  return count;
}

/** The rungs up to the first that has this very state at its cut; null where none has it. */
export function rungsWith<O, R, S, D>(
  kind: Pick<Kind<O, R, S, D>, 'tears'>,
  { fault, on, from }: Scene,
): readonly PowerRung[] | null {
  const event = cutOf(on, fault.kill)?.event;
  if (event === undefined) return null;
  const wanted = digestImage(losePower(on, fault, event).image);
  for (const [i, rung] of powerRungs.entries()) {
    if (rung === 'random') return null;
    let left = generatedMost;
    const plan = { models: [fault.model], rungs: [rung] };
    for (const { fault: cut } of powerCuts(kind, on, plan, randomFrom('0'), from)) {
      if (left-- <= 0) return null;
      if (cutOf(on, cut.kill)?.event !== event) continue;
      // Of choices that leave the same image a rung has only one.
      if (digestImage(losePower(on, cut, event).image) === wanted)
        return powerRungs.slice(0, i + 1);
    }
  }
  return null;
}
