import { killCuts } from '../faults/kill.ts';
import { powerCutsLike } from './corresponding-power.ts';
import type { Run } from './drive.ts';
import {
  applyFault,
  faultable,
  killPointOf,
  type Decay,
  type Fault,
  type KillPoint,
  type Nested,
  type SingleFault,
} from './fault.ts';
import { errorsLike } from './errors-like.ts';
import { isTorn, likeness } from './likeness.ts';
import type { Trial } from './judge.ts';
import { momentAt, secondFaults } from './ladder.ts';
import { walkAfter, type WalkRun } from './nested.ts';
import { randomFrom } from '../faults/random.ts';
import { reseats } from './reseat.ts';
import type { Hit } from './shrink.ts';

/**
 * The faults of a changed history that correspond to the one that broke the clause before: near
 * ones first.
 */
export async function* correspondingFaults<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  best: Hit<O, R, S>,
  run: Run<O, R, S>,
): AsyncGenerator<Fault> {
  const { fault } = best.case;
  if (fault.is === 'damage') yield* damagesOf(trial, best, run, fault);
  else if (fault.is === 'nested') yield* nestedOf(trial, best, run, fault);
  else yield* firstsOf(trial, best, run, fault);
}

/** The same for a fault that comes first: none, a kill, a power cut. */
function* firstsOf<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  best: Hit<O, R, S>,
  run: Run<O, R, S>,
  fault: Nested['first'],
): Generator<Nested['first']> {
  if (fault.is === 'none') yield fault;
  else if (fault.is === 'kill') {
    for (const kill of killsOfLastStep(trial, run, fault.kill)) yield { is: 'kill', kill };
  } else {
    const on = faultable(trial.machine, run);
    const old = faultable(trial.machine, best.run);
    yield* powerCutsLike(trial, on, old, fault, run.steps.length - 1);
  }
}

/** The same with calls of the first walk failing, after which the process dies. */
async function* failingRecovery<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  fault: Nested,
  old: WalkRun,
): AsyncGenerator<Nested> {
  const dry = await walkAfter(trial, run, { first: fault.first });
  if (dry === null) return;
  const sites = { calls: old.calls, stepOf: (step: number) => step };
  for (const errors of errorsLike(fault.errors ?? [], sites, dry.calls)) {
    const walked = await walkAfter(trial, run, { first: fault.first, errors });
    if (walked === null) continue;
    const kill = killPointOf(walked, momentAt(walked, walked.log.events.length));
    yield { ...fault, errors, second: { is: 'kill', kill } };
  }
}

/** First faults of a changed history, and second faults of each, that are tried. */
const firstsMost = 4;
const secondsMost = 10;

async function* nestedOf<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  best: Hit<O, R, S>,
  run: Run<O, R, S>,
  fault: Nested,
): AsyncGenerator<Fault> {
  const old = await walkAfter(trial, best.run, fault);
  let firsts = 0;
  for (const first of firstsOfNested(trial, best, run, fault.first)) {
    if (firsts++ >= firstsMost || old === null) return;
    if (fault.errors !== undefined) {
      yield* failingRecovery(trial, run, { ...fault, first }, old);
      continue;
    }
    const walked = await walkAfter(trial, run, { first });
    if (walked === null) continue;
    const step = stepLike(walked, old, fault.second.kill.step);
    if (step === null) continue;
    if (fault.second.is === 'power') {
      let seconds = 0;
      for (const second of powerCutsLike(trial, walked, old, fault.second, step)) {
        if (seconds++ < secondsMost) yield { is: 'nested', first, second };
      }
      continue;
    }
    const plan = { models: [], rungs: [] };
    const all = [...secondFaults(trial.kind, walked, first, plan, randomFrom('0'))];
    const near = all.filter((one) => one.fault.second.kill.step === step);
    const far = likeness(walked, old, fault.second.kill);
    const likest = near.toSorted((a, b) => far(a.fault.second.kill) - far(b.fault.second.kill));
    for (const one of likest.slice(0, secondsMost)) yield one.fault;
  }
}

