import type { Injection } from '../../faults/errors/types.ts';
import { injectionsOf } from '../../faults/errors/sweep.ts';
import { killCuts, type Cut } from '../../faults/kill.ts';
import { choicesOf, type PowerRung } from '../../faults/ladder.ts';
import { modelNamed } from '../../faults/models/index.ts';
import { powerOf } from '../../faults/power.ts';
import type { Random } from '../../faults/random.ts';
import type { CallMade } from '../../faults/errors/types.ts';
import type { Run } from '../drive.ts';
import {
  applyTo,
  faultable,
  killPointOf,
  losePower,
  type Fault,
  type Faultable,
  type Faulted,
  type Kill,
  type Nested,
  type PowerCut,
} from '../fault.ts';
import type { Trial } from '../judge.ts';
import { momentAt } from '../ladder.ts';
import { faultsOf } from '../make.ts';
import { applyNested, walkAfter, type WalkRun } from '../nested.ts';
import { runOps } from '../shrink.ts';
import type { BugFacts, Failing } from './types.ts';

/** A state to be walked, and how it came about. */
export interface Candidate<O, R, S> {
  readonly run: Run<O, R, S>;
  readonly fault: Fault;
  readonly faulted: Faulted;
  readonly stage: StageName;
}

/** The stages of a hunt. All but the last three put one fault into a history, or none. */
export type StageName =
  'history' | 'kill' | PowerRung | 'errors' | 'damage' | 'nested' | 'error and crash';

/** How many states of each kind one history gives. */
export interface StageSize {
  readonly damaged: number;
  /** Power cuts of one rung. */
  readonly power: number;
  /** First faults that a second is tried after, and the second ones of each. */
  readonly firsts: number;
  readonly seconds: number;
  /** Injections, each of which runs the history again, and power cuts after each. */
  readonly injections: number;
  readonly cutsAfter: number;
}

/**
 * The most benign file system that reorders and the most hostile that keeps its word: between them
 * a hunt misses little.
 */
const huntModels = ['ext4-ordered', 'adversarial-512'] as const;

/** A history and what is looked for in it. */
export interface Ground<O, R, S, D> {
  readonly trial: Trial<O, R, S, D>;
  readonly run: Run<O, R, S>;
  readonly random: Random;
  readonly bug: Pick<BugFacts, 'leansOn' | 'errors' | 'strikes' | 'pair'>;
  readonly size: StageSize;
}

/** The states that a stage gives of one history, those that find most first. */
export async function* candidates<O, R, S, D>(
  ground: Ground<O, R, S, D>,
  stage: StageName,
): AsyncGenerator<Candidate<O, R, S>> {
  switch (stage) {
    case 'history':
    case 'kill':
    case 'damage':
      return yield* first(ground, stage);
    case 'nested':
      return yield* nested(ground);
    case 'errors':
    case 'error and crash':
      return yield* failing(ground, stage);
    default: {
      const { trial, run, random, size, bug } = ground;
      const on = faultable(trial.machine, run);
      for (const fault of powerCutsSampled(
        trial,
        on,
        {
          opAt: opsOf(trial, run),
          strikes: bug.strikes ?? [],
          rung: stage,
          most: size.power,
        },
        random,
      )) {
        const faulted = losePower(on, fault, eventOf(on, fault));
        yield { run, fault, faulted, stage };
      }
    }
  }
}

const opsOf =
  <O, R, S, D>({ kind }: Trial<O, R, S, D>, { steps }: Run<O, R, S>) =>
  (step: number): string =>
    steps[step] === undefined ? '' : kind.nameOf(steps[step].op);

const eventOf = (on: Faultable, { kill }: PowerCut): number =>
  (on.steps[kill.step]?.began ?? 0) + kill.calls;

/** Inside the writes of one history, this many kills are tried before the next history. */
const tearsMost = 120;

/** The history itself; kills between calls before those inside writes, which are mostly alike. */
function* first<O, R, S, D>(
  { trial, run, random, bug, size }: Ground<O, R, S, D>,
  stage: 'history' | 'kill' | 'damage',
): Generator<Candidate<O, R, S>> {
  const damaged = stage === 'damage' ? size.damaged : 0;
  const faults = [...faultsOf(trial, run, random, damaged, bug.leansOn)].map((one) => one.fault);
  const wanted = stage === 'history' ? 'none' : stage;
  const fitting = faults.filter((fault) => fault.is === wanted);
  const isTorn = (f: Fault): boolean => f.is === 'kill' && f.kill.partialBytes !== undefined;
  const opAt = opsOf(trial, run);
  const struck = (f: Fault): boolean =>
    f.is === 'kill' && bug.strikes?.includes(opAt(f.kill.step)) === true;
  const torn = fitting.filter(isTorn);
  const chosen = [
    ...fitting.filter((fault) => !isTorn(fault)),
    ...torn.filter(() => random.chance(tearsMost, Math.max(tearsMost, torn.length))),
  ].toSorted((a, b) => Number(struck(b)) - Number(struck(a)));
  const on = faultable(trial.machine, run);
  for (const fault of chosen) {
    const faulted = applyTo(on, fault);
    if (faulted !== null) yield { run, fault, faulted, stage };
  }
}

