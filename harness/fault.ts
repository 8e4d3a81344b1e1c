import type { CrashChoice } from '../faults/crash.ts';
import type { Injection } from '../faults/errors/types.ts';
import { applyDamage, type Damage } from '../faults/damage.ts';
import { applyCut, type Cut } from '../faults/kill.ts';
import type { Event, OpLog } from '../faults/oplog.ts';
import { allows } from '../faults/models/allows.ts';
import { modelNamed } from '../faults/models/index.ts';
import { powerOf } from '../faults/power.ts';
import type { FailingStep } from '../spec/lib/clause.ts';
import { isSame } from '../spec/lib/alternatives.ts';
import type { Holds } from '../spec/lib/history.ts';
import type { Image } from '../spec/lib/image.ts';
import type { Machine, Owes } from '../spec/lib/judge.ts';
import { owes } from '../spec/lib/ledger.ts';
import type { Run } from './drive.ts';
import { takenBackAt } from './failing.ts';

/**
 * A moment, counted from the step in flight so that it keeps its meaning while other steps are
 * removed.
 */
export interface KillPoint {
  readonly step: number;
  /** Calls of that step that were done by then. */
  readonly calls: number;
  /** Bytes of the next call, a write, that were done as well. */
  readonly partialBytes?: number;
  /** True where the step had not yet been answered. */
  readonly inFlight: boolean;
}

/** A unit that a power cut lost, and what it left. */
export type LostUnit = CrashChoice['lost'][number];

/** The process dies: everything that it had asked for by then is there. */
export interface Kill {
  readonly is: 'kill';
  readonly kill: KillPoint;
}

/** Power fails: of what was not yet durable, these units are lost. */
export interface PowerCut {
  readonly is: 'power';
  /** The persistence model under which it was found. */
  readonly model: string;
  readonly kill: KillPoint;
  readonly lost: readonly LostUnit[];
}

/** Damage at rest, of a closed store or of one that was killed. */
export interface Decay {
  readonly is: 'damage';
  readonly kill: KillPoint | null;
  readonly damage: readonly Damage[];
}

/** One thing that happens to a store. */
export type SingleFault = { readonly is: 'none' } | Kill | PowerCut | Decay;

/**
 * A second fault while the walk is made over the state that the first one left: inside recovery, or
 * later. Its steps are those of the walk.
 */
export interface Nested {
  readonly is: 'nested';
  readonly first: { readonly is: 'none' } | Kill | PowerCut;
  /** Faults of the file calls that the walk makes. */
  readonly errors?: readonly Injection[];
  readonly second: Kill | PowerCut;
}

/** What was done to a store between its history and the walk. */
export type Fault = SingleFault | Nested;

/** The state that a fault leaves, what it owes, and the image before damage at rest. */
export interface Faulted {
  readonly image: Image;
  readonly undamaged: Image;
  readonly owes: readonly Owes[];
  /**
   * Where the fault came into a walk: what that began on, if all of its bytes survive the fault.
   */
  readonly earlier?: Image;
  /** The steps of a walk before a second fault, where calls of it were made to fail. */
  readonly failing?: readonly FailingStep[];
}

/** The persistence models that a fault needs, none where no power cut is part of it. */
export function modelsIn(fault: Fault): readonly string[] {
  if (fault.is === 'nested') return [...modelsIn(fault.first), ...modelsIn(fault.second)];
  return fault.is === 'power' ? [fault.model] : [];
}

/** Where in a history a fault comes; null where it comes after its end. */
export function killPointIn(fault: Fault): KillPoint | null {
  if (fault.is === 'none') return null;
  return fault.is === 'nested' ? killPointIn(fault.first) : fault.kill;
}

/**
 * The part of a history, or of a walk, that a fault can hit: the op log with its steps, and what
 * each prefix owes.
 */
export interface Faultable {
  readonly log: OpLog;
  /** The tree when the last step had ended. */
  readonly image: Image;
  readonly steps: readonly { readonly began: number; readonly ended: number }[];
  owedAt(at: Reached, event: Holds): readonly Owes[];
}

/** How many steps were answered; with `inFlight` the next one had begun. */
export interface Reached {
  readonly upTo: number;
  readonly inFlight: boolean;
}

const faultables = new WeakMap<object, Faultable>();

/** A run of a history as something that a fault can hit. */
export function faultable<O, R, S>(machine: Machine<S, O, R>, run: Run<O, R, S>): Faultable {
  let made = faultables.get(run);
  if (made === undefined) {
    const { log, image, steps } = run;
    made = { log, image, steps, owedAt: (at, event) => owedOf(machine, run, at, event) };
    faultables.set(run, made);
  }
  return made;
}

/**
 * What a run owes; behind a file that the file system put back to its last sync, that is what
 * survives a power cut, and nothing that could be told where more was acknowledged since.
 */
