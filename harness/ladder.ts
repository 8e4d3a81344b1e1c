import type { CrashChoice } from '../faults/crash.ts';
import { draftsOf, leftOut, type PowerRung } from '../faults/ladder.ts';
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

/** A fault that is planned where somebody wants it, before the next one is asked for. */
export interface Draft<F extends Fault = Fault> extends Pick<Planned<F>, 'rung' | 'model'> {
  readonly make: () => Planned<F>;
}

/** Faults that are planned already. */
export function* asDrafts<F extends Fault>(all: Iterable<Planned<F>>): Generator<Draft<F>> {
  for (const one of all) yield { rung: one.rung, model: one.model, make: () => one };
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
  const isAsked = (_: KillPoint, event: number): boolean => event >= from;
  for (const { make } of powerDrafts(kind, on, plan, random, isAsked)) yield make();
}

/** The cuts of `powerCuts` as drafts, at those moments that are asked for: far fewer are made. */
export function* powerDrafts<O, R, S, D>(
  kind: Pick<Kind<O, R, S, D>, 'tears'>,
  on: Faultable,
  plan: PowerPlan,
  random: Random,
  isAsked: (kill: KillPoint, event: number) => boolean = () => true,
): Generator<Draft<PowerCut>> {
  const power = powerOf(on.log);
  const cuts = power.cuts
    .map((cut) => ({ cut, kill: killPointOf(on, momentAt(on, cut)) }))
    .filter(({ cut, kill }) => isAsked(kill, cut));
  const options = {
    random,
    tears: kind.tears,
    ...(plan.windowMost === undefined ? {} : { windowMost: plan.windowMost }),
    ...(plan.randomMost === undefined ? {} : { randomMost: plan.randomMost }),
  };
  for (const rung of plan.rungs) {
    const names = ['power cut', `power cut: ${rung}`];
    for (const model of plan.models) {
      if (!isPlanned(plan, rung, model)) continue;
      const rules = power.rules(modelNamed(model));
      for (const { cut, kill } of cuts) {
        let draft: () => CrashChoice;
        const make = (): Planned<PowerCut> => {
          return { fault: { is: 'power', model, kill, lost: draft().lost }, rung, model, names };
        };
        // Of those at one cut only the last can still be made.
        const one = { rung, model, make };
        for (draft of draftsOf(rules, rung, cut, options)) yield one;
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
  ...of: Parameters<typeof secondDrafts<O, R, S, D>>
): Generator<Planned<Nested>> {
  for (const { make } of secondDrafts(...of)) yield make();
}

/** The faults of `secondFaults` as drafts. */
export function* secondDrafts<O, R, S, D>(
  kind: Pick<Kind<O, R, S, D>, 'tears'>,
  walked: WalkRun,
  first: Nested['first'],
  plan: PowerPlan,
  random: Random,
): Generator<Draft<Nested>> {
  const from = walked.steps[0]?.began ?? 0;
  const until = walked.seen.findIndex((s) => s.phase === 'reopen');
  const isBefore = (step: number): boolean => until === -1 || step <= until;
  const rung = 'nested';
  const nested = (second: Nested['second']): Nested => ({ is: 'nested', first, second });
  for (const cut of killCuts(walked.log, { tears: kind.tears, boundariesMost: 4 })) {
    if (cut.event < from) continue;
    const at = momentIn(walked, cut);
    if (!isBefore(at.step)) continue;
    const fault = nested({ is: 'kill', kill: killPointOf(walked, at) });
    const model = 'kill9';
    yield { rung, model, make: () => ({ fault, rung, model, names: ['nested kill'] }) };
  }
  const isAsked = ({ step }: KillPoint, event: number): boolean => event >= from && isBefore(step);
  const names = ['nested power cut'];
  for (const { model, make } of powerDrafts(kind, walked, plan, random, isAsked)) {
    yield { rung, model, make: () => ({ fault: nested(make().fault), rung, model, names }) };
  }
}

/** The moment of a kill: between two calls, or inside a write of the step that made it. */
export function momentIn(walked: WalkRun, cut: Cut): Cut {
  if (cut.partialBytes === undefined) return momentAt(walked, cut.event);
  const step = Math.max(0, walked.steps.findLastIndex((s) => s.began <= cut.event)); // prettier-ignore
  return { ...cut, step, inFlight: true };
}
