import type { Injection } from '../faults/errors/types.ts';
import type { Anomaly, Clause, Evidence, Finding } from '../spec/lib/clause.ts';
import { drive, type Run } from './drive.ts';
import { correspondingFaults } from './corresponding.ts';
import { errorsLike, plainerErrors } from './errors-like.ts';
import { killPointIn, type Fault } from './fault.ts';
import { beatOf, gather, type Trial } from './judge.ts';
import { plainerFaults } from './plainer-faults.ts';

/** A history and what was done to it: the part of a repro that is shrunk. */
export interface Case<O> {
  readonly ops: readonly O[];
  /** Faults of the file calls of the history. */
  readonly errors?: readonly Injection[];
  readonly fault: Fault;
}

/** What must stay while a case is made smaller. */
export interface Target {
  readonly clause: Clause;
  readonly anomaly: Anomaly;
}

/** A case that breaks the target's clause, with the evidence. */
export interface Hit<O, R, S> {
  readonly case: Case<O>;
  readonly run: Run<O, R, S>;
  readonly evidence: Evidence;
  readonly finding: Finding;
}

/** How much a shrink may cost, in walks; what it had by then is the result. */
export interface ShrinkBudget {
  readonly walks: number;
}

interface Shrinker<O, R, S, D> {
  readonly trial: Trial<O, R, S, D>;
  readonly target: Target;
  walksLeft: number;
}

/** Runs a list of concrete operations; those that cannot be asked are left out. */
export async function runOps<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  ops: readonly O[],
  errors: readonly Injection[] = [],
  { account = false }: { readonly account?: boolean } = {},
): Promise<Run<O, R, S>> {
  const { make, machine } = trial;
  const options = { beat: beatOf(trial), errors, account };
  return drive(make, machine, (_state, index) => ops[index] ?? null, options);
}

/**
 * Tries one case; the hit where it still breaks the target's clause in the target's way, else null.
 */
async function attempt<O, R, S, D>(
  s: Shrinker<O, R, S, D>,
  run: Run<O, R, S>,
  fault: Fault,
): Promise<Hit<O, R, S> | null> {
  if (s.walksLeft <= 0) return null;
  s.walksLeft--;
  const evidence = await gather(s.trial, run, fault);
  if (evidence === null) return null;
  const found = s.target.clause.check(evidence);
  if (found === 'not_exercised') return null;
  const finding = found.find((f) => f.anomaly === s.target.anomaly);
  if (finding === undefined) return null;
  const ops = run.steps.map((step) => step.op);
  const { errors } = run;
  const hit = errors.length === 0 ? { ops, fault } : { ops, errors, fault };
  return { case: hit, run, evidence, finding };
}

/**
 * Makes a case smaller until nothing can be removed: fewer operations, an earlier cut, plainer
 * operations and damage.
 */
export async function shrink<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  start: Case<O>,
  target: Target,
  budget: ShrinkBudget = { walks: 6000 },
): Promise<Hit<O, R, S> | null> {
  const s: Shrinker<O, R, S, D> = { trial, target, walksLeft: budget.walks };
  let best = await attempt(s, await runOps(trial, start.ops, start.errors), start.fault);
  if (best === null) return null;
  best = (await tryOps(s, best, upToFault(best))) ?? best;
  // Fewer lost units first: what is lost of a changed history is found by what was lost of this
  // one.
  best = await plainerFault(s, best);
  for (let before = -1; before !== size(best) && s.walksLeft > 0;) {
    before = size(best);
    best = await fewerOps(s, best);
    best = await plainerOps(s, best);
    best = await plainerFault(s, best);
    best = await fewerErrors(s, best);
  }
  return best;
}

function size<O, R, S>(hit: Hit<O, R, S>): number {
  return JSON.stringify([hit.case, hit.run.image.size], (_k, v: unknown) =>
    typeof v === 'bigint' ? String(v) : v instanceof Uint8Array ? v.length : v,
  ).length;
}

function upToFault<O, R, S>(hit: Hit<O, R, S>): readonly O[] {
  const { fault, ops } = hit.case;
  const kill = killPointIn(fault);
  return kill === null ? ops : ops.slice(0, kill.step + 1);
}

/**
 * Runs fewer or other operations and looks for the same finding under the faults that correspond to
 * the old one.
 */