function owedOf<O, R, S>(
  machine: Machine<S, O, R>,
  run: Run<O, R, S>,
  at: Reached,
  event: Holds,
): readonly Owes[] {
  const back = takenBackAt(run);
  const isBefore = at.upTo < back || (at.upTo === back && !at.inFlight);
  if (back < 0 || isBefore) return owedAt(machine, run, at, event);
  if (at.upTo === back) return owedAt(machine, run, at, 'power');
  const since = run.steps.slice(back + 1, at.upTo + (at.inFlight ? 1 : 0));
  const isOver = since.every(({ op, outcome }, i) => {
    if (outcome.is === 'fail') return true;
    const before = run.states[back + 1 + i]!;
    // What was accepted and promised to survive nothing may be there all the same.
    const after = run.states[back + 2 + i] ?? before;
    const addsNothing = isSame(machine.log(before), machine.log(after));
    return addsNothing && machine.holds(before, op) === 'memory';
  });
  return isOver ? owedAt(machine, run, { upTo: back + 1, inFlight: false }, 'power') : [];
}

/** A cut of the op log as a kill point of the steps. */
export function killPointOf(run: Pick<Faultable, 'steps'>, cut: Cut): KillPoint {
  return {
    step: cut.step,
    calls: cut.event - (run.steps[cut.step]?.began ?? 0),
    ...(cut.partialBytes === undefined ? {} : { partialBytes: cut.partialBytes }),
    inFlight: cut.inFlight,
  };
}

/** The cut of this op log that a kill point names, or null where the log is shorter than that. */
export function cutOf(run: Pick<Faultable, 'log' | 'steps'>, kill: KillPoint): Cut | null {
  const step = run.steps[kill.step];
  if (step === undefined) return null;
  const event = step.began + kill.calls;
  if (event > step.ended) return null;
  if (run.log.grain === 'step' && (event !== step.ended || kill.inFlight)) return null;
  if (kill.partialBytes !== undefined && !canTear(run.log.events[event])) return null;
  return {
    event,
    step: kill.step,
    inFlight: kill.inFlight,
    ...(kill.partialBytes === undefined ? {} : { partialBytes: kill.partialBytes }),
  };
}

const canTear = (event: Event | undefined): boolean =>
  event?.is === 'call' && event.call.do === 'write';

/** Applies a fault to a run; null where the run does not reach it. */
export function applyFault<O, R, S>(
  machine: Machine<S, O, R>,
  run: Run<O, R, S>,
  fault: SingleFault,
): Faulted | null {
  return applyTo(faultable(machine, run), fault);
}

/** Applies a fault to a history or a walk; null where it does not reach so far. */
export function applyTo(on: Faultable, fault: SingleFault): Faulted | null {
  if (fault.is === 'none') return left(on, on.image, { upTo: on.steps.length, inFlight: false });
  if (fault.is === 'damage') {
    const before = applyTo(on, fault.kill === null ? { is: 'none' } : killAt(fault.kill));
    if (before === null) return null;
    return { ...before, image: fault.damage.reduce(applyDamage, before.image) };
  }
  const cut = cutOf(on, fault.kill);
  if (cut === null) return null;
  const { inFlight, step } = fault.kill;
  const reached = { upTo: inFlight ? step : step + 1, inFlight };
  if (fault.is === 'kill') return left(on, applyCut(on.log, cut), reached);
  const power = powerOf(on.log);
  const choice = { cut: cut.event, lost: fault.lost };
  if (!allows(power.rules(modelNamed(fault.model)), choice)) return null;
  return losePower(on, fault, cut.event);
}

/** What a power cut leaves that its model is known to allow, after so many events. */
export function losePower(on: Faultable, fault: PowerCut, event: number): Faulted {
  const image = powerOf(on.log).image({ cut: event, lost: fault.lost });
  const { inFlight, step } = fault.kill;
  const reached = { upTo: inFlight ? step : step + 1, inFlight };
  return { image, undamaged: image, owes: on.owedAt(reached, 'power') };
}

const killAt = (kill: KillPoint): Kill => ({ is: 'kill', kill });

function left(on: Faultable, image: Image, reached: Reached): Faulted {
  return { image, undamaged: image, owes: on.owedAt(reached, 'process') };
}

const owedCache = new WeakMap<object, Map<string, readonly Owes[]>>();

/**
 * What a run owes after a cut; the same step is asked for at each of its cuts, so answers are kept.
 */
export function owedAt<O, R, S>(
  machine: Machine<S, O, R>,
  run: Run<O, R, S>,
  at: Reached,
  event: Holds,
): readonly Owes[] {
  let kept = owedCache.get(run);
  if (kept === undefined) owedCache.set(run, (kept = new Map()));
  const name = `${at.upTo} ${at.inFlight} ${event}`;
  let duties = kept.get(name);
  if (duties === undefined) {
    const history = at.inFlight ? run.steps : run.steps.slice(0, at.upTo);
    kept.set(name, (duties = owes(machine, history, at.upTo, event)));
  }
  return duties;
}
