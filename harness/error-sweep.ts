import fc from 'fast-check';
import { injectionKinds, injectionsOf, kindOf, sweep } from '../faults/errors/sweep.ts';
import type { CallMade, Injection } from '../faults/errors/types.ts';
import type { Random } from '../faults/random.ts';
import { ofEachSort } from './lib/draw.ts';
import type { Run } from './drive.ts';
import { explore, type Explore, type StateOfRun } from './explore.ts';
import {
  applyTo,
  faultable,
  killPointOf,
  type Fault,
  type Nested,
  type PowerCut,
} from './fault.ts';
import type { Trial } from './judge.ts';
import { asDrafts, momentAt, powerCuts, type Planned, type PowerPlan } from './ladder.ts';
import { handlesOf } from './failing.ts';
import { applyNested, walkAfter } from './nested.ts';
import type { RungTally } from './rungs.ts';
import { runOps } from './shrink.ts';
import type { Kind } from './kind.ts';

/** How much of the sweep over failing calls is tried in each history. */
export interface ErrorPlan {
  /** Injections, taken evenly over all call sites; each runs the history again. */
  readonly injections: number;
  /** Power cuts tried after each. */
  readonly powerCuts: number;
  /** Injections into the calls of one recovery. */
  readonly inRecovery: number;
}

/** The classes of injected faults, as they are counted. */
export const errorNames: readonly string[] = [
  ...injectionKinds.map((kind) => `failing call: ${kind}`),
  'failing call in recovery',
];

const cuts: PowerPlan = {
  models: ['ext4-ordered', 'adversarial-512'],
  rungs: ['one lost', 'one kept'],
};

type Common = Pick<Explore<Fault>, 'made' | 'tell'>;

/**
 * The history again with one call failing; the same handles go on to its end, then the process
 * dies, or power fails.
 */
export async function* errorStates<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  plan: ErrorPlan,
  random: Random,
  { made, tell }: Common,
): AsyncGenerator<StateOfRun<O, R, S>> {
  const ops = goingOn(trial, run, random.fork('goes on'));
  const dry = await runOps(trial, ops, [], { account: true });
  const all = [...injectionsOf(dry.calls)];
  const sortOf = sortsOf(trial.kind, dry, run.steps.length);
  const able = all.filter((one) => trial.make.injects?.(one, dry.calls) ?? true);
  const injections = drawn(able, sortOf, plan.injections, random.fork('which'));
  let struck = 0;
  for (const [i, injection] of injections.entries()) {
    const failing = await runOps(trial, ops, [injection]);
    // Nobody can tell what it did; whoever made its log says so.
    if (failing.log.notModelled.length > 0 || !isStruck(failing.calls)) continue;
    struck++;
    const on = faultable(trial.machine, failing);
    const died: Planned = {
      fault: { is: 'kill', kill: killPointOf(on, momentAt(on, on.log.events.length)) },
      rung: 'error sweep',
      model: 'none',
      names: [`failing call: ${kindOf(injection)}`],
    };
    made?.(died, true);
    const faulted = applyTo(on, died.fault as Exclude<Fault, Nested>);
    if (faulted !== null) yield { planned: died, faulted, run: failing };
    const from = stepBegan(failing, injection);
    const planned = afterErrors(
      powerCuts(trial.kind, on, cuts, random.fork(`${i}`), from),
      believedFrom(trial.kind, failing, injection),
    );
    const stage = {
      planned: asDrafts(planned),
      apply: (fault: PowerCut) => applyTo(on, fault),
      merged: new Set<string>(),
      walkedMost: plan.powerCuts,
      random,
      tell: () => {},
      ...(made === undefined ? {} : { made }),
    };
    for (const state of explore<PowerCut>(stage)) yield { ...state, run: failing };
  }
  tell(tallyOf(all.length, struck));
}

/** A port in another process may go another way the second time, and never make the call. */
function isStruck(calls: readonly CallMade[]): boolean {
  return calls.some(({ failed, done }) => failed !== undefined || done !== undefined);
}

/** At most so many, in their order: one of each kind of failure first, then of each sort. */
function drawn(
  all: readonly Injection[],
  sortOf: (one: Injection) => string,
  most: number,
  random: Random,
): readonly Injection[] {
  const first = new Set(ofEachSort(all, kindOf, Math.min(most, injectionKinds.length), random));
  const rest = all.filter((one) => !first.has(one));
  const more = new Set(ofEachSort(rest, sortOf, most - first.size, random));
  return all.filter((one) => first.has(one) || more.has(one));
}

/**
 * The history, and behind it what tells whether a handle knows what is on disk: each shows all that
 * it knows, something more is added, each shows it again.
 */
