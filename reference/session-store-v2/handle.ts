import { dirname, join } from 'node:path';
import { StoreError } from '../lib/error.ts';
import type { Entries } from './entries.ts';
import type { Mark } from '../lib/file-calls.ts';
import type { Files } from './files.ts';
import { errnoOf } from '../lib/file-calls.ts';
import type { Limits } from './limits.ts';
import { segmentName } from './paths.ts';
import type { Numbers, Refusal, SafePaths } from './tree.ts';
import { numbersOf } from './tree.ts';

/** A file that the handle appends to, as it left it; `mark` is null while no such file exists. */
export interface Tail {
  readonly path: string;
  mark: Mark | null;
  /** Open from the first append on. */
  fd: number | null;
}

/** What one open store knows. Operations are functions over it; `store.ts` binds them together. */
export interface Handle {
  readonly files: Files;
  readonly paths: SafePaths;
  readonly limits: Limits;
  readonly entries: Entries;
  readonly now: () => string;
  /** The size from which a segment is not continued. */
  readonly maxBytes: number;
  readonly syncEach: boolean;
  readonly readOnly: boolean;
  /** Why a writing open would refuse this store; null for a writing handle. */
  readonly refusal: Refusal | null;
  /** The last plain segment; null where there is none. */
  active: (Tail & { readonly seq: bigint }) | null;
  index: Tail;
  numbers: Numbers;
  /** False until this handle has made every name that an acknowledgement rests on durable. */
  namesDurable: boolean;
  stale: boolean;
  closed: boolean;
  /** Where lines are spelled before they are written. */
  scratch: Buffer;
}

/**
 * Refuses what this handle may not do any more, or never could; sees whether another writer moved
 * the files.
 */
export function requireWritable(h: Handle): void {
  requireUsable(h);
  h.stale ||= !isAsLeft(h, h.index) || (h.active !== null && !isAsLeft(h, h.active));
  if (h.stale) throw staleError('another writer changed the store');
}

/**
 * The same for the next append, with half of the cost: every writer that renames a segment replaces
 * the index too, so of the segment only the length is asked, by reading over its end. (Asking a
 * file's times, as every `stat` does, makes the next write to it slower by several microseconds on
 * Linux 6.13 and later.)
 */
export function requireAppendable(h: Handle): void {
  requireUsable(h);
  h.stale ||= !isAsLeft(h, h.index) || (h.active !== null && !endsAsLeft(h, h.active));
  if (h.stale) throw staleError('another writer changed the store');
}

function requireUsable(h: Handle): void {
  requireOpen(h);
  if (h.readOnly) throw new StoreError('read_only', 'the store was opened for inspection');
  if (h.files.poisoned) throw new StoreError('poisoned', 'an earlier write or sync failed');
}

const twoBytes = Buffer.alloc(2);

function endsAsLeft(h: Handle, tail: Tail): boolean {
  const size = tail.mark?.size ?? 0;
  if (tail.fd === null || size === 0) return isAsLeft(h, tail);
  return h.files.fs.readSync(tail.fd, twoBytes, 0, 2, size - 1) === 1;
}

export function requireOpen(h: Handle): void {
  if (h.closed) throw new StoreError('closed', 'the store was closed');
}

export function staleError(message: string): StoreError {
  return new StoreError('stale_handle', message);
}

function isAsLeft(h: Handle, tail: Tail): boolean {
  const seen = h.files.look(tail.path);
  return seen === null || tail.mark === null ? seen === tail.mark : isSame(seen, tail.mark);
}

function isSame(a: Mark, b: Mark): boolean {
  return a.ino === b.ino && a.size === b.size && a.dev === b.dev;
}

/**
 * The descriptor that appends to `tail`, opened where it is not yet; a file that is not as left is
 * another's.
 */
export function openTail(h: Handle, tail: Tail): number {
  if (tail.fd !== null) return tail.fd;
  const { files } = h;
  const fd = tail.mark === null ? createOrStale(files, tail.path) : openOrStale(h, tail.path);
  const mark = files.mark(fd);
  if (tail.mark !== null && !isSame(mark, tail.mark)) {
    files.fs.closeSync(fd);
    h.stale = true;
    throw staleError(`${tail.path} is not as this handle left it`);
  }
  if (tail.mark === null) h.namesDurable = false;
  tail.mark = mark;
  tail.fd = fd;
  return fd;
}

/** A file that this handle left behind and that is gone was moved by another writer. */
function openOrStale(h: Handle, path: string): number {
  try {
    return h.files.openAppend(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    h.stale = true;
    throw staleError(`${path} was moved by another writer`);
  }
}

function createOrStale(files: Files, path: string): number {
  try {
    return files.create(path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    throw staleError(`${path} was made by another writer`);
  }
}

/**
 * Begins segment `seq`: the one before is made durable first, so unsynced data never lies behind a
 * later file.
 */
export function beginSegment(h: Handle, seq: bigint): NonNullable<Handle['active']> {
  if (h.active !== null) {
    h.files.sync(openTail(h, h.active));
    // Without its name a synced segment is as lost: the next one would lie behind a gap.
    makeNamesDurable(h);
    h.files.fs.closeSync(openTail(h, h.active));
    h.active.fd = null;
  }
  const path = join(h.paths.segments, segmentName(seq));
  const active = { seq, path, mark: null, fd: null };
  openTail(h, active);
  h.active = active;
  h.numbers = { ...h.numbers, highest: seq };
  h.namesDurable = false;
  h.entries.segments.push({ seq, before: h.entries.count });
  return active;
}

/** Makes every entry durable that this store holds, and every name on the way to it. */
export function syncAll(h: Handle): void {
  if (h.active !== null) h.files.sync(openTail(h, h.active));
  if (h.index.mark !== null) h.files.sync(openTail(h, h.index));
  makeNamesDurable(h);
}

/** Makes the names of segments, index and the store itself durable, once after each new name. */
export function makeNamesDurable(h: Handle): void {
  if (h.namesDurable) return;
  const { files, paths } = h;
  for (const dir of [paths.segments, paths.indexDir, paths.root]) files.syncDir(dir);
  try {
    files.syncDir(dirname(paths.root));
  } catch (error) {
    // The directory above is not ours; where we may not read it, its owner answers for the name.
    if (!['EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) throw error;
  }
  h.namesDurable = true;
}

/**
 * Looks anew at the files that the next append goes to, after others than appends have moved them.
 */
export function refreshTails(h: Handle): void {
  releaseFds(h);
  const last = h.entries.segments.at(-1);
  const path = last === undefined ? '' : join(h.paths.segments, segmentName(last.seq));
  h.active = last === undefined ? null : { ...tailOf(h.files, path), seq: last.seq };
  h.index = tailOf(h.files, h.paths.index);
  h.numbers = numbersOf(h.files.fs.readdirSync(h.paths.segments));
}

function tailOf(files: Files, path: string): Tail {
  const stats = files.look(path);
  return { path, fd: null, mark: stats && { ino: stats.ino, dev: stats.dev, size: stats.size } };
}

/** Closes what the handle holds open. */
export function releaseFds(h: Handle): void {
  for (const tail of [h.active, h.index]) {
    if (tail === null || tail.fd === null) continue;
    h.files.fs.closeSync(tail.fd);
    tail.fd = null;
  }
}