/** Which power cuts of a log: of one rung, at most so many, none before an event. */
interface Sample {
  /** The operation of a step: rare ones get as many cuts as frequent ones. */
  readonly opAt: (step: number) => string;
  /** Every second choice loses, where it can, something that was asked for before `from`. */
  readonly old?: boolean;
  /** Only cuts of these operations, where any are named. */
  readonly strikes?: readonly string[];
  readonly rung: PowerRung;
  readonly most: number;
  readonly from?: number;
}

/** Of one cut, one of at most so many choices is taken, and that so often. */
const choicesSeen = 60;
const roundsMost = 4;

/**
 * Some power cuts of one rung, spread over the log; of two cuts one comes right behind an
 * acknowledgement, where most is owed.
 */
export function* powerCutsSampled<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  on: Faultable,
  { opAt, strikes = [], rung, most, from = 0, old = false }: Sample,
  random: Random,
): Generator<PowerCut> {
  const power = powerOf(on.log);
  const { tears } = trial.kind;
  const options = { random, tears, randomMost: 1 };
  const cuts = power.cuts.filter((cut) => cut >= from);
  const isAck = (cut: number): boolean => on.log.events[cut - 1]?.is === 'ack';
  const opOf = (cut: number): string => opAt(momentAt(on, cut).step);
  const mixed = (some: readonly number[]): number[] => byOperation(some, opOf, strikes, random);
  const places = inTurn(mixed(cuts.filter(isAck)), mixed(cuts.filter((cut) => !isAck(cut))));
  const early = new Set(power.units.filter((unit) => unit.event < from).map((unit) => unit.id));
  const losesOld = (lost: PowerCut['lost']): boolean => lost.some(({ unit }) => early.has(unit));
  let left = most;
  for (let round = 0; round < roundsMost && left > 0; round++) {
    for (const cut of places) {
      const rules = power.rules(modelNamed(random.pick(huntModels)));
      const all = few(choicesOf(power, rules, rung, cut, options), choicesSeen);
      if (all.length === 0) continue;
      const older = old && random.chance(1, 2) ? all.filter(({ lost }) => losesOld(lost)) : [];
      const { lost } = random.pick(older.length > 0 ? older : all);
      yield {
        is: 'power',
        model: rules.model.name,
        kill: killPointOf(on, momentAt(on, cut)),
        lost,
      };
      if (--left <= 0) return;
    }
  }
}

/** Crashes while a first one is recovered from: mostly first ones that recovery repairs. */
async function* nested<O, R, S, D>(ground: Ground<O, R, S, D>): AsyncGenerator<Candidate<O, R, S>> {
  const { trial, run, random, size, bug } = ground;
  for await (const { fault, walked } of firstsOf(ground)) {
    for (const second of secondsOf(trial, walked, size.seconds, random)) {
      if (bug.pair !== undefined && second.is !== bug.pair[1]) continue;
      const both: Nested = { is: 'nested', first: fault, second };
      const faulted = applyNested(walked, both);
      if (faulted !== null) yield { run, fault: both, faulted, stage: 'nested' };
    }
  }
}

/** Walks over as many first faults as may be tried; of those that need no repair one in two. */
async function* firstsOf<O, R, S, D>({
  trial,
  run,
  random,
  size,
  bug,
}: Ground<O, R, S, D>): AsyncGenerator<{ fault: Kill | PowerCut; walked: WalkRun }> {
  const { strikes = [] } = bug;
  const on = faultable(trial.machine, run);
  const cuts = killCuts(run.log, { tears: trial.kind.tears, boundariesMost: 4 });
  const opAt = opsOf(trial, run);
  const killsAt = (some: readonly Cut[]): Kill[] =>
    byOperation(some, ({ step }) => opAt(step), strikes, random).map((cut) => ({
      is: 'kill',
      kill: killPointOf(on, cut),
    }));
  const isTorn = (cut: Cut): boolean => cut.partialBytes !== undefined;
  const sample: Sample = { opAt, strikes, rung: 'one lost', most: size.firsts * 2 };
  const all = inTurn<Kill | PowerCut>(
    killsAt(beforeSyncs(on)),
    killsAt(cuts.filter(isTorn)),
    // Where the kernel lives on, a kill between two other calls is one before a sync.
    bug.pair?.[1] === 'power' ? [] : killsAt(cuts.filter((cut) => !isTorn(cut))),
    [...powerCutsSampled(trial, on, sample, random)],
  ).filter(({ is }) => bug.pair === undefined || is === bug.pair[0]);
  let left = size.firsts;
  for (const fault of all.slice(0, size.firsts * 6)) {
    const walked = await walkAfter(trial, run, { first: fault });
    if (walked === null || (!repairs(walked) && !random.chance(1, 2))) continue;
    yield { fault, walked };
    if (--left <= 0) return;
  }
}

