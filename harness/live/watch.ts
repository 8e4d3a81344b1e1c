import { killCuts, type Cut } from '../../faults/kill.ts';
import type { Random } from '../../faults/random.ts';
import type { StoreFs } from '../../reference/lib/fs.ts';
import type { Clause } from '../../spec/lib/clause.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import type { Key, Owes } from '../../spec/lib/judge.ts';
import { ask, storeRoot, type Run } from '../drive.ts';
import { faultable } from '../fault.ts';
import type { Trial } from '../judge.ts';
import { timeAt } from '../lib/time.ts';
import { isBegun, isCutIn, isUndoneIn, placeOf, type LiveCase, type Span } from './cases.ts';
import { judgeLive, type LiveBounds, type LiveRead } from './judge.ts';
import { movingDisk, type MovingDisk } from './moving.ts';
import type { LiveReader } from './readers.ts';

/** A history, and how a second process reads it. */
export interface Watched<O, R, S, D> {
  readonly trial: Trial<O, R, S, D>;
  readonly run: Run<O, R, S>;
  readonly reader: LiveReader<O>;
  /** What each read is held against. */
  readonly clauses: readonly Clause[];
}

/** Moments of a writer: one, or those from the first to the last. */
type Moments = readonly [Cut, ...Cut[]];

/**
 * A fresh reader at every moment of a history: between any two file calls of the writer, and inside
 * its writes. Exact and exhaustive: what each of them may show is known. Each is held against the
 * one before it, too.
 */
export async function* atEachMoment<O, R, S, D>(
  watched: Watched<O, R, S, D>,
): AsyncGenerator<LiveCase> {
  const { trial, run } = watched;
  const moving = movingDisk(run.log, 0);
  let before: readonly Key[] | undefined;
  let from = 0;
  for (const cut of killCuts(run.log, { tears: trial.kind.tears })) {
    moving.moveTo(cut);
    const read = await readOn(watched, moving, moving.disk.fs);
    const since = { from, to: cut.step };
    const kept = isTakenBack(watched, since) ? undefined : before;
    yield told(watched, read, [cut], kept);
    before = read.view?.keys;
    from = done(cut);
  }
}

/** Steps that were over at a moment. */
const done = ({ step, inFlight }: Cut): number => (inFlight ? step : step + 1);

/** True where what a reader showed before these steps may be gone behind them. */
function isTakenBack<O, R, S, D>({ trial, run, reader }: Watched<O, R, S, D>, span: Span): boolean {
  return isCutIn(trial.kind, reader, run.steps, span) || isUndoneIn(run.steps, span);
}

/** How a writer goes on while one read is made. */
interface Pace {
  /** File calls of the reader before the writer moves for the first time. */
  readonly after: number;
  /** Moments of the writer to each call of the reader from then on. */
  readonly each: number;
  /** Moments at most; then the writer rests until the read has ended. */
  readonly most: number;
}

/**
 * A read while the writer goes on between the reader's own file calls; as many cases as asked for,
 * drawn at random. What it shows must be right for one moment between its beginning and its end.
 */
export async function* acrossMoments<O, R, S, D>(
  watched: Watched<O, R, S, D>,
  random: Random,
  cases: number,
): AsyncGenerator<LiveCase> {
  const { trial, run } = watched;
  const cuts = killCuts(run.log, { tears: trial.kind.tears });
  const whole = cuts.flatMap((cut, at) => (cut.partialBytes === undefined ? [at] : []));
  for (let i = 0; i < cases; i++) {
    const at = random.pick(whole);
    const each = random.pick([1, 3, 10, 30]);
    const pace = { after: random.below(24), each, most: 1 + random.below(160) };
    yield await acrossOnce(watched, cuts, at, pace);
  }
}

async function acrossOnce<O, R, S, D>(
  watched: Watched<O, R, S, D>,
  cuts: readonly Cut[],
  start: number,
  pace: Pace,
): Promise<LiveCase> {
  const moving = movingDisk(watched.run.log, cuts[start]!.event);
  let at = start;
  let calls = 0;
  const tick = (): void => {
    if (calls++ < pace.after) return;
    const to = Math.min(at + pace.each, start + pace.most, cuts.length - 1);
    if (to > at) moving.moveTo(cuts[to]!);
    at = Math.max(at, to);
  };
  const read = await readOn(watched, moving, ticking(moving.disk.fs, tick));
  return told(watched, read, [cuts[start]!, ...cuts.slice(start + 1, at + 1)]);
}

function told<O, R, S, D>(
  watched: Watched<O, R, S, D>,
  read: LiveRead,
  moments: Moments,
  before?: readonly Key[],
): LiveCase {
  const { trial, run } = watched;
  const last = moments.at(-1)!;
  return {
    where: placeOf(trial.kind, run.steps, last.step),
    shown: read.view?.keys.length ?? 0,
    refused: read.view === null,
    overlapped: moments.length > 1 || last.inFlight,
    judged: judgeLive(watched.clauses, read, { ...boundsOf(watched, moments), before }),
  };
}

/** The file calls of a disk; `tick` is told before each of them. */
function ticking(fs: MovingDisk['disk']['fs'], tick: () => void): StoreFs {
  return new Proxy(fs, {
    get: (target, name, receiver): unknown => {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        tick();
        return Reflect.apply(member, target, args);
      };
    },
  });
}

/** One reader from its beginning to its end, a process of its own. */
async function readOn<O, R, S, D>(
  { trial, reader }: Watched<O, R, S, D>,
  moving: MovingDisk,
  fs: StoreFs,
): Promise<LiveRead> {
  const { kind } = trial;
  const before = moving.strange;
  const port = trial.make(fs, storeRoot);
  const asked = reader.open === null ? [reader.read] : [reader.open, reader.read];
  let op: O = asked[0] as O;
  let outcome: Outcome<R> = await ask(port, op, timeAt(0), moving.disk);
  for (op of asked.slice(1)) {
    if (outcome.is !== 'ok') break;
    outcome = await ask(port, op, timeAt(0), moving.disk);
  }
  const view = outcome.is === 'ok' ? kind.view(op, outcome) : null;
  return { op: kind.nameOf(op), outcome, view, changes: moving.strange - before };
}

/** What may be seen by a read that lasted over these moments. */
function boundsOf<O, R, S, D>(
  { trial, run, reader }: Watched<O, R, S, D>,
  moments: Moments,
): LiveBounds {
  const { kind, machine } = trial;
  const on = faultable(machine, run);
  const owes = new Set<Owes>();
  for (const cut of moments) {
    const reached = { upTo: done(cut), inFlight: cut.inFlight };
    for (const one of on.owedAt(reached, 'process')) owes.add(one);
  }
  const from = done(moments[0]);
  const { step: to } = moments.at(-1)!;
  const begun = isBegun(kind, run.steps.slice(0, from));
  return { owes: [...owes], begun, cutting: isCutIn(kind, reader, run.steps, { from, to }) };
}
