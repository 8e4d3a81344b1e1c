import { choicesOf, leftOut, type PowerRung } from '../faults/ladder.ts';
import { killCuts, type Cut } from '../faults/kill.ts';
import { modelNamed } from '../faults/models/index.ts';
import { powerOf } from '../faults/power.ts';
import type { Random } from '../faults/random.ts';
import {
  cutOf,
  killPointOf,
  type Fault,
  type Faultable,
  type KillPoint,
  type Nested,
  type PowerCut,
} from './fault.ts';
import type { Kind } from './kind.ts';
import type { WalkRun } from './nested.ts';
import type { Rung } from './rungs.ts';

/** A fault with where it stands on the ladder; `model` is the file system that it needs. */
export interface Planned<F extends Fault = Fault> {
  readonly fault: F;
  readonly rung: Rung;
  readonly model: string;
  /** The classes of faults that it counts for. */
  readonly names: readonly string[];
}

/** Which power cuts are tried. */
export interface PowerPlan {
  readonly models: readonly string[];
  readonly rungs: readonly PowerRung[];
  /** The rungs of models whose findings do not count; all where missing. */
  readonly reportedRungs?: readonly PowerRung[];
  /** Pending groups of units up to which all their closed subsets are tried. */
  readonly windowMost?: number;
  readonly randomMost?: number;
}

/** The moment after so many events of a log: the step at work, and whether it was answered. */
export function momentAt(on: Pick<Faultable, 'log' | 'steps'>, event: number): Cut {
  const step = Math.max(0, on.steps.findLastIndex((s) => s.began < event)); // prettier-ignore
  const last = on.log.events[event - 1];
  const began = on.steps[step]?.began ?? 0;
  return { event, step, inFlight: event <= began || last?.is !== 'ack' };
}

/**
 * Power cuts of a log, rung by rung, each under every model. `from`: no cut before so many events.
 */
export function* powerCuts<O, R, S, D>(
  kind: Pick<Kind<O, R, S, D>, 'tears'>,
  on: Faultable,
  plan: PowerPlan,
  random: Random,
  from = 0,
): Generator<Planned<PowerCut>> {
  const power = powerOf(on.log);
  const cuts = power.cuts.filter((cut) => cut >= from);
  const options = {
    random,
    tears: kind.tears,
    ...(plan.windowMost === undefined ? {} : { windowMost: plan.windowMost }),
    ...(plan.randomMost === undefined ? {} : { randomMost: plan.randomMost }),
  };
  for (const rung of plan.rungs) {
    for (const model of plan.models) {
      if (!isPlanned(plan, rung, model)) continue;
      const rules = power.rules(modelNamed(model));
      for (const cut of cuts) {
        const kill = killPointOf(on, momentAt(on, cut));
        for (const { lost } of choicesOf(power, rules, rung, cut, options)) {
          const fault = { is: 'power', model, kill, lost } as const;
          yield { fault, rung, model, names: ['power cut', `power cut: ${rung}`] };
        }
      }
    }
  }
}

/** True where a plan tries the rung under the model. */
function isPlanned({ rungs, reportedRungs }: PowerPlan, rung: PowerRung, model: string): boolean {
  const own = modelNamed(model).honest ? rungs : (reportedRungs ?? rungs);
  return own.includes(rung);
}

/** True where a rung leaves out some states of this log under a model, however much is walked. */
export function powerLeavesOut(
  on: Faultable,
  plan: PowerPlan,
  rung: PowerRung,
  model: string,
): boolean {
  const power = powerOf(on.log);
  const rules = power.rules(modelNamed(model));
  const options = plan.windowMost === undefined ? {} : { windowMost: plan.windowMost };
  return power.cuts.some((cut) => leftOut(power, rules, rung, cut, options));
}

/**
 * Kills that leave the same image as the one given, each before a sync that had been made by then:
 * what the sync covers is still pending.
 */
export function killsBeforeSyncs(on: Faultable, kill: KillPoint): KillPoint[] {
  const cut = cutOf(on, kill);
  const kills: KillPoint[] = [];
  for (let event = (cut?.event ?? 0) - 1; event >= 0; event--) {
    const entry = on.log.events[event]!;
    if (entry.is === 'ack') continue;
    if (entry.call.do !== 'sync') break;
    kills.push(killPointOf(on, momentAt(on, event)));
  }
  return kills;
}

/** Second faults of a walk: kills between its calls and inside its writes, then power cuts. */
export function* secondFaults<O, R, S, D>(
  kind: Pick<Kind<O, R, S, D>, 'tears'>,
  walked: WalkRun,
  first: Nested['first'],
  plan: PowerPlan,
  random: Random,
): Generator<Planned<Nested>> {
  const from = walked.steps[0]?.began ?? 0;
  const until = walked.seen.findIndex((s) => s.phase === 'reopen');
  const isBefore = (step: number): boolean => until === -1 || step <= until;
  const rung = 'nested';
  for (const cut of killCuts(walked.log, { tears: kind.tears, boundariesMost: 4 })) {
    if (cut.event < from) continue;
    const at = momentIn(walked, cut);
    if (!isBefore(at.step)) continue;
    const second = { is: 'kill', kill: killPointOf(walked, at) } as const;
    yield { fault: { is: 'nested', first, second }, rung, model: 'kill9', names: ['nested kill'] };
  }
  for (const { fault, model } of powerCuts(kind, walked, plan, random, from)) {
    if (!isBefore(fault.kill.step)) continue;
    yield {
      fault: { is: 'nested', first, second: fault },
      rung,
      model,
      names: ['nested power cut'],
    };
  }
}

/** The moment of a kill: between two calls, or inside a write of the step that made it. */
export function momentIn(walked: WalkRun, cut: Cut): Cut {
  if (cut.partialBytes === undefined) return momentAt(walked, cut.event);
  const step = Math.max(0, walked.steps.findLastIndex((s) => s.began <= cut.event)); // prettier-ignore
  return { ...cut, step, inFlight: true };
}
