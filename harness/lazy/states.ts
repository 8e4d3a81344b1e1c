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
  walks: Pick<Walks<never, never, never, never>, 'learned' | 'counts'>,
  plan: LazyPlan,
  { merged, tell, made }: LazyStage,
): Generator<LazyState> {
  const power = powerOf(on.log);
  const { madeMost = 256, walkedMost = Number.POSITIVE_INFINITY } = plan;
  const until = walks.counts.walked + walkedMost;
  for (const model of plan.models) {
    const tally = { rung, model, generated: 0, unique: 0, walked: 0, finished: true } as const;
    const counted: { -readonly [K in keyof typeof tally]: RungTally[K] } = { ...tally };
    const rules = power.rules(modelNamed(model));
    for (const cut of power.cuts) {
      const kill = killPointOf(on, momentAt(on, cut));
      const choices = lazyChoices(rules, cut);
      let left = madeMost;
      let turn: IteratorResult<CrashChoice, void> = choices.next();
      for (; !turn.done; left--) {
        if (left === 0 || walks.counts.walked >= until) {
          counted.finished = false;
          break;
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
          const before = walks.counts.walked;
          yield { planned, faulted };
          counted.walked += walks.counts.walked - before;
        }
        turn = choices.next(walks.learned(faulted.image) ?? everything);
      }
    }
    tell(counted);
  }
}
