import { injectionsOf } from '../../faults/errors/sweep.ts';
import type { CallMade, Injection } from '../../faults/errors/types.ts';
import { believedFrom } from '../error-sweep.ts';
import { handlesOf } from '../failing.ts';
import { applyTo, faultable, killPointOf, losePower, type Kill, type Nested } from '../fault.ts';
import { momentAt } from '../ladder.ts';
import { applyNested, walkAfter } from '../nested.ts';
import { runOps } from '../shrink.ts';
import { opsOf, type Candidate, type Ground } from './ground.ts';
import { firstsOf } from './nested-stage.ts';
import { eventOf, powerCutsSampled, type Sample } from './power-stage.ts';
import { shuffled } from '../lib/draw.ts';
import { isStruck } from './sampling.ts';
import type { Failing } from './types.ts';

/** The history again with a call failing, then the process dies, or else power fails. */
export async function* errorStage<O, R, S, D>(
  { trial, run, random, bug, size }: Ground<O, R, S, D>,
  stage: 'errors' | 'error and crash',
): AsyncGenerator<Candidate<O, R, S>> {
  const ops = run.steps.map((step) => step.op);
  // At the end each handle shows what it knows, which is held against what is on disk.
  ops.push(...handlesOf(trial.kind, ops).flatMap((handle) => trial.kind.shows?.(handle) ?? []));
  const opAt = opsOf(trial, run);
  const { strikes = [] } = bug;
  const strikesAt = (one: Injection): boolean =>
    one.is === 'space' || isStruck(strikes, opAt(one.at.step));
  const all = [...injectionsOf(run.calls)].filter(
    (one) => strikesAt(one) && fits(one, bug.errors, run.calls),
  );
  for (const injection of shuffled(all, random).slice(0, size.injections)) {
    const failed = await runOps(trial, ops, [injection]);
    const on = faultable(trial.machine, failed);
    if (stage === 'errors') {
      const kill = killPointOf(on, momentAt(on, on.log.events.length));
      const fault: Kill = { is: 'kill', kill };
      const faulted = applyTo(on, fault);
      if (faulted !== null) yield { run: failed, fault, faulted, stage };
      continue;
    }
    // Behind a barrier that was acknowledged and never was, a power cut is nobody's fault.
    const believed = believedFrom(trial.kind, failed, injection);
    const from = injection.is === 'space' ? 0 : (failed.steps[injection.at.step]?.began ?? 0);
    const sample: Sample = { opAt, rung: 'one lost', most: size.cutsAfter, from };
    for (const fault of powerCutsSampled(trial, on, sample, random)) {
      if (fault.kill.step >= believed) continue;
      const faulted = losePower(on, fault, eventOf(on, fault));
      yield { run: failed, fault, faulted, stage };
    }
  }
}

/** Calls that fail while what a first fault left is opened and read. */
export async function* recoveryErrorStage<O, R, S, D>(
  ground: Ground<O, R, S, D>,
): AsyncGenerator<Candidate<O, R, S>> {
  const { trial, run, random, bug, size } = ground;
  for await (const { fault: first, walked: dry } of firstsOf(ground)) {
    const opening = dry.seen.findIndex((s) => s.phase !== 'open' && s.phase !== 'read');
    const steps = (step: number): boolean => opening === -1 || step < opening;
    const all = [...injectionsOf(dry.calls, { steps })];
    const fitting = all.filter((one) => fits(one, bug.errors, dry.calls));
    for (const injection of shuffled(fitting, random).slice(0, size.seconds)) {
      const errors = [injection];
      const walked = await walkAfter(trial, run, { first, errors });
      if (walked === null) continue;
      const kill = killPointOf(walked, momentAt(walked, walked.log.events.length));
      const fault: Nested = { is: 'nested', first, errors, second: { is: 'kill', kill } };
      const faulted = applyNested(walked, fault);
      if (faulted !== null) yield { run, fault, faulted, stage: 'error in recovery' };
    }
  }
}

function fits(
  injection: Injection,
  wanted: readonly Failing[] | undefined,
  calls: readonly CallMade[],
): boolean {
  if (wanted === undefined) return true;
  const is = injection.is === 'sync' ? (`sync ${injection.way}` as const) : injection.is;
  return wanted.some((one) => {
    if (one.is !== is) return false;
    if (injection.is === 'space') return true;
    const { step, nth } = injection.at;
    const made = calls.find((c) => c.step === step && c.nth === nth);
    if (made === undefined) return false;
    return one.calls?.includes(made.call) !== false && (one.at ?? made.path) === made.path;
  });
}
