import { join } from 'node:path';
import { Blake3 } from '../lib/blake3.ts';
import { StoreError } from '../lib/error.ts';
import { errnoOf } from '../lib/file-calls.ts';
import type { Files } from './files.ts';
import { encodeHeader, headerBytes, segmentName } from './format.ts';

/** The segment that a handle appends to, as it left it. */
export interface Active {
  readonly seq: bigint;
  readonly path: string;
  readonly fd: number;
  readonly ino: number;
  readonly dev: number;
  size: number;
  /** Over all bytes of the file. */
  readonly fold: Blake3;
  /** Microseconds since 1970. */
  readonly openedAt: bigint;
}

/** What goes into the header of a segment that is created; `now` is microseconds since 1970. */
export interface NewSegment {
  readonly seq: bigint;
  readonly instance: bigint;
  readonly prev: string;
  readonly now: bigint;
}

/** The bytes of a new segment's header. */
export function headerOf({ instance, seq, prev, now }: NewSegment): Buffer {
  return encodeHeader({ instance, seq, createdAtMicros: now, prev });
}

/**
 * Creates a segment; its header and its name are durable before this answers. Where it cannot be,
 * nothing of it is left, or `files` is poisoned: a number is used for one file only.
 */
export function createSegment(files: Files, dir: string, segment: NewSegment): Active {
  const { seq, now } = segment;
  const path = join(dir, segmentName(seq));
  const header = headerOf(segment);
  const { changes } = files;
  const fd = createFile(files, path);
  try {
    files.write(fd, header, headerBytes);
    files.sync(fd);
    files.syncDir(dir);
    const { ino, dev, size } = files.fs.fstatSync(fd);
    const fold = new Blake3().update(header);
    return { seq, path, fd, ino, dev, size, fold, openedAt: now };
  } catch (error) {
    files.fs.closeSync(fd);
    removeAgain(files, dir, path, changes);
    throw error;
  }
}

function createFile(files: Files, path: string): number {
  const { changes } = files;
  try {
    return files.create(path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') {
      files.changes = changes;
      throw new StoreError('stale_handle', `${path} was made by another writer`);
    }
    removeAgain(files, join(path, '..'), path, changes);
    throw error;
  }
}

/**
 * An empty successor proves that its predecessor is sealed, so no handle may go on beside it. After
 * a failed sync nobody knows what the disk holds, and it is left for the next open to see.
 */
function removeAgain(files: Files, dir: string, path: string, changes: number): void {
  if (files.poisoned) return;
  try {
    if (files.kind(path) !== 'none') {
      files.unlink(path);
      files.syncDir(dir);
    }
    files.changes = changes;
  } catch {
    files.poisoned = true;
  }
}