function goingOn<O, R, S, D>(
  { kind, policy }: Trial<O, R, S, D>,
  { steps, states }: Run<O, R, S>,
  random: Random,
): readonly O[] {
  const ops = steps.map((step) => step.op);
  const shows = handlesOf(kind, ops).flatMap((handle) => kind.shows?.(handle) ?? []);
  const state = states.at(-1);
  if (shows.length === 0 || state === undefined) return [...ops, ...shows];
  const drafts = fc.sample(kind.drafts(policy), { seed: random.next() | 0, numRuns: 40 });
  const asked = drafts.map((draft) => kind.resolve(state, draft));
  const adding = asked.find((op) => (kind.adds(op) ?? []).length > 0);
  return [...ops, ...shows, ...(adding === undefined ? [] : [adding]), ...shows];
}

/**
 * What kind of injection it is, at which sort of call, and whether the handle that met it is still
 * open at the end, or goes on from there: only then is it seen how it does. The history itself has
 * `asked` steps.
 */
function sortsOf<O, R, S, D>(
  kind: Kind<O, R, S, D>,
  { calls, steps }: Run<O, R, S>,
  asked: number,
): (one: Injection) => string {
  const nameAt = new Map(calls.map((c) => [`${c.step} ${c.nth}`, c.call]));
  const lastOpen = steps.findLastIndex(({ op }) => kind.opens.includes(kind.nameOf(op)));
  return (one) => {
    if (one.is === 'space') return kindOf(one);
    const { step, nth } = one.at;
    const when = step >= asked ? 'goes on' : step > lastOpen ? 'last handle' : '';
    return `${kindOf(one)} ${nameAt.get(`${step} ${nth}`) ?? ''} ${when}`;
  };
}

/** Power cuts from step `believed` on are laid to the device: they gate nothing. */
function* afterErrors(
  planned: Iterable<Planned<PowerCut>>,
  believed: number,
): Generator<Planned<PowerCut>> {
  for (const one of planned) {
    const names = ['power cut after a failing call'];
    const isLie = one.fault.kill.step >= believed;
    yield { ...one, rung: 'error sweep', names, ...(isLie ? { model: 'lying-fsync' } : {}) };
  }
}

/**
 * The step from which no store can know what a failed sync lost. A late report drops a barrier that
 * was acknowledged. Where a failed sync leaves pages that count as written, whoever opens the store
 * after that, on the same running system, reads what is not on disk and cannot tell.
 */
export function believedFrom<O, R, S, D>(
  kind: Kind<O, R, S, D>,
  run: Run<O, R, S>,
  injection: Injection,
): number {
  if (injection.is !== 'sync') return Number.POSITIVE_INFINITY;
  if (injection.way === 'late') return 0;
  const reopened = run.steps.findIndex(
    ({ op }, i) => i > injection.at.step && kind.opens.includes(kind.nameOf(op)),
  );
  return reopened < 0 ? Number.POSITIVE_INFINITY : reopened;
}

function stepBegan<O, R, S>({ steps }: Run<O, R, S>, injection: Injection): number {
  return injection.is === 'space' ? 0 : (steps[injection.at.step]?.began ?? 0);
}

const tallyOf = (generated: number, walked: number): RungTally => ({
  rung: 'error sweep',
  model: 'none',
  generated,
  unique: walked,
  walked,
  finished: generated === walked,
});

/** Calls that fail while a state is opened and read; then the process dies and opens it again. */
export async function* recoveryErrors<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  first: Nested['first'],
  plan: ErrorPlan,
  { made, tell }: Common,
): AsyncGenerator<StateOfRun<O, R, S>> {
  const dry = await walkAfter(trial, run, { first });
  if (dry === null) return;
  const opening = dry.seen.findIndex((s) => s.phase !== 'open' && s.phase !== 'read');
  const steps = (step: number): boolean => opening === -1 || step < opening;
  const can = (one: Injection): boolean => trial.make.injects?.(one, dry.calls) ?? true;
  const { injections, leftOut } = sweep(dry.calls, { most: plan.inRecovery, steps, can });
  let struck = 0;
  for (const injection of injections) {
    const errors = [injection];
    const walked = await walkAfter(trial, run, { first, errors });
    if (walked === null || walked.log.notModelled.length > 0) continue;
    if (!isStruck(walked.calls)) continue;
    struck++;
    const kill = killPointOf(walked, momentAt(walked, walked.log.events.length));
    const fault: Nested = { is: 'nested', first, errors, second: { is: 'kill', kill } };
    const names = ['failing call in recovery'];
    const planned: Planned<Nested> = { fault, rung: 'error sweep', model: 'none', names };
    made?.(planned, true);
    const faulted = applyNested(walked, fault);
    if (faulted !== null) yield { planned, faulted, run, walked };
  }
  tell(tallyOf(injections.length + leftOut, struck));
}
