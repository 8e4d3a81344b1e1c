import { choicesOf, type PowerRung } from '../../faults/ladder.ts';
import { modelNamed } from '../../faults/models/index.ts';
import { powerOf } from '../../faults/power.ts';
import type { Random } from '../../faults/random.ts';
import { faultable, killPointOf, losePower, type Faultable, type PowerCut } from '../fault.ts';
import type { Trial } from '../judge.ts';
import { momentAt } from '../ladder.ts';
import { opsOf, type Candidate, type Ground } from './ground.ts';
import { byOperation, few, inTurn } from './sampling.ts';

/**
 * The most benign file system that reorders and the most hostile that keeps its word: between them
 * a hunt misses little.
 */
const huntModels = ['ext4-ordered', 'adversarial-512'] as const;

/** Which power cuts of a log: of one rung, at most so many, none before an event. */
export interface Sample {
  /** The operation of a step: rare ones get as many cuts as frequent ones. */
  readonly opAt: (step: number) => string;
  /** Every second choice loses, where it can, something that was asked for before `from`. */
  readonly old?: boolean;
  /** Only cuts of these operations, where any are named. */
  readonly strikes?: readonly string[];
  readonly rung: PowerRung;
  readonly most: number;
  readonly from?: number;
}

/** Of one cut, one of at most so many choices is taken, and that so often. */
const choicesSeen = 60;
const roundsMost = 4;

/**
 * Some power cuts of one rung, spread over the log; of two cuts one comes right behind an
 * acknowledgement, where most is owed.
 */
export function* powerCutsSampled<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  on: Faultable,
  { opAt, strikes = [], rung, most, from = 0, old = false }: Sample,
  random: Random,
): Generator<PowerCut> {
  const power = powerOf(on.log);
  const { tears } = trial.kind;
  const options = { random, tears, randomMost: 1 };
  const cuts = power.cuts.filter((cut) => cut >= from);
  const isAck = (cut: number): boolean => on.log.events[cut - 1]?.is === 'ack';
  const opOf = (cut: number): string => opAt(momentAt(on, cut).step);
  const mixed = (some: readonly number[]): number[] => byOperation(some, opOf, strikes, random);
  const places = inTurn(mixed(cuts.filter(isAck)), mixed(cuts.filter((cut) => !isAck(cut))));
  const early = new Set(power.units.filter((unit) => unit.event < from).map((unit) => unit.id));
  const losesOld = (lost: PowerCut['lost']): boolean => lost.some(({ unit }) => early.has(unit));
  let left = most;
  for (let round = 0; round < roundsMost && left > 0; round++) {
    for (const cut of places) {
      const rules = power.rules(modelNamed(random.pick(huntModels)));
      const all = few(choicesOf(power, rules, rung, cut, options), choicesSeen);
      if (all.length === 0) continue;
      const older = old && random.chance(1, 2) ? all.filter(({ lost }) => losesOld(lost)) : [];
      const { lost } = random.pick(older.length > 0 ? older : all);
      yield {
        is: 'power',
        model: rules.model.name,
        kill: killPointOf(on, momentAt(on, cut)),
        lost,
      };
      if (--left <= 0) return;
    }
  }
}

/** Power cuts of one rung. */
export function* powerStage<O, R, S, D>(
  { trial, run, random, size, bug }: Ground<O, R, S, D>,
  rung: PowerRung,
): Generator<Candidate<O, R, S>> {
  const on = faultable(trial.machine, run);
  const opAt = opsOf(trial, run);
  const sample: Sample = { opAt, strikes: bug.strikes ?? [], rung, most: size.power };
  for (const fault of powerCutsSampled(trial, on, sample, random)) {
    const faulted = losePower(on, fault, eventOf(on, fault));
    yield { run, fault, faulted, stage: rung };
  }
}

/** The events of a log before a power cut. */
export const eventOf = (on: Faultable, { kill }: PowerCut): number =>
  (on.steps[kill.step]?.began ?? 0) + kill.calls;
