import { createDisk } from '../faults/disk.ts';
import type { CallMade, Injection } from '../faults/errors/types.ts';
import type { OpLog } from '../faults/oplog.ts';
import type { Seen } from '../spec/lib/clause.ts';
import type { Outcome } from '../spec/lib/history.ts';
import type { Image } from '../spec/lib/image.ts';
import type { Key, View } from '../spec/lib/judge.ts';
import type { Policy } from '../spec/lib/port.ts';
import { goneOf } from '../spec/lib/promises.ts';
import type { WalkOptions } from '../spec/lib/walk.ts';
import { ask, storeRoot } from './drive.ts';
import type { Kind, PortMaker } from './kind.ts';
import { timeAt } from './lib/time.ts';

/** Everything that one walk over one state saw, and what it changed outside the store. */
export interface Walked {
  readonly seen: readonly Seen[];
  readonly outside: readonly string[];
  /** The longest read that was asked for at once, in bytes. */
  readonly requested: number;
  /** What the walk did to the disk: empty unless it was to be recorded. */
  readonly log: OpLog;
  /** For each thing seen, the events of the log before it was asked and after it was answered. */
  readonly steps: readonly WalkStepSpan[];
  /** The tree after the walk. */
  readonly image: Image;
  /** Every file call of a walk that is recorded, or whose calls were to fail. */
  readonly calls: readonly CallMade[];
}

/** The events of one step of a walk: [began, ended). */
export interface WalkStepSpan {
  readonly began: number;
  readonly ended: number;
}

/** How a walk is made; `record` keeps its op log, so that a second fault can hit it. */
export interface WalkRequest extends WalkOptions {
  readonly record?: boolean;
  /** Faults of the file calls that the walk makes. */
  readonly errors?: readonly Injection[];
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Times told to a walk begin here, so that they never equal a time of the history before it. */
const walkBegan = 86_400_000;

/**
 * Puts a fresh port over the image and does the kind's walk: open, readers, append, sync, reopen,
 * again.
 */
export async function walk<O, R, S, D>(
  kind: Kind<O, R, S, D>,
  make: PortMaker<O, R>,
  policy: Policy,
  image: Image,
  options: WalkRequest = {},
): Promise<Walked> {
  const { record = false, errors = [] } = options;
  const makeDisk = make.disk ?? createDisk;
  const disk = makeDisk(image, { root: storeRoot, record, account: record, inject: errors });
  const { events } = disk.log;
  const port = make(disk.fs, storeRoot);
  const seen: Seen[] = [];
  const spans: WalkStepSpan[] = [];
  const steps = kind.walk(policy, options);
  let snapshot: { at: number; image: Image } = { at: disk.mutations, image };
  for (let turn = steps.next(); !turn.done;) {
    const step = turn.value;
    disk.mark(seen.length);
    const began = events.length;
    const asked = ask(port, step.op, timeAt(walkBegan + seen.length), disk);
    const answered = asked instanceof Promise ? await asked : asked;
    if (answered.is === 'ok') disk.ack(seen.length);
    spans.push({ began, ended: events.length });
    if (snapshot.at !== disk.mutations) snapshot = { at: disk.mutations, image: disk.image() };
    const { outcome, view, adds: told } = readingOf(kind, step.op, answered);
    const adds = outcome.is === 'fail' ? null : (step.adds ?? told);
    const { phase, op, probe, holds } = step;
    const saw: Writable<Seen> = { phase, op: kind.nameOf(op), outcome, image: snapshot.image };
    if (kind.handle !== undefined) saw.handle = kind.handle(op);
    if (view !== null) saw.view = view;
    if (adds !== null && outcome.is === 'ok') saw.adds = adds;
    if (adds !== null && outcome.is === 'info') saw.mayAdd = adds;
    if (holds !== undefined) saw.holds = holds;
    if (probe !== undefined) saw.probe = probe;
    seen.push(saw);
    // Nobody is left to ask.
    if (goneOf(outcome) !== null) break;
    turn = steps.next(outcome);
  }
  const { requested, log, calls } = disk;
  const { image: last } = snapshot;
  return { seen, outside: disk.outside(), requested, log, steps: spans, image: last, calls };
}

interface Reading<R> {
  readonly outcome: Outcome<R>;
  readonly view: View | null;
  readonly adds: Key | readonly Key[] | null;
}

/**
 * What an answer shows. A port in JavaScript may answer anything: what nobody can read is a death.
 */
function readingOf<O, R, S, D>(kind: Kind<O, R, S, D>, op: O, outcome: Outcome<R>): Reading<R> {
  try {
    return {
      outcome,
      view: kind.view(op, outcome),
      adds: outcome.is === 'fail' ? null : kind.adds(op),
    };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const code = `died: the answer cannot be read: ${what}`;
    return { outcome: { is: 'info', code }, view: null, adds: null };
  }
}
