import type { Clause, Evidence, FailingStep, Finding } from '../spec/lib/clause.ts';
import type { Image } from '../spec/lib/image.ts';
import type { Machine } from '../spec/lib/judge.ts';
import type { Claims, Policy } from '../spec/lib/port.ts';
import type { WalkOptions } from '../spec/lib/walk.ts';
import type { Run } from './drive.ts';
import { failingOf } from './failing.ts';
import { applyFault, killPointIn, type Fault, type Faulted } from './fault.ts';
import { applyNested, walkAfter } from './nested.ts';
import type { Kind, PortMaker } from './kind.ts';
import { walk, type Walked } from './walk.ts';

/** A port of a kind under a policy: everything that judging one state needs. */
export interface Trial<O, R, S, D> {
  readonly kind: Kind<O, R, S, D>;
  /** Makes the histories, and the walks that a second fault hits. */
  readonly make: PortMaker<O, R>;
  /** Who walks over the states that faults leave, where that is another than `make`. */
  readonly judged?: PortMaker<O, R>;
  readonly policy: Policy;
  readonly machine: Machine<S, O, R>;
  readonly claims: Claims;
  /** Told what is about to be tried, so that a hang can be named and replayed. */
  readonly beat?: Beat;
  /** Walks over a state, or answers with a walk that is known to equal it; `walk` where missing. */
  readonly walker?: Walker;
}

/** The maker of the ports that walk over states. */
export function judgedOf<O, R, S, D>({ make, judged }: Trial<O, R, S, D>): PortMaker<O, R> {
  return judged ?? make;
}

/** The same trial of one maker alone: its histories, and its walks over states. */
export function trialBy<O, R, S, D>(
  { judged: _judged, walker: _walker, ...trial }: Trial<O, R, S, D>,
  make: PortMaker<O, R>,
): Trial<O, R, S, D> {
  return { ...trial, make };
}

/** How a walk over a state is made. */
export interface WalkerOptions extends WalkOptions {
  /**
   * Of a port in another process: whether that is killed before the store is opened anew. Where it
   * is not said, each walker does so now and then.
   */
  readonly kills?: boolean;
}

/**
 * Walks over an image; answers the walk, and the image that it began on, which equals the one asked
 * for to the byte.
 */
export type Walker = (
  image: Image,
  options: WalkerOptions,
) => Promise<{ readonly image: Image; readonly walked: Walked }>;

/**
 * A sign of life: the kind, the operations so far, and the fault that the next walk begins with.
 */
export type Beat = (kind: string, ops: readonly unknown[], fault: Fault) => void;

export interface Judged {
  readonly clause: Clause;
  readonly findings: readonly Finding[];
}

/**
 * Walks over the state that a fault leaves and gathers what was seen; null where the run does not
 * reach the fault.
 */
export async function gather<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  fault: Fault,
  options: WalkOptions = {},
): Promise<Evidence | null> {
  const faulted = await faultedBy(trial, run, fault);
  return faulted === null ? null : gatherFaulted(trial, { run, fault, faulted }, options);
}

/** The state that any fault leaves of a run; null where the run does not reach it. */
export async function faultedBy<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  fault: Fault,
): Promise<Faulted | null> {
  if (fault.is !== 'nested') return applyFault(trial.machine, run, fault);
  const walked = await walkAfter(trial, run, fault);
  return walked === null ? null : applyNested(walked, fault);
}

/** A fault of a run with the state that it leaves. */
export interface FaultedRun<O, R, S> {
  readonly run: Run<O, R, S>;
  readonly fault: Fault;
  readonly faulted: Faulted;
}

/** The same for a state that was already made. */
export async function gatherFaulted<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  { run, fault, faulted }: FaultedRun<O, R, S>,
  options: WalkerOptions = {},
): Promise<Evidence> {
  trial.beat?.(trial.kind.name, opsOf(run), fault);
  const evidence = await gatherOn(trial, faulted.image, options);
  const failing = failingBefore(trial, run, fault, faulted);
  return {
    ...evidence,
    ...(failing.length === 0 ? {} : { failing }),
    fault: fault.is === 'nested' ? fault.second.is : fault.is,
    owes: faulted.owes,
    ...(fault.is === 'damage' ? { undamaged: faulted.undamaged } : {}),
    ...(faulted.earlier === undefined ? {} : { earlier: faulted.earlier }),
    ...(fault.is === 'none'
      ? { model: { asked: run.steps.length, strays: run.strays.map((s) => s.say) } }
      : {}),
    outside: [...run.outside, ...(evidence.outside ?? [])],
  };
}

/** The steps before the fault, of the history and of a walk, where calls were made to fail. */
function failingBefore<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  fault: Fault,
  faulted: Faulted,
): readonly FailingStep[] {
  const kill = killPointIn(fault);
  const answered = kill === null ? run.steps.length : kill.step + (kill.inFlight ? 0 : 1);
  return [...failingOf(trial, run, answered), ...(faulted.failing ?? [])];
}

/** Evidence of a walk over an image of unknown history: nothing is owed but what its bytes show. */
export async function gatherOn<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  image: Image,
  options: WalkerOptions = {},
): Promise<Evidence> {
  const { kind, policy } = trial;
  const plainly: Walker = async (on) => ({
    image: on,
    walked: await walk(kind, judgedOf(trial), policy, on, options),
  });
  const { image: start, walked } = await (trial.walker ?? plainly)(image, options);
  return {
    policy,
    fault: 'none',
    start,
    legal: kind.legal(start, policy) ?? [],
    classes: kind.classify(start),
    owes: [],
    seen: walked.seen,
    outside: walked.outside,
    requested: walked.requested,
  };
}

/**
 * Judges evidence by every clause of the policy; a clause whose matter did not occur is left out.
 */
export function judge(clauses: readonly Clause[], evidence: Evidence): readonly Judged[] {
  const judged: Judged[] = [];
  for (const clause of clauses) {
    if (!clause.policies.includes(evidence.policy)) continue;
    const findings = clause.check(evidence);
    if (findings !== 'not_exercised') judged.push({ clause, findings });
  }
  return judged;
}

const opsKept = new WeakMap<object, readonly unknown[]>();

/**
 * The operations of a run; the same array each time, so that whoever watches can tell that nothing
 * changed.
 */
function opsOf<O, R, S>(run: Run<O, R, S>): readonly unknown[] {
  let ops = opsKept.get(run);
  if (ops === undefined) opsKept.set(run, (ops = run.steps.map((step) => step.op)));
  return ops;
}

/**
 * A trial's sign of life while a history is still being driven: nothing has been done to it yet.
 */
export function beatOf<O, R, S, D>(trial: Trial<O, R, S, D>): (ops: readonly O[]) => void {
  return (ops) => trial.beat?.(trial.kind.name, ops, { is: 'none' });
}
