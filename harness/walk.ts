import { createDisk } from '../faults/disk.ts';
import type { Seen } from '../spec/lib/clause.ts';
import type { Outcome } from '../spec/lib/history.ts';
import type { Image } from '../spec/lib/image.ts';
import type { Key, View } from '../spec/lib/judge.ts';
import type { Policy } from '../spec/lib/port.ts';
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
  options: WalkOptions = {},
): Promise<Walked> {
  const disk = createDisk(image, { root: storeRoot, record: false });
  const port = make(disk.fs, storeRoot);
  const mutations = (): number => disk.mutations;
  const seen: Seen[] = [];
  const steps = kind.walk(policy, options);
  let snapshot: { at: number; image: Image } = { at: disk.mutations, image };
  for (let turn = steps.next(); !turn.done;) {
    const step = turn.value;
    const asked = ask(port, step.op, timeAt(walkBegan + seen.length), mutations);
    const answered = asked instanceof Promise ? await asked : asked;
    if (snapshot.at !== disk.mutations) snapshot = { at: disk.mutations, image: disk.image() };
    const { outcome, view, adds } = readingOf(kind, step.op, answered);
    const { phase, op, probe } = step;
    const saw: Writable<Seen> = { phase, op: kind.nameOf(op), outcome, image: snapshot.image };
    if (view !== null) saw.view = view;
    if (adds !== null) saw.adds = adds;
    if (probe !== undefined) saw.probe = probe;
    seen.push(saw);
    if (outcome.is === 'info' && outcome.code.startsWith('died')) break;
    turn = steps.next(outcome);
  }
  return { seen, outside: disk.outside(), requested: disk.requested };
}

interface Reading<R> {
  readonly outcome: Outcome<R>;
  readonly view: View | null;
  readonly adds: Key | null;
}

/**
 * What an answer shows. A port in JavaScript may answer anything: what nobody can read is a death.
 */
function readingOf<O, R, S, D>(kind: Kind<O, R, S, D>, op: O, outcome: Outcome<R>): Reading<R> {
  try {
    return { outcome, view: kind.view(op, outcome), adds: kind.adds(op, outcome) };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const code = `died: the answer cannot be read: ${what}`;
    return { outcome: { is: 'info', code }, view: null, adds: null };
  }
}
