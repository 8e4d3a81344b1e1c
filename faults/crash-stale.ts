import type { Node } from '../spec/lib/image.ts';
import { contentOf, emptyContent, readAt, resize, writeAt, type Content } from './content.ts';
import { isChange, type Call, type Event, type Ino, type OpLog } from './oplog.ts';
import { baseEntries, inoAt, link, placeOf, unlink, type Entries } from './units-tree.ts';
import type { Unit } from './units.ts';

const BLOCK_BYTES = 4096;
/** Runs looked at, and bytes kept of each: what a disk hands out again was freed lately. */
const RUNS_MOST = 256;
const RUN_BYTES_MOST = 64 * 1024;

/** Bytes that the store freed or overwrote; `from` is where they lay in their file. */
interface Freed {
  readonly event: number;
  readonly from: number;
  readonly bytes: Uint8Array;
}

const known = new WeakMap<readonly Event[], { readonly length: number; readonly runs: Freed[] }>();

/** Whether anything of the store was freed or overwritten before that event. */
export function anyFreedBefore(log: OpLog, event: number): boolean {
  const first = freedOf(log)[0];
  return first !== undefined && first.event < event;
}

/**
 * What a block that the unit was to fill held before it came to this file: the bytes that the store
 * freed or overwrote last and that lay at the same place of their file, else at the same place of
 * their block; zeros where there are none.
 */
export function staleBytes(log: OpLog, unit: Unit, from: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let best: { readonly run: Freed; readonly at: number } | null = null;
  const runs = freedOf(log);
  let looked = 0;
  for (let i = runs.length - 1; i >= 0 && looked < RUNS_MOST; i--) {
    const run = runs[i]!;
    if (run.event >= unit.event) continue;
    looked++;
    const at = placeIn(run, from);
    if (at === null) continue;
    best ??= { run, at };
    if (run.bytes.length - at < length) continue;
    best = { run, at };
    break;
  }
  if (best !== null) bytes.set(best.run.bytes.subarray(best.at, best.at + length));
  return bytes;
}

/**
 * Where in the run the bytes lie that a block would show at `from`, or null where it ends before.
 */
function placeIn(run: Freed, from: number): number | null {
  if (from >= run.from && from - run.from < run.bytes.length) return from - run.from;
  const residue = (((from - run.from) % BLOCK_BYTES) + BLOCK_BYTES) % BLOCK_BYTES;
  return residue < run.bytes.length ? residue : null;
}

function freedOf(log: OpLog): readonly Freed[] {
  const kept = known.get(log.events);
  if (kept?.length === log.events.length) return kept.runs;
  const runs = follow(log);
  known.set(log.events, { length: log.events.length, runs });
  return runs;
}

function follow(log: OpLog): Freed[] {
  const entries = baseEntries(log);
  const files = new Map<Ino, Content>();
  let ino = 2;
  for (const image of [log.base, log.outside]) {
    for (const node of image?.values() ?? ([] as Node[])) {
      if (node.is === 'file') files.set(ino, contentOf(node));
      ino++;
    }
  }
  const runs: Freed[] = [];
  log.events.forEach((event, index) => {
    if (!isChange(event)) return;
    const free = (file: Content | undefined, from: number, to: number): void => {
      const length = Math.min(file?.length ?? 0, to) - from;
      if (file === undefined || length <= 0) return;
      const bytes = new Uint8Array(Math.min(length, RUN_BYTES_MOST));
      readAt(file, from, bytes, 0, bytes.length);
      runs.push({ event: index, from, bytes });
    };
    freeBy(event.call, entries, files, free);
  });
  return runs;
}

function freeBy(
  call: Call,
  entries: Entries,
  files: Map<Ino, Content>,
  free: (file: Content | undefined, from: number, to: number) => void,
): void {
  if (call.do === 'write') {
    const file = files.get(call.ino);
    if (file === undefined) return;
    free(file, call.from, call.from + call.bytes.length);
    writeAt(file, call.from, call.bytes);
  } else if (call.do === 'size') {
    const file = files.get(call.ino);
    if (file === undefined) return;
    free(file, call.to, Infinity);
    resize(file, call.to);
  } else if (call.do === 'name') {
    const place = placeOf(entries, call.at);
    if (call.made?.is === 'file' && call.ino !== null) files.set(call.ino, emptyContent());
    const there = inoAt(entries, place);
    if (call.ino !== null) link(entries, place, call.ino);
    else if (there !== undefined) {
      free(files.get(there), 0, Infinity);
      unlink(entries, place, there);
    }
  } else if (call.do === 'rename') {
    const [from, to] = [placeOf(entries, call.from), placeOf(entries, call.to)];
    const [ino, there] = [inoAt(entries, from), inoAt(entries, to)];
    if (ino === undefined || there === ino) return;
    if (there !== undefined) free(files.get(there), 0, Infinity);
    unlink(entries, from, ino);
    link(entries, to, ino);
  }
}
