import type { Path } from '../spec/lib/image.ts';
import type { CrashChoice } from './crash.ts';
import type { Draft, Which } from './ladder/choices.ts';
import { pendingOf } from './ladder/pending.ts';
import { randomChoices } from './ladder/random.ts';
import { closedSubsets, oneKept, oneLost, twoLost } from './ladder/rungs.ts';
import { frontierTears, tearsSampled } from './ladder/tears.ts';
import type { Rules } from './models/rules.ts';
import type { Power } from './power.ts';
import type { Random } from './random.ts';

/** One step of the ladder of crash states, each dearer than the one before. */
export type PowerRung =
  'one lost' | 'one kept' | 'frontier tears' | 'two lost' | 'closed subsets' | 'random';

/** The rungs in their order. */
export const powerRungs: readonly PowerRung[] = [
  'one lost',
  'one kept',
  'frontier tears',
  'two lost',
  'closed subsets',
  'random',
];

/** How far the rungs go. */
export interface LadderOptions {
  /** Of how many groups, the newest, all closed sets are lost; 12 unless told. */
  readonly windowMost?: number;
  /** Of how many groups, the newest, each two are lost; 48 unless told. */
  readonly pairsMost?: number;
  /** Without it the rung 'random' is empty. */
  readonly random?: Random;
  /** Choices of the rung 'random' at one cut; 32 unless told. */
  readonly randomMost?: number;
  /**
   * 'needed', unless told: 'two lost' and 'closed subsets' leave out what makes the image of a
   * choice that loses less, or of one at an earlier cut since which nothing was synced or owed.
   */
  readonly which?: Which;
  /** Positions inside a write that mean something to the format, where a model tears at bytes. */
  readonly tears?: (path: Path, bytes: Uint8Array) => readonly number[];
}

/**
 * The choices of one rung at one cut under one model: each is closed under the model's order, loses
 * something, and is of no rung before, 'random' excepted. Beside one that leaves what was there
 * come those in which all that may leave zeros, stale bytes or noise do.
 */
export function* choicesOf(
  _power: Power,
  rules: Rules,
  rung: PowerRung,
  cut: number,
  options: LadderOptions = {},
): Generator<CrashChoice> {
  for (const draft of draftsOf(rules, rung, cut, options)) yield draft();
}

/** The choices of `choicesOf`, each to be made before the next one is asked for, or not at all. */
export function draftsOf(
  rules: Rules,
  rung: PowerRung,
  cut: number,
  options: LadderOptions = {},
): Iterable<Draft> {
  const pending = pendingOf(rules, cut);
  switch (rung) {
    case 'one lost':
      return oneLost(pending);
    case 'one kept':
      return oneKept(pending);
    case 'frontier tears':
      return asDrafts(frontierTears(pending, options.tears));
    case 'two lost':
      return twoLost(pending, options.pairsMost ?? PAIRS_MOST, options.which ?? 'needed');
    case 'closed subsets':
      return closedSubsets(pending, options.windowMost ?? WINDOW_MOST, options.which ?? 'needed');
    case 'random': {
      const random = options.random?.fork(`${rules.model.name} ${cut}`);
      const most = random === undefined ? 0 : (options.randomMost ?? RANDOM_MOST);
      return asDrafts(randomChoices(pending, random!, most));
    }
  }
}

function* asDrafts(choices: Iterable<CrashChoice>): Generator<Draft> {
  for (const choice of choices) yield () => choice;
}

const WINDOW_MOST = 12;
const PAIRS_MOST = 48;
const RANDOM_MOST = 32;

/** True where the rung left something out at this cut, so that it is not done there. */
export function leftOut(
  _power: Power,
  rules: Rules,
  rung: PowerRung,
  cut: number,
  options: LadderOptions = {},
): boolean {
  const pending = pendingOf(rules, cut);
  const count = pending.groups.length;
  if (rung === 'frontier tears') return tearsSampled(pending);
  if (rung === 'two lost') return count > (options.pairsMost ?? PAIRS_MOST);
  if (rung === 'closed subsets') return count > (options.windowMost ?? WINDOW_MOST);
  return rung === 'random' && count > 0;
}
