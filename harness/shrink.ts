import { killCuts } from '../faults/kill.ts';
import { plainer as plainerDamage } from '../faults/damage.ts';
import type { Anomaly, Clause, Evidence, Finding } from '../spec/lib/clause.ts';
import { drive, type Run } from './drive.ts';
import { applyFault, killPointOf, type Fault, type KillPoint } from './fault.ts';
import { beatOf, gather, type Trial } from './judge.ts';
import { reseats } from './reseat.ts';

/** A history and what was done to it: the part of a repro that is shrunk. */
export interface Case<O> {
  readonly ops: readonly O[];
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
): Promise<Run<O, R, S>> {
  const { make, machine } = trial;
  return drive(make, machine, (_state, index) => ops[index] ?? null, beatOf(trial));
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
  return { case: { ops: run.steps.map((step) => step.op), fault }, run, evidence, finding };
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
  let best = await attempt(s, await runOps(trial, start.ops), start.fault);
  if (best === null) return null;
  best = (await tryOps(s, best, upToFault(best))) ?? best;
  for (let before = -1; before !== size(best) && s.walksLeft > 0;) {
    before = size(best);
    best = await fewerOps(s, best);
    best = await plainerOps(s, best);
    best = await plainerFault(s, best);
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
  const kill = fault.is === 'none' ? null : fault.kill;
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
): Promise<Hit<O, R, S> | null> {
  if (ops.length === 0) return null;
  const run = await runOps(s.trial, ops);
  if (run.steps.length === 0) return null;
  for (const fault of correspondingFaults(s, best, run)) {
    const hit = await attempt(s, run, fault);
    if (hit !== null) return hit;
    if (s.walksLeft <= 0) return null;
  }
  return null;
}

function* correspondingFaults<O, R, S, D>(
  s: Shrinker<O, R, S, D>,
  best: Hit<O, R, S>,
  run: Run<O, R, S>,
): Generator<Fault> {
  const { fault } = best.case;
  if (fault.is === 'none') {
    yield fault;
  } else if (fault.is === 'kill') {
    for (const kill of killsOfLastStep(s, run, fault.kill)) yield { is: 'kill', kill };
  } else {
    yield* damagesOf(s, best, run, fault);
  }
}

/** Inside one write dozens of tears may do the same; this many are tried of a changed last step. */
const tearsMost = 24;

/**
 * Kills of the last step: between its calls first, and inside a write only where the old one was.
 */
function killsOfLastStep<O, R, S, D>(
  s: Shrinker<O, R, S, D>,
  run: Run<O, R, S>,
  old: KillPoint,
): KillPoint[] {
  const last = run.steps.length - 1;
  const cuts = killCuts(run.log, { tears: s.trial.kind.tears });
  const kills = cuts.filter((cut) => cut.step === last).map((cut) => killPointOf(run, cut));
  const whole = kills.filter((kill) => kill.partialBytes === undefined);
  const torn = kills.filter((kill) => kill.partialBytes !== undefined);
  if (old.partialBytes === undefined) return whole;
  const same = torn.filter((kill) => kill.calls === old.calls);
  const others = torn.filter((kill) => kill.calls !== old.calls);
  return [...whole, ...spread(same, tearsMost), ...spread(others, tearsMost)];
}

/** At most `most` of the items, evenly spread, the first and the last among them. */
function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  if (most === 1) return items.slice(0, 1);
  const step = (items.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => items[Math.round(i * step)]!);
}

/**
 * The damage where it was and where it may have gone; after a kill, at each kill of the last step.
 */
function* damagesOf<O, R, S, D>(
  s: Shrinker<O, R, S, D>,
  best: Hit<O, R, S>,
  run: Run<O, R, S>,
  fault: Extract<Fault, { readonly is: 'damage' }>,
): Generator<Fault> {
  const { kill, damage } = fault;
  const kills = kill === null ? [null] : killsOfLastStep(s, run, kill);
  for (const one of kills) yield { is: 'damage', kill: one, damage };
  const before = best.evidence.undamaged ?? best.evidence.start;
  for (const one of spread(kills, kill === null ? 1 : reseatedKillsMost)) {
    const plain: Fault = one === null ? { is: 'none' } : { is: 'kill', kill: one };
    const faulted = applyFault(s.trial.machine, run, plain);
    if (faulted === null) continue;
    for (const other of reseats(s.trial.kind, before, faulted.image, damage)) {
      yield { is: 'damage', kill: one, damage: other };
    }
  }
}

/** At this many kills of a changed last step, damage is also tried at other places. */
const reseatedKillsMost = 4;

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
      const hit = await tryOps(s, best, fewer);
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
      const hit = await tryOps(s, best, best.case.ops.with(i, simpler));
      if (hit === null) continue;
      best = hit;
      break;
    }
  }
  return best;
}

/** One fault instead of several, plainer damage, an earlier and whole-call kill. */
async function plainerFault<O, R, S, D>(
  s: Shrinker<O, R, S, D>,
  start: Hit<O, R, S>,
): Promise<Hit<O, R, S>> {
  let best = start;
  for (let moved = true; moved;) {
    moved = false;
    for (const fault of plainerFaults(best.case.fault)) {
      const hit = await attempt(s, best.run, fault);
      if (hit === null) continue;
      best = hit;
      moved = true;
      break;
    }
  }
  return best;
}

function* plainerFaults(fault: Fault): Generator<Fault> {
  if (fault.is === 'none') return;
  if (fault.is === 'kill') {
    const { kill } = fault;
    // A kill that finds everything written is no part of the matter.
    yield { is: 'none' };
    if (kill.partialBytes !== undefined) {
      const { partialBytes: _dropped, ...whole } = kill;
      yield { is: 'kill', kill: whole };
    }
    return;
  }
  yield fault.kill === null ? { is: 'none' } : { is: 'kill', kill: fault.kill };
  if (fault.kill !== null) yield { ...fault, kill: null };
  for (let i = 0; i < fault.damage.length && fault.damage.length > 1; i++) {
    yield { ...fault, damage: fault.damage.toSpliced(i, 1) };
  }
  for (let i = 0; i < fault.damage.length; i++) {
    for (const simpler of plainerDamage(fault.damage[i]!)) {
      yield { ...fault, damage: fault.damage.with(i, simpler) };
    }
  }
}
