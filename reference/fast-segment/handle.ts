import { dirname } from 'node:path';
import { readUpTo } from '../lib/bytes.ts';
import { StoreError } from '../lib/error.ts';
import type { FileStats } from '../lib/fs.ts';
import type { Mark } from '../lib/file-calls.ts';
import type { Files } from './files.ts';
import { committedAt, hashBytes } from './frame.ts';
import type { SegmentPaths } from './paths.ts';

/**
 * What one open segment knows. Operations are functions over it; `store.ts` binds them together.
 */
export interface Handle {
  readonly files: Files;
  readonly paths: SegmentPaths;
  readonly clockMs: () => number;
  fd: number;
  /** The file as this handle left it; its size is where the last frame ends. */
  mark: Mark;
  /** The bytes that it ends with, at most as many as a hash has: other writers leave others. */
  last: Buffer;
  /** What the header says, durably. */
  published: number;
  /** What the next sync publishes: the end of a frame, never behind the end of the file. */
  tracked: number;
  /** Where frames end that were appended and not tracked. */
  untracked: number[];
  /** False until this handle has made every name durable that an acknowledgement rests on. */
  namesDurable: boolean;
  stale: boolean;
  closed: boolean;
}

/** Refuses what this handle may not do any more; sees whether another writer moved the file. */
export function requireWritable(h: Handle): void {
  requireUsable(h);
  h.stale ||= !isAsLeft(h);
  requireFresh(h);
}

/** The same for what publishes nothing: it leaves out what the header says. */
export function requireAppendable(h: Handle): void {
  requireUsable(h);
  h.stale ||= !standsAsLeft(h);
  requireFresh(h);
}

/**
 * Refuses a handle whose file another writer moved, though it would only read. After a failed call
 * reading goes on, though the end of the file need not be as this handle knows it; but not where
 * another file has its name, which the handle itself may have put there.
 */
export function requireReadable(h: Handle): void {
  requireOpen(h);
  if (h.files.poisoned) {
    if (lookAtOurs(h) === null) throw poisoned();
    return;
  }
  h.stale ||= !isAsLeft(h);
  requireFresh(h);
}

function requireUsable(h: Handle): void {
  requireOpen(h);
  if (h.files.poisoned) throw poisoned();
}

const poisoned = (): StoreError => new StoreError('poisoned', 'an earlier write or sync failed');

function requireOpen({ closed }: Handle): void {
  if (closed) throw new StoreError('closed', 'the segment was closed');
}

function requireFresh({ stale, paths }: Handle): void {
  if (stale) throw new StoreError('stale_handle', `another writer changed ${paths.file}`);
}

function isAsLeft(h: Handle): boolean {
  return standsAsLeft(h) && committedIn(h) === BigInt(h.published);
}

/** The file of that name is the one that is open, and ends with what this handle left there. */
function standsAsLeft(h: Handle): boolean {
  return lookAtOurs(h)?.size === h.mark.size && endsAsLeft(h);
}

/** The file of that name, or null where it is not the one that is open. */
function lookAtOurs({ files, paths, mark }: Handle): FileStats | null {
  const seen = files.look(paths.path);
  return seen?.ino === mark.ino && seen.dev === mark.dev ? seen : null;
}

function committedIn({ files, fd }: Handle): bigint | null {
  const bytes = Buffer.allocUnsafe(8);
  const got = readUpTo(files.fs, fd, bytes, committedAt);
  return got < bytes.length ? null : bytes.readBigUInt64LE();
}

const room = Buffer.alloc(hashBytes);

function endsAsLeft({ files, fd, mark, last }: Handle): boolean {
  const got = readUpTo(files.fs, fd, room.subarray(0, last.length), mark.size - last.length);
  return got === last.length && last.equals(room.subarray(0, got));
}

/** The last bytes of a file that ends at `size`: the hash of its last frame, or its header. */
export function lastBytes({ fs }: Files, fd: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.min(size, hashBytes));
  return bytes.subarray(0, readUpTo(fs, fd, bytes, size - bytes.length));
}

/** Refuses what would publish frames that nobody tracked. */
export function requireTracked({ untracked, paths }: Handle): void {
  if (untracked.length === 0) return;
  throw new StoreError('untracked_frames', `${untracked.length} frames of ${paths.file}`);
}

/** Notes where the file ends now, and with which bytes. */
export function endsAt(h: Handle, size: number, last: Buffer): void {
  h.mark = { ino: h.mark.ino, dev: h.mark.dev, size };
  h.last = last;
}

/** Makes the names of the file, of `sessions` and of the store durable, once for each new name. */
export function makeNamesDurable(h: Handle): void {
  if (h.namesDurable) return;
  const { files, paths } = h;
  files.syncDir(paths.sessions);
  files.syncDir(paths.root);
  files.syncDirAbove(dirname(paths.root));
  h.namesDurable = true;
}
