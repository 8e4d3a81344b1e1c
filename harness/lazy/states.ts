import type { CrashChoice } from '../../faults/crash.ts';
import { lazyChoices } from '../../faults/lazy/choices.ts';
import { modelNamed } from '../../faults/models/index.ts';
import type { Fact } from '../../faults/observe/facts.ts';
import { powerOf } from '../../faults/power.ts';
import { killPointOf, losePower, type Faultable, type Faulted, type PowerCut } from '../fault.ts';
import { stateNameOf } from '../explore.ts';
import { momentAt, type Planned } from '../ladder.ts';
import type { RungTally } from '../rungs.ts';
import type { Walks } from './walks.ts';

/** How far the rung 'read-set-lazy' goes in one history. */
export interface LazyPlan {
  readonly models: readonly string[];
  /** Choices made at one cut under one model; 256 unless told. */
  readonly madeMost?: number;
  /** Walks that were not made before, under all models; no limit unless told. */
  readonly walkedMost?: number;
}

/** What the rung is told of what went before, and whom it tells. */
export interface LazyStage {
  /** States that were met before, by name; grows. */
  readonly merged: Set<string>;
  readonly tell: (tally: RungTally) => void;
  readonly made?: (planned: Planned, isNew: boolean) => void;
}

/** What walks have looked at, and how many there were. */
export type LookedAt = Pick<Walks<unknown, unknown, unknown, unknown>, 'learned' | 'counts'>;

/** A state of the rung. */
export interface LazyState {
  readonly planned: Planned<PowerCut>;
  readonly faulted: Faulted;
}

const rung = 'read-set-lazy';
const everything: readonly Fact[] = [{ is: 'everything' }];

/**
 * The states of the rung 'read-set-lazy': at each cut those pending units alone are lost that a
 * walk over the states before has looked at. Each state must be walked, by `walks.trial`, before
 * the next one is asked for: what its walk learned decides how the rung goes on.
 */
export function* lazyStates(
  on: Faultable,
  walks: LookedAt,
  plan: LazyPlan,
  stage: LazyStage,
): Generator<LazyState> {
  const { cuts } = powerOf(on.log);
  const { models, walkedMost = Number.POSITIVE_INFINITY } = plan;
  const began = walks.counts.walked;
  // What a model or a cut leaves of its share is there for those that follow.
  const share = (done: number): number =>
    Math.floor((walkedMost * done) / (models.length * cuts.length)) - walks.counts.walked + began;
  for (const [m, model] of models.entries()) {
    const tally = { rung, model, generated: 0, unique: 0, walked: 0, finished: true } as const;
    const counted: Counted = { ...tally };
    for (const [c, cut] of cuts.entries()) {
      const walkedMostHere = share(m * cuts.length + c + 1);
      yield* atCut(on, walks, { ...plan, model, cut, walkedMostHere }, { ...stage, counted });
    }
    stage.tell(counted);
  }
}

type Counted = { -readonly [K in keyof RungTally]: RungTally[K] };

interface CutPlan extends LazyPlan {
  readonly model: string;
  readonly cut: number;
  readonly walkedMostHere: number;
}

function* atCut(
  on: Faultable,
  walks: LookedAt,
  { model, cut, madeMost = 256, walkedMostHere }: CutPlan,
  { merged, made, counted }: LazyStage & { readonly counted: Counted },
): Generator<LazyState> {
  const kill = killPointOf(on, momentAt(on, cut));
  const choices = lazyChoices(powerOf(on.log).rules(modelNamed(model)), cut);
  const began = walks.counts.walked;
  let left = madeMost;
  let turn: IteratorResult<CrashChoice, void> = choices.next();
  for (; !turn.done; left--) {
    if (left === 0 || walks.counts.walked - began >= walkedMostHere) {
      counted.finished = false;
      return;
    }
    const fault: PowerCut = { is: 'power', model, kill, lost: turn.value.lost };
    const planned = { fault, rung, model, names: ['power cut', `power cut: ${rung}`] } as const;
    const faulted = losePower(on, fault, cut);
    const name = stateNameOf(fault, faulted);
    const isNew = !merged.has(name);
    counted.generated++;
    made?.(planned, isNew);
    if (isNew) {
      merged.add(name);
      counted.unique++;
      counted.walked++;
      yield { planned, faulted };
    }
    turn = choices.next(walks.learned(faulted.image) ?? everything);
  }
}