/**
 * Cuts right before each sync: a kill there leaves the same image as one behind it, but what was to
 * be synced is still pending when power fails later.
 */
function beforeSyncs(on: Faultable): Cut[] {
  return on.log.events.flatMap((event, index) =>
    event.is === 'call' && event.call.do === 'sync' ? [momentAt(on, index)] : [],
  );
}

/** Recovery called the file system for a change before it was answered. */
function repairs({ log, steps }: WalkRun): boolean {
  const { began = 0, ended = 0 } = steps[0] ?? {};
  return log.events.slice(began, ended).some((event) => event.is === 'call' && event.call.do !== 'sync'); // prettier-ignore
}

/** Kills and power cuts up to the reopen, half of them inside recovery. */
function secondsOf<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  walked: WalkRun,
  most: number,
  random: Random,
): (Kill | PowerCut)[] {
  const from = walked.steps[0]?.began ?? 0;
  const recovered = walked.steps[0]?.ended ?? from;
  const until = walked.seen.findIndex((s) => s.phase === 'reopen');
  const isBefore = (step: number): boolean => until === -1 || step <= until;
  const kills = killCuts(walked.log, { tears: trial.kind.tears, boundariesMost: 2 })
    .filter((cut) => cut.event >= from)
    .map((cut): Kill => ({ is: 'kill', kill: killPointOf(walked, momentIn(walked, cut)) }))
    .filter(({ kill }) => isBefore(kill.step));
  const opAt = (step: number): string => walked.seen[step]?.op ?? '';
  const rungs = ['one lost', 'one kept'] as const;
  const cuts = rungs.flatMap((rung) => [
    ...powerCutsSampled(trial, walked, { opAt, rung, most: most * 2, from, old: true }, random),
  ]);
  const early = ({ kill }: Kill | PowerCut): boolean =>
    (walked.steps[kill.step]?.began ?? 0) + kill.calls <= recovered;
  const later = (one: Kill | PowerCut): boolean => !early(one);
  const power = cuts.filter(({ kill }) => isBefore(kill.step));
  return inTurn<Kill | PowerCut>(
    shuffled(power.filter(early), random),
    shuffled(kills.filter(early), random),
    shuffled(power.filter(later), random),
    shuffled(kills.filter(later), random).slice(0, most >> 3),
  ).slice(0, most);
}

function momentIn(walked: WalkRun, cut: Cut): Cut {
  if (cut.partialBytes === undefined) return momentAt(walked, cut.event);
  const step = walked.steps.findLastIndex((s) => s.began <= cut.event);
  return { ...cut, step: Math.max(0, step), inFlight: true };
}

/** The history again with a call failing, then the process dies, or else power fails. */
async function* failing<O, R, S, D>(
  { trial, run, random, bug, size }: Ground<O, R, S, D>,
  stage: 'errors' | 'error and crash',
): AsyncGenerator<Candidate<O, R, S>> {
  const ops = run.steps.map((step) => step.op);
  const opAt = opsOf(trial, run);
  const { strikes = [] } = bug;
  const strikesAt = (one: Injection): boolean =>
    strikes.length === 0 || one.is === 'space' || strikes.includes(opAt(one.at.step));
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
    const from = injection.is === 'space' ? 0 : (failed.steps[injection.at.step]?.began ?? 0);
    const sample: Sample = { opAt, rung: 'one lost', most: size.cutsAfter, from };
    for (const fault of powerCutsSampled(trial, on, sample, random)) {
      const faulted = losePower(on, fault, eventOf(on, fault));
      yield { run: failed, fault, faulted, stage };
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

function few<T>(all: Iterable<T>, most: number): T[] {
  const taken: T[] = [];
  for (const one of all) {
    taken.push(one);
    if (taken.length >= most) break;
  }
  return taken;
}

/** Items of all operations in turn, or of those named only. */
function byOperation<T>(
  items: readonly T[],
  opOf: (item: T) => string,
  strikes: readonly string[],
  random: Random,
): T[] {
  const struck = (item: T): boolean => strikes.length === 0 || strikes.includes(opOf(item));
  return inTurn(...byName(items.filter(struck), opOf, random));
}

/** The items in lists of those with the same name, lists and items in random order. */
function byName<T>(items: readonly T[], nameOf: (item: T) => string, random: Random): T[][] {
  const lists = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    const list = lists.get(name);
    if (list === undefined) lists.set(name, [item]);
    else list.push(item);
  }
  return shuffled([...lists.values()], random).map((list) => shuffled(list, random));
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return mixed;
}

/** The lists as one, an item of each in turn. */
function inTurn<T>(...lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) =>
    lists.flatMap((list) => list.slice(i, i + 1)),
  ).flat();
}
