import { killCuts, type Cut } from '../../faults/kill.ts';
import type { Random } from '../../faults/random.ts';
import type { StoreFs } from '../../reference/lib/fs.ts';
import type { Outcome, Step } from '../../spec/lib/history.ts';
import type { Owes } from '../../spec/lib/judge.ts';
import { ask, storeRoot, type Run } from '../drive.ts';
import { faultable } from '../fault.ts';
import type { Trial } from '../judge.ts';
import type { Kind } from '../kind.ts';
import { timeAt } from '../lib/time.ts';
import { judgeLive, type LiveBounds, type LiveFinding, type LiveRead } from './judge.ts';
import { movingDisk, type MovingDisk } from './moving.ts';
import type { LiveReader } from './readers.ts';

/** A read beside a writer that was judged: when it began and ended, and what is wrong with it. */
export interface LiveCase {
  readonly began: Cut;
  readonly ended: Cut;
  readonly shown: number;
  readonly refused: boolean;
  readonly finding: LiveFinding | null;
}

/** A history, and how a second process reads it. */
export interface Watched<O, R, S, D> {
  readonly trial: Trial<O, R, S, D>;
  readonly run: Run<O, R, S>;
  readonly reader: LiveReader<O>;
}

/**
 * A fresh reader at every moment of a history: between any two file calls of the writer, and inside
 * its writes. Exact and exhaustive: what each of them may show is known.
 */
export async function* atEachMoment<O, R, S, D>(
  watched: Watched<O, R, S, D>,
): AsyncGenerator<LiveCase> {
  const { trial, run } = watched;
  const moving = movingDisk(run.log, 0);
  for (const cut of killCuts(run.log, { tears: trial.kind.tears })) {
    moving.moveTo(cut);
    const read = await readOn(watched, moving, moving.disk.fs);
    yield { began: cut, ended: cut, ...told(read, boundsOf(watched, [cut])) };
  }
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
  const bounds = boundsOf(watched, cuts.slice(start, at + 1));
  return { began: cuts[start]!, ended: cuts[at]!, ...told(read, bounds) };
}

function told(read: LiveRead, bounds: LiveBounds): Pick<LiveCase, 'shown' | 'refused' | 'finding'> {
  const { keys } = read;
  const finding = judgeLive(read, bounds);
  return { shown: keys?.length ?? 0, refused: keys === null, finding };
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
  const before = moving.strange;
  const port = trial.make(fs, storeRoot);
  let outcome: Outcome<unknown> = { is: 'ok', value: null };
  if (reader.open !== null) outcome = await ask(port, reader.open, timeAt(0), moving.disk);
  if (outcome.is !== 'ok') return { keys: null, outcome, changes: moving.strange - before };
  const answer = await ask(port, reader.read, timeAt(0), moving.disk);
  const keys = trial.kind.view(reader.read, answer)?.keys ?? null;
  return { keys, outcome: answer, changes: moving.strange - before };
}

/** What may be seen by a read that lasted over these moments. */
function boundsOf<O, R, S, D>(
  { trial, run, reader }: Watched<O, R, S, D>,
  cuts: readonly Cut[],
): LiveBounds {
  const { kind, machine } = trial;
  const on = faultable(machine, run);
  const owes = new Set<Owes>();
  for (const { step, inFlight } of cuts) {
    const reached = { upTo: inFlight ? step : step + 1, inFlight };
    for (const one of on.owedAt(reached, 'process')) owes.add(one);
  }
  const [first] = cuts;
  const upTo = first === undefined ? 0 : first.inFlight ? first.step : first.step + 1;
  const begun = isBegun(kind, run.steps.slice(0, upTo));
  const last = cuts.at(-1)?.step ?? 0;
  const during = run.steps.slice(upTo, last + 1);
  const moved = cuts.length > 1 && during.some(({ op }) => reader.cuts.includes(kind.nameOf(op)));
  return { owes: [...owes], begun, moved };
}

/** True where the store was opened with success by one of these steps: it is there. */
export function isBegun<O, R>(
  kind: Pick<Kind<O, R>, 'opens' | 'nameOf'>,
  steps: readonly Step<O, R>[],
): boolean {
  return steps.some(
    ({ op, outcome }) => kind.opens.includes(kind.nameOf(op)) && outcome.is === 'ok',
  );
}