async function tryOps<O, R, S, D>(
  s: Shrinker<O, R, S, D>,
  best: Hit<O, R, S>,
  ops: readonly O[],
  attemptsMost = Number.POSITIVE_INFINITY,
): Promise<Hit<O, R, S> | null> {
  if (ops.length === 0 || s.walksLeft <= 0) return null;
  let left = attemptsMost;
  for (const errors of await errorsOf(s, best, ops)) {
    const run = await runOps(s.trial, ops, errors);
    if (run.steps.length === 0) continue;
    for await (const fault of correspondingFaults(s.trial, best, run)) {
      const hit = await attempt(s, run, fault);
      if (hit !== null) return hit;
      if (s.walksLeft <= 0 || --left <= 0) return null;
    }
  }
  return null;
}

/** The failing calls of the old history, where they may be in the changed one. */
async function errorsOf<O, R, S, D>(
  s: Shrinker<O, R, S, D>,
  { run, case: old }: Hit<O, R, S>,
  ops: readonly O[],
): Promise<readonly (readonly Injection[])[]> {
  if (run.errors.length === 0) return [[]];
  const dry = await runOps(s.trial, ops, [], { account: true });
  const stepOf = (step: number): number | null => {
    const op = old.ops[step];
    const at = op === undefined ? -1 : ops.indexOf(op);
    if (at !== -1) return at;
    return ops.length === old.ops.length ? step : null;
  };
  return errorsLike(run.errors, { calls: run.calls, stepOf }, dry.calls);
}

/**
 * Faults tried of a history that lacks many operations, or has a plainer one: where the likest do
 * not break it, smaller steps do better than more faults.
 */
const coarseAttemptsMost = 12;

/** Removes operations in ever smaller chunks, from the end, as long as the finding stays. */
async function fewerOps<O, R, S, D>(
  s: Shrinker<O, R, S, D>,
  start: Hit<O, R, S>,
): Promise<Hit<O, R, S>> {
  let best = start;
  for (let chunk = Math.max(1, best.case.ops.length >> 1); chunk >= 1; chunk >>= 1) {
    for (let from = best.case.ops.length - chunk; from >= 0;) {
      const { ops } = best.case;
      const fewer = [...ops.slice(0, from), ...ops.slice(from + chunk)];
      const hit = await tryOps(s, best, fewer, chunk > 1 ? coarseAttemptsMost : undefined);
      if (hit !== null) best = hit;
      from = Math.min(from - 1, best.case.ops.length - chunk);
    }
  }
  return best;
}

async function plainerOps<O, R, S, D>(
  s: Shrinker<O, R, S, D>,
  start: Hit<O, R, S>,
): Promise<Hit<O, R, S>> {
  let best = start;
  for (let i = 0; i < best.case.ops.length; i++) {
    for (const simpler of s.trial.kind.plainer(best.case.ops[i]!)) {
      const hit = await tryOps(s, best, best.case.ops.with(i, simpler), coarseAttemptsMost);
      if (hit === null) continue;
      best = hit;
      break;
    }
  }
  return best;
}

/**
 * One fault instead of several, less lost, a more benign file system, plainer damage, a whole-call
 * kill.
 */
async function plainerFault<O, R, S, D>(
  s: Shrinker<O, R, S, D>,
  start: Hit<O, R, S>,
): Promise<Hit<O, R, S>> {
  let best = start;
  for (let moved = true; moved;) {
    moved = false;
    for (const fault of plainerFaults(best)) {
      const hit = await attempt(s, best.run, fault);
      if (hit === null) continue;
      best = hit;
      moved = true;
      break;
    }
  }
  return best;
}

/** Failing calls that the finding does not need, or plainer ones. */
async function fewerErrors<O, R, S, D>(
  s: Shrinker<O, R, S, D>,
  start: Hit<O, R, S>,
): Promise<Hit<O, R, S>> {
  let best = start;
  for (const errors of plainerErrors(start.run.errors)) {
    const run = await runOps(s.trial, best.case.ops, errors);
    for await (const fault of correspondingFaults(s.trial, best, run)) {
      const hit = await attempt(s, run, fault);
      if (hit === null) continue;
      best = hit;
      break;
    }
    if (best !== start) break;
  }
  return best;
}
