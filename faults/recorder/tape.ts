import type { Image, Path } from '../../spec/lib/image.ts';
import type { Call, Event, Ino } from '../oplog.ts';
import type { MemLink } from './memory.ts';

/** What the recorder has written down of one volume, and what it needs to go on. */
export interface Tape {
  readonly root: string;
  readonly base: Image;
  readonly outsideBase: Image;
  readonly rootMissing: boolean;
  readonly recording: boolean;
  readonly events: Event[];
  readonly notModelled: Set<string>;
  readonly outside: Set<Path>;
  /** False while the image is being planted, which is nobody's doing. */
  running: boolean;
  nextIno: Ino;
  mutations: number;
  requested: number;
  step: number;
  actor: number;
  cached: Image | null;
}

const EPOCH_MS = 1_700_000_000_000;

/** The volume's clock: a millisecond a change, so that it is the same in every run. */
export function tapeMs(tape: Tape): number {
  return EPOCH_MS + tape.mutations;
}

/** Writes down a call that changed the volume. */
export function taped(tape: Tape, call: Call): void {
  if (!tape.running) return;
  tape.mutations++;
  tape.cached = null;
  if (tape.recording) push(tape, call);
}

/** Writes down a sync that was completed. */
export function tapedSync(tape: Tape, ino: Ino, dataOnly: boolean): void {
  if (tape.recording) push(tape, { do: 'sync', ino, dataOnly });
}

function push({ events, step, actor }: Tape, call: Call): void {
  events.push({ is: 'call', step, actor, call });
}

/** A path of the volume as the op log has it: relative below the root, '' for the root itself. */
export function tapePath(tape: Tape, steps: MemLink['steps']): Path {
  const path = steps.join('/');
  if (path === tape.root) return '';
  const below = path.startsWith(tape.root) && path.charCodeAt(tape.root.length) === 47;
  return below ? path.slice(tape.root.length + 1) : path;
}

/** Notes a change at a path that is not the store's. */
export function tapeOutside(tape: Tape, path: Path): void {
  if (tape.running && path.startsWith('/')) tape.outside.add(path);
}
