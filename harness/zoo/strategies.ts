import { modelNamed } from '../../faults/models/index.ts';
import type { Rules } from '../../faults/models/rules.ts';
import { powerOf, type Power } from '../../faults/power.ts';
import type { Random } from '../../faults/random.ts';
import { faultable, killPointOf, losePower, type LostUnit } from '../fault.ts';
import { gatherFaulted, judge, type Trial } from '../judge.ts';
import { momentAt } from '../ladder.ts';
import { kindNamed, trialOf } from '../subjects.ts';
import type { Candidate, Ground, StageName } from './ground.ts';
import { hunt, huntBudget } from './hunt.ts';
import { zoos } from './index.ts';
import { factsOf, loadBug } from './load.ts';
import { shuffled } from '../lib/draw.ts';
import { search, type Part } from './search.ts';
import { candidates } from './stages.ts';
import type { BugFacts, Needs } from './types.ts';

/** The weaker crash strategies, as other tools choose their crash states. */
export const strategies = [
  'kill only',
  'unsynced suffix dropped',
  'random prefix',
  'prefix plus one omission',
] as const;
export type Strategy = (typeof strategies)[number];

/** A planted bug, and after how many states each strategy found it; null where it did not. */
export interface Compared {
  readonly bug: BugFacts;
  readonly ours: number | null;
  readonly others: Readonly<Record<Strategy, number | null>>;
  /** States that each of the others was given. */
  readonly budget: number;
}

/** The others are given so many times the states that ours took, and never fewer than the least. */
const generosity = 2;
const budgetLeast = 100;

/** What a crash strategy is compared on: a bug that only damage or no fault shows is no matter. */
const compared: readonly Needs[] = ['kill', 'power', 'nested', 'errors'];

/**
 * Every planted bug that takes a crash or a failing call, in the order of the zoos. All strategies
 * have the same histories, the same walk and the same clauses; ours looks on the rungs that the bug
 * is declared for, until its clause breaks, the others until any does.
 */
export async function* compareStrategies(options: {
  readonly seed: string;
  readonly kind?: string;
}): AsyncGenerator<Compared> {
  const budget = { ...huntBudget, single: 0, shrinkWalks: 1 };
  for (const zoo of zoos) {
    if (options.kind !== undefined && options.kind !== zoo.kind) continue;
    for (const declared of zoo.bugs.filter(({ needs }) => compared.includes(needs))) {
      const { make } = await loadBug(zoo, declared);
      const trial = trialOf(kindNamed(zoo.kind), make, 'safe');
      const found = await hunt(trial, declared, options.seed, budget);
      const ours = found.stage === undefined ? null : found.states;
      const states = Math.max(budgetLeast, generosity * found.states);
      const others = await findingsOf(trial, { bug: declared, seed: options.seed, states });
      yield { bug: factsOf(declared), ours, others, budget: states };
    }
  }
}

interface Look {
  readonly bug: BugFacts;
  readonly seed: string;
  readonly states: number;
}

async function findingsOf<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  look: Look,
): Promise<Compared['others']> {
  const others: Record<Strategy, number | null> = {
    'kill only': null,
    'unsynced suffix dropped': null,
    'random prefix': null,
    'prefix plus one omission': null,
  };
  for (const strategy of strategies) others[strategy] = await statesUntil(trial, look, strategy);
  return others;
}

/** After how many states a strategy breaks any clause. */
async function statesUntil<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  { bug, seed, states: most }: Look,
  strategy: Strategy,
): Promise<number | null> {
  const { operations } = huntBudget;
  // Of the bug a strategy knows what the histories lean on, as ours does, and nothing else.
  const { leansOn } = bug;
  const lean = leansOn === undefined ? {} : { leansOn };
  const parts = [stage<O, R, S, D>('history', 1), partOf<O, R, S, D>(strategy)];
  const what = { trial, bug: lean, seed, operations, size: huntBudget, parts, states: most };
  for await (const { candidate, states } of search(what)) {
    const judged = judge(trial.kind.clauses, await gatherFaulted(trial, candidate));
    if (judged.some(({ findings }) => findings.length > 0)) return states;
  }
  return null;
}

function partOf<O, R, S, D>(strategy: Strategy): Part<O, R, S, D> {
  switch (strategy) {
    case 'kill only':
      return stage('kill', sharePerHistory);
    case 'unsynced suffix dropped':
      return losing(strategy, suffixLost);
    case 'random prefix':
      return losing(strategy, prefixKept);
    case 'prefix plus one omission':
      return losing(strategy, omitted);
  }
}

const sharePerHistory = 60;

function stage<O, R, S, D>(name: StageName, share: number): Part<O, R, S, D> {
  return { name, share, states: (ground) => candidates(ground, name) };
}

/** The groups of one cut that were asked for and are not yet durable, in program order. */
interface Pending {
  readonly rules: Rules;
  readonly groups: readonly number[];
}

/** Which of the pending groups are lost; what cannot be kept without them goes as well. */
type Loses = (pending: Pending, random: Random) => ReadonlySet<number>;

/** Cuts of one history, and choices at each of them. */
const cutsMost = 120;

/**
 * Every choice is one that the most hostile honest file system allows: it orders nothing by itself,
 * so a strategy may keep and lose whatever it means to.
 */
function losing<O, R, S, D>(name: string, loses: Loses): Part<O, R, S, D> {
  return {
    name,
    share: sharePerHistory,
    *states({ trial, run, random }: Ground<O, R, S, D>): Generator<Candidate<O, R, S>> {
      const on = faultable(trial.machine, run);
      const power = powerOf(on.log);
      const rules = power.rules(modelNamed('adversarial-512'));
      for (const cut of shuffled(power.cuts, random).slice(0, cutsMost)) {
        const groups = rules.pendingAt(cut);
        if (groups.length === 0) continue;
        const lost = unitsOf(power, rules, closed(rules, groups, loses({ rules, groups }, random)));
        const kill = killPointOf(on, momentAt(on, cut));
        const fault = { is: 'power', model: rules.model.name, kill, lost } as const;
        yield { run, fault, faulted: losePower(on, fault, cut), stage: name };
      }
    },
  };
}

/** The lost groups with all that waits for them. */
function closed(
  { waitsFor }: Rules,
  groups: readonly number[],
  lost: ReadonlySet<number>,
): ReadonlySet<number> {
  const all = new Set(lost);
  for (const g of groups) if (waitsFor[g]!.some((before) => all.has(before))) all.add(g);
  return all;
}

function unitsOf({ units }: Power, rules: Rules, lost: ReadonlySet<number>): LostUnit[] {
  return [...lost]
    .toSorted((a, b) => a - b)
    .flatMap((g) => rules.groups[g]!.units.map((u) => ({ unit: units[u]!.id, left: 'old' })));
}

/** Every file ends where it was last synced, and one whose name was not synced is gone. */
const suffixLost: Loses = ({ rules, groups }) =>
  new Set(
    groups.filter((g) => {
      const { isName, units } = rules.groups[g]!;
      const { call } = rules.units[units[0]!]!;
      return !isName || (call.do === 'name' && call.made?.is === 'file');
    }),
  );

/** What was asked for up to a random moment is kept. */
const prefixKept: Loses = ({ groups }, random) =>
  new Set(groups.slice(random.below(groups.length + 1)));

/** The same, but for one thing. */
const omitted: Loses = ({ groups }, random) => {
  const kept = 1 + random.below(groups.length);
  return new Set([groups[random.below(kept)]!, ...groups.slice(kept)]);
};