/**
 * First faults of a nested pair, the likest first. A kill may be right before a sync: what the sync
 * would have covered is then still pending when power fails later.
 */
function firstsOfNested<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  best: Hit<O, R, S>,
  run: Run<O, R, S>,
  fault: Nested['first'],
): Iterable<Nested['first']> {
  if (fault.is !== 'kill') return firstsOf(trial, best, run, fault);
  const on = faultable(trial.machine, run);
  const old = faultable(trial.machine, best.run);
  const last = run.steps.length - 1;
  const { began = 0, ended = 0 } = run.steps[last] ?? {};
  const far = likeness(on, old, fault.kill);
  const moments = Array.from({ length: ended - began + 1 }, (_, i) => momentAt(on, began + i));
  const whole = moments.filter((cut) => cut.step === last).map((cut) => killPointOf(on, cut));
  const torn = killsOfLastStep(trial, run, fault.kill).filter(isTorn);
  return [...whole, ...torn]
    .toSorted((a, b) => far(a) - far(b))
    .map((kill) => ({ is: 'kill', kill }) as const);
}

/** The step of a walk that does what a step of another walk did, or null where there is none. */
function stepLike(walked: WalkRun, old: WalkRun, step: number): number | null {
  const names = ({ seen }: WalkRun): string[] =>
    seen.map(({ phase, op, probe = '' }) => `${phase} ${op} ${probe}`);
  const before = names(old).slice(0, step + 1);
  const name = before[step];
  const nth = before.filter((one) => one === name).length;
  let found = 0;
  const at = names(walked).findIndex((one) => one === name && ++found === nth);
  return at === -1 ? null : at;
}

/** Inside one write dozens of tears may do the same; this many are tried of a changed last step. */
const tearsMost = 24;

/**
 * Kills of the last step: between its calls first, and inside a write only where the old one was.
 */
function killsOfLastStep<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  old: KillPoint,
): KillPoint[] {
  const last = run.steps.length - 1;
  const cuts = killCuts(run.log, { tears: trial.kind.tears });
  const kills = cuts.filter((cut) => cut.step === last).map((cut) => killPointOf(run, cut));
  const whole = kills.filter((kill) => kill.partialBytes === undefined);
  const torn = kills.filter((kill) => kill.partialBytes !== undefined);
  if (old.partialBytes === undefined) return whole;
  const same = torn.filter((kill) => kill.calls === old.calls);
  const others = torn.filter((kill) => kill.calls !== old.calls);
  // A write that lacks its last byte only is a matter of its own; among all others it is rarely
  // met.
  const lasts = others.filter((kill, i) => others[i + 1]?.calls !== kill.calls);
  return [...whole, ...spread(same, tearsMost), ...spread(others, tearsMost), ...lasts];
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
  trial: Trial<O, R, S, D>,
  best: Hit<O, R, S>,
  run: Run<O, R, S>,
  fault: Decay,
): Generator<Fault> {
  const { kill, damage } = fault;
  const kills = kill === null ? [null] : killsOfLastStep(trial, run, kill);
  for (const one of kills) yield { is: 'damage', kill: one, damage };
  const before = best.evidence.undamaged ?? best.evidence.start;
  for (const one of spread(kills, kill === null ? 1 : reseatedKillsMost)) {
    const plain: SingleFault = one === null ? { is: 'none' } : { is: 'kill', kill: one };
    const faulted = applyFault(trial.machine, run, plain);
    if (faulted === null) continue;
    for (const other of reseats(trial.kind, before, faulted.image, damage)) {
      yield { is: 'damage', kill: one, damage: other };
    }
  }
}

/** At this many kills of a changed last step, damage is also tried at other places. */
const reseatedKillsMost = 4;
