import type { ErrorPlan } from './error-sweep.ts';
import type { PowerPlan } from './ladder.ts';
import type { LazyPlan } from './lazy/states.ts';
import type { Reach } from './remote/request.ts';
import type { Rung } from './rungs.ts';

/** How far a run goes. Counts, never seconds, so that a slow machine explores the same states. */
export interface Depth {
  readonly name: string;
  readonly histories: number;
  /** Histories below which a run that is out of time has shown nothing. */
  readonly least: number;
  /** The only rungs that are tried; all of this depth where missing. */
  readonly only?: readonly Rung[];
  readonly operations: number;
  /** Damaged images made from each history. */
  readonly damaged: number;
  /**
   * Set where there are too few of them to meet what is rare by chance: histories then share one of
   * each sort that the format suggests.
   */
  readonly eachSort?: true;
  /** Kills inside each write, drawn at random; all that matter to the format where missing. */
  readonly tearsPerWrite?: number;
  /** Power cuts: which, and how many states of them are walked in each history. */
  readonly power: PowerPlan & { readonly walked: number };
  /** Power cuts that lose only what walks have looked at; none where missing. */
  readonly lazy?: LazyPlan;
  /** Faults inside recovery: after so many first faults a history, and how many are walked. */
  readonly nested: PowerPlan & { readonly firsts: number; readonly walked: number };
  /** Failing calls. */
  readonly errors: ErrorPlan;
}

/** The models whose findings count, from benign to hostile, but those that bring nothing new. */
const gating = [
  'ext4-ordered', 'adversarial-512', 'seq', 'ext4-journal', 'ext4-ordered-nodelalloc', 'xfs', 'btrfs',
] as const; // prettier-ignore

/** The models whose findings are reported and do not count. */
const reported = ['ext4-writeback', 'apfs', 'ntfs', 'adversarial', 'lying-fsync'] as const;

const nestedModels = ['ext4-ordered', 'adversarial-512'] as const;

/** Each depth by its name. */
export const depths: Readonly<Record<'quick' | 'standard' | 'deep', Depth>> = {
  quick: {
    name: 'quick',
    histories: 14,
    least: 8,
    operations: 24,
    damaged: 50,
    tearsPerWrite: 2,
    power: {
      models: ['ext4-ordered', 'adversarial-512'],
      rungs: ['one lost', 'one kept', 'frontier tears', 'two lost', 'random'],
      randomMost: 1,
      walked: 40,
    },
    nested: { models: nestedModels, rungs: ['one lost', 'one kept'], firsts: 2, walked: 12 },
    errors: { injections: 12, powerCuts: 1, inRecovery: 3 },
  },
  standard: {
    name: 'standard',
    histories: 14,
    least: 8,
    operations: 40,
    damaged: 120,
    tearsPerWrite: 6,
    power: {
      models: [...gating, ...reported],
      rungs: ['one lost', 'one kept', 'frontier tears', 'two lost', 'closed subsets', 'random'],
      reportedRungs: ['one lost', 'one kept'],
      randomMost: 4,
      walked: 240,
    },
    lazy: { models: nestedModels, madeMost: 32, walkedMost: 60 },
    nested: {
      models: nestedModels,
      rungs: ['one lost', 'one kept', 'frontier tears'],
      firsts: 6,
      walked: 120,
    },
    errors: { injections: 60, powerCuts: 2, inRecovery: 8 },
  },
  deep: {
    name: 'deep',
    histories: 30,
    least: 8,
    operations: 60,
    damaged: 250,
    power: {
      models: [...gating, ...reported],
      rungs: ['one lost', 'one kept', 'frontier tears', 'two lost', 'closed subsets', 'random'],
      reportedRungs: ['one lost', 'one kept'],
      randomMost: 16,
      walked: 600,
    },
    lazy: { models: [...gating, ...reported], madeMost: 128, walkedMost: 400 },
    nested: {
      models: nestedModels,
      rungs: ['one lost', 'one kept', 'frontier tears', 'two lost'],
      firsts: 12,
      walked: 300,
    },
    errors: { injections: 150, powerCuts: 2, inRecovery: 12 },
  },
};

/**
 * A depth for a port in another process, where each state costs milliseconds, and each history of a
 * traced one a tenth of a second. Which rungs it has is the reach's to say.
 */
export function depthAt(reach: Reach, name: keyof typeof depths): Depth {
  const { lazy: _lazy, ...depth } = depths[name];
  const { histories, damaged, tears, power, nested } = sparing[name];
  const spared = {
    ...depth,
    histories,
    damaged,
    eachSort: true as const,
    tearsPerWrite: tears,
    power: { ...depth.power, models: countingModels(depth, name), walked: power },
    nested: { ...depth.nested, walked: nested },
  };
  return reach === 'images' ? spared : { ...spared, ...sparingTraced(depth, name) };
}

/**
 * Fewer states of each history and more histories, since a part of them is the port's own: what a
 * port of 200 states a second gets through.
 */
const sparing = {
  quick: { histories: 18, damaged: 50, tears: 2, power: 40, nested: 12 },
  standard: { histories: 18, damaged: 60, tears: 2, power: 40, nested: 16 },
  deep: { histories: 30, damaged: 250, tears: 16, power: 600, nested: 300 },
} as const;

/**
 * All histories are the port's own, and each costs seconds. Calls are made to fail often enough
 * that every sort of it comes about.
 */
function sparingTraced(
  depth: Depth,
  name: keyof typeof depths,
): Pick<Depth, 'histories' | 'damaged' | 'tearsPerWrite' | 'power' | 'nested' | 'errors'> {
  const { histories, damaged, tears, walked, firsts, second, injections, inRecovery } =
    traced[name];
  return {
    histories,
    damaged,
    tearsPerWrite: tears,
    power: { ...depth.power, models: countingModels(depth, name), walked },
    nested: { ...depth.nested, firsts, walked: second },
    errors: { injections, powerCuts: 1, inRecovery },
  };
}

/**
 * Making the states of models that do not count takes longest of all: that is left to the night.
 */
function countingModels({ power }: Depth, name: keyof typeof depths): readonly string[] {
  const honest: readonly string[] = gating;
  return power.models.filter((one) => name === 'deep' || honest.includes(one));
}

const traced = {
  quick: {
    histories: 14, damaged: 20, tears: 1, walked: 24, firsts: 3, second: 9, injections: 8,
    inRecovery: 4,
  },
  standard: {
    histories: 8, damaged: 24, tears: 1, walked: 30, firsts: 3, second: 9, injections: 12,
    inRecovery: 4,
  },
  deep: {
    histories: 30, damaged: 250, tears: 16, walked: 600, firsts: 12, second: 300, injections: 100,
    inRecovery: 8,
  },
} as const; // prettier-ignore
