import { applyDamage, type Damage } from '../faults/damage.ts';
import { applyCut, type Cut } from '../faults/kill.ts';
import type { Holds } from '../spec/lib/history.ts';
import type { Image } from '../spec/lib/image.ts';
import type { Machine, Owes } from '../spec/lib/judge.ts';
import { owes } from '../spec/lib/ledger.ts';
import type { Run } from './drive.ts';

/**
 * A kill, counted from the step in flight so that it keeps its meaning while other steps are
 * removed.
 */
export interface KillPoint {
  readonly step: number;
  /** Calls of that step that were done before the kill. */
  readonly calls: number;
  /** Bytes of the next call, a write, that were done as well. */
  readonly partialBytes?: number;
  /** True where the step had not yet been answered. */
  readonly inFlight: boolean;
}

/** What was done to a store between its history and the walk. */
export type Fault =
  | { readonly is: 'none' }
  | { readonly is: 'kill'; readonly kill: KillPoint }
  | { readonly is: 'damage'; readonly kill: KillPoint | null; readonly damage: readonly Damage[] };

/** The state that a fault leaves, what it owes, and the image before damage at rest. */
export interface Faulted {
  readonly image: Image;
  readonly undamaged: Image;
  readonly owes: readonly Owes[];
}

/** A cut of the op log as a kill point of the run's steps. */
export function killPointOf<O, R, S>(run: Run<O, R, S>, cut: Cut): KillPoint {
  return {
    step: cut.step,
    calls: cut.event - (run.steps[cut.step]?.began ?? 0),
    ...(cut.partialBytes === undefined ? {} : { partialBytes: cut.partialBytes }),
    inFlight: cut.inFlight,
  };
}

/**
 * The cut of this run's op log that a kill point names, or null where the run is shorter than that.
 */
export function cutOf<O, R, S>(run: Run<O, R, S>, kill: KillPoint): Cut | null {
  const step = run.steps[kill.step];
  if (step === undefined) return null;
  const event = step.began + kill.calls;
  if (event > step.ended) return null;
  return {
    event,
    step: kill.step,
    inFlight: kill.inFlight,
    ...(kill.partialBytes === undefined ? {} : { partialBytes: kill.partialBytes }),
  };
}

/** Applies a fault to a run; null where the run does not reach it. */
export function applyFault<O, R, S>(
  machine: Machine<S, O, R>,
  run: Run<O, R, S>,
  fault: Fault,
): Faulted | null {
  const kill = fault.is === 'none' ? null : fault.kill;
  const killed =
    kill === null
      ? { image: run.image, upTo: run.steps.length, inFlight: false }
      : killedAt(run, kill);
  if (killed === null) return null;
  const image =
    fault.is === 'damage' ? fault.damage.reduce(applyDamage, killed.image) : killed.image;
  return {
    image,
    undamaged: killed.image,
    owes: owedAt(machine, run, killed, 'process'),
  };
}

interface Killed {
  readonly image: Image;
  /** Steps that were answered before the kill; with `inFlight` the next one had begun. */
  readonly upTo: number;
  readonly inFlight: boolean;
}

function killedAt<O, R, S>(run: Run<O, R, S>, kill: KillPoint): Killed | null {
  const cut = cutOf(run, kill);
  if (cut === null) return null;
  const { inFlight, step } = kill;
  return { image: applyCut(run.log, cut), upTo: inFlight ? step : step + 1, inFlight };
}

const owedCache = new WeakMap<object, Map<string, readonly Owes[]>>();

/**
 * What a run owes after a cut; the same step is asked for at each of its cuts, so answers are kept.
 */
export function owedAt<O, R, S>(
  machine: Machine<S, O, R>,
  run: Run<O, R, S>,
  at: { readonly upTo: number; readonly inFlight: boolean },
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
