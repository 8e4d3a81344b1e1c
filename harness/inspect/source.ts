import { createHash } from 'node:crypto';
import type { Path } from '../../spec/lib/image.ts';
import type { Line, StoreSource } from '../../spec/session-store-v2/survey.ts';
import { isProblem, openEntry } from './open.ts';
import type { OpenFile } from './open.ts';
import type { Entry, ReadProblem } from './walk.ts';

/** How far lines of a real file are read. */
export interface SourceLimits {
  /** The longest line that is handed on, its LF included. */
  readonly lineBytes: number;
  /** Bytes of longer lines that are searched for their end, in all files together. */
  readonly skipBytes: number;
  /** True once the time given has ended; asked a few times a mebibyte. */
  readonly late: () => boolean;
}

const chunkBytes = 1 << 20;

/**
 * The entries of a real directory as a source of a survey. Lines come from one buffer, so their
 * bytes are good only until the next one is asked for. What could not be read is added to
 * `problems` as it happens.
 */
export function directorySource(
  root: string,
  entries: readonly Entry[],
  limits: SourceLimits,
  problems: ReadProblem[],
): StoreSource {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const room: Room = { free: [], line: null, left: limits.skipBytes, cut: false };
  const open = (path: Path): OpenFile | null => {
    const entry = byPath.get(path);
    if (entry === undefined || entry.is !== 'file') return null;
    const file = openEntry(root, entry);
    if (!isProblem(file)) return file;
    problems.push(file);
    return null;
  };
  return {
    nodes: entries.map(({ path, is, size, detail }) => ({ path, is, size, what: detail })),
    lines: function* (path) {
      const file = open(path);
      if (file === null) return;
      const chunk = room.free.pop() ?? new Uint8Array(chunkBytes);
      try {
        yield* linesOf(file, room, chunk, limits, problems);
      } finally {
        room.free.push(chunk);
        const changed = file.close();
        if (changed !== null) problems.push(changed);
      }
    },
    whole: (path, limitBytes) => {
      const file = open(path);
      if (file === null) return null;
      const bytes = file.size > limitBytes ? null : readAt(file, 0, new Uint8Array(file.size));
      const changed = file.close();
      if (changed !== null) problems.push(changed);
      return bytes;
    },
    incomplete: () => room.cut || problems.length > 0,
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  };
}

/**
 * Buffers: chunks, one for each file that is being read, and one line of the greatest length once
 * one is met.
 */
interface Room {
  readonly free: Uint8Array[];
  line: Uint8Array | null;
  left: number;
  /** True once lines were left out. */
  cut: boolean;
}

function* linesOf(
  file: OpenFile,
  room: Room,
  buffer: Uint8Array,
  limits: SourceLimits,
  problems: ReadProblem[],
): Generator<Line, void> {
  const { path } = file.entry;
  for (let from = 0; from < file.size;) {
    if (limits.late()) {
      // One file is named; that later ones are left out too follows.
      if (!room.cut) problems.push({ code: 'time_ended', path, detail: `at byte ${from}` });
      room.cut = true;
      return;
    }
    const chunk = readAt(file, from, buffer);
    if (chunk.length === 0) return;
    let used = 0;
    for (let lf = chunk.indexOf(0x0a); lf >= 0; lf = chunk.indexOf(0x0a, used)) {
      const at = { from: from + used, to: from + lf + 1 };
      yield { ...at, terminated: true, bytes: chunk.subarray(used, lf + 1) };
      used = lf + 1;
    }
    from += used;
    if (used > 0 && from < file.size) continue;
    if (from >= file.size) return;
    // No line ends in this chunk: it is the unterminated last one, or longer than the chunk.
    const line = longLine(file, from, chunk.length, { room, buffer, limits });
    yield line;
    if (line.to < file.size && !line.terminated) {
      const detail = `bytes ${line.to} to ${file.size} were not looked at`;
      problems.push({ code: 'too_large', path, detail });
      room.cut = true;
      return;
    }
    from = line.to;
  }
}

interface Reading {
  readonly room: Room;
  readonly buffer: Uint8Array;
  readonly limits: SourceLimits;
}

function longLine(file: OpenFile, from: number, known: number, reading: Reading): Line {
  const { room, buffer, limits } = reading;
  const end = endOfLine(file, from, known, reading);
  const length = end.to - from;
  if (length > limits.lineBytes) return { from, ...end, bytes: null };
  if (length <= buffer.length) {
    return { from, ...end, bytes: readAt(file, from, buffer.subarray(0, length)) };
  }
  // Pages of this buffer cost memory only once they are written to.
  room.line ??= new Uint8Array(limits.lineBytes);
  return { from, ...end, bytes: readAt(file, from, room.line.subarray(0, length)) };
}

/**
 * Where a line ends that has no end in its first `known` bytes; the search is limited for lines too
 * long to hold.
 */
function endOfLine(
  file: OpenFile,
  from: number,
  known: number,
  { room, buffer, limits }: Reading,
): { readonly to: number; readonly terminated: boolean } {
  let at = from + known;
  while (at < file.size) {
    if (at - from > limits.lineBytes) {
      if (room.left <= 0 || limits.late()) return { to: at, terminated: false };
      room.left -= buffer.length;
    }
    const chunk = readAt(file, at, buffer);
    if (chunk.length === 0) break;
    const lf = chunk.indexOf(0x0a);
    if (lf >= 0) return { to: at + lf + 1, terminated: true };
    at += chunk.length;
  }
  return { to: Math.min(at, file.size), terminated: false };
}

function readAt(file: OpenFile, from: number, into: Uint8Array): Uint8Array {
  let length = 0;
  while (length < into.length) {
    const got = file.read(into.subarray(length), from + length);
    if (got === 0) break;
    length += got;
  }
  return into.subarray(0, length);
}
