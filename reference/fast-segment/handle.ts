import { dirname } from 'node:path';
import { StoreError } from '../lib/error.ts';
import type { Files, Mark } from './files.ts';
import { errnoOf } from './files.ts';
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

const twoBytes = Buffer.alloc(2);

/**
 * The same for an append, which acknowledges nothing, with a part of the cost: of the file only the
 * length is asked, by reading over its end.
 */
export function requireAppendable(h: Handle): void {
  requireUsable(h);
  h.stale ||= h.files.fs.readSync(h.fd, twoBytes, 0, 2, h.mark.size - 1) !== 1;
  requireFresh(h);
}

/** Refuses a handle whose file another writer moved, though it would only read. */
export function requireReadable(h: Handle): void {
  if (h.closed) throw new StoreError('closed', 'the segment was closed');
  h.stale ||= !h.files.poisoned && !isAsLeft(h);
  requireFresh(h);
}

function requireUsable(h: Handle): void {
  if (h.closed) throw new StoreError('closed', 'the segment was closed');
  if (h.files.poisoned) throw new StoreError('poisoned', 'an earlier write or sync failed');
}

function requireFresh({ stale, paths }: Handle): void {
  if (stale) throw new StoreError('stale_handle', `another writer changed ${paths.file}`);
}

function isAsLeft({ files, paths, mark }: Handle): boolean {
  const seen = files.look(paths.path);
  return seen !== null && seen.ino === mark.ino && seen.dev === mark.dev && seen.size === mark.size;
}

/** Refuses what would publish frames that nobody tracked. */
export function requireTracked({ untracked, paths }: Handle): void {
  if (untracked.length === 0) return;
  throw new StoreError('untracked_frames', `${untracked.length} frames of ${paths.file}`);
}

/** Notes where the file ends now. */
export function endsAt(h: Handle, size: number): void {
  h.mark = { ino: h.mark.ino, dev: h.mark.dev, size };
}

/** Makes the names of the file, of `sessions` and of the store durable, once for each new name. */
export function makeNamesDurable(h: Handle): void {
  if (h.namesDurable) return;
  const { files, paths } = h;
  files.syncDir(paths.sessions);
  files.syncDir(paths.root);
  try {
    files.syncDir(dirname(paths.root));
  } catch (error) {
    // The directory above is not ours; where we may not read it, its owner answers for the name.
    if (!['EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) throw error;
  }
  h.namesDurable = true;
}
