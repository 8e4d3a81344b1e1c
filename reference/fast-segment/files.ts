import { constants } from 'node:fs';
import { writeAll } from '../lib/bytes.ts';
import { StoreError } from '../lib/error.ts';
import type { FileStats, StoreFs } from '../lib/fs.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

/** Which file it was and how long, so that another writer's hand can be noticed later. */
export interface Mark {
  readonly ino: number;
  readonly dev: number;
  readonly size: number;
}

/**
 * The file calls of one handle. `changes` counts those that may have changed the disk; whoever
 * takes a change back durably sets it back, so that an operation whose count did not move failed
 * definitely.
 */
export class Files {
  readonly fs: StoreFs;
  changes = 0;
  /** True after a failed sync or undo: what the disk holds is no longer known. */
  poisoned = false;

  constructor(fs: StoreFs) {
    this.fs = fs;
  }

  /** The entry at `path` itself, links not followed, or null where nothing stands. */
  look(path: string): FileStats | null {
    try {
      return this.fs.lstatSync(path);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return null;
      throw error;
    }
  }

  /** Opens a regular file for reading and writing; links refuse, and a FIFO cannot hang this. */
  open(path: string): number {
    return this.#regular(this.fs.openSync(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK), path);
  }

  /** Creates a file that must not have been there (`EEXIST`). */
  create(path: string): number {
    this.changes++;
    return this.fs.openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  }

  /**
   * Creates a temporary file. What an earlier one left under its name is taken off that name, never
   * emptied: it may be a link to a file that lives.
   */
  createTemp(path: string): number {
    if (this.look(path) !== null) this.unlink(path);
    return this.create(path);
  }

  /** Writes all of `bytes` at `position`, in as many calls as it takes. */
  write(fd: number, bytes: Uint8Array, position: number): void {
    this.changes++;
    writeAll(this.fs, fd, bytes, position);
  }

  cut(fd: number, size: number): void {
    this.changes++;
    this.fs.ftruncateSync(fd, size);
  }

  rename(from: string, to: string): void {
    this.changes++;
    this.fs.renameSync(from, to);
  }

  unlink(path: string): void {
    this.changes++;
    this.fs.unlinkSync(path);
  }

  mkdir(path: string): void {
    this.changes++;
    this.fs.mkdirSync(path);
  }

  rmdir(path: string): void {
    this.changes++;
    this.fs.rmdirSync(path);
  }

  /** Makes a file durable. A failure poisons: what was in flight may be gone for good. */
  sync(fd: number): void {
    try {
      this.fs.fsyncSync(fd);
    } catch (error) {
      this.poisoned = true;
      throw error;
    }
  }

  /** Makes the names in a directory durable. */
  syncDir(path: string): void {
    const fd = this.fs.openSync(path, O_RDONLY);
    try {
      this.sync(fd);
    } finally {
      this.closeQuietly(fd);
    }
  }

  /**
   * The same for a directory above the store, which is not ours: where we may not read it, its
   * owner answers for the name.
   */
  syncDirAbove(path: string): void {
    try {
      this.syncDir(path);
    } catch (error) {
      if (!['EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) throw error;
    }
  }

  /**
   * Takes back what a failed write left, durably: then nothing has happened since `changes` was
   * noted. Where even that fails the handle is poisoned.
   */
  undo(fd: number, changes: number, takeBack: () => void): void {
    try {
      takeBack();
      this.fs.fsyncSync(fd);
      this.changes = changes;
    } catch {
      this.poisoned = true;
    }
  }

  /** Closes a descriptor that nothing depends on any more. */
  closeQuietly(fd: number): void {
    try {
      this.fs.closeSync(fd);
    } catch {
      // It is gone either way, and what was written through it was synced.
    }
  }

  mark(fd: number): Mark {
    const { ino, dev, size } = this.fs.fstatSync(fd);
    return { ino, dev, size };
  }

  #regular(fd: number, path: string): number {
    try {
      if (this.fs.fstatSync(fd).isFile()) return fd;
      throw new StoreError('not_a_file', `${path} is no regular file`);
    } catch (error) {
      this.closeQuietly(fd);
      throw error;
    }
  }
}

/** The errno name that a file call failed with, or null for any other error. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const { code } = error;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : null;
}

const codeOfErrno: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'no_space'],
  ['EDQUOT', 'no_space'],
  ['ELOOP', 'symlink_refused'],
  ['EISDIR', 'not_a_file'],
  ['ENOTDIR', 'not_a_file'],
]);

/**
 * Any error as a `StoreError`; what is no failed file call is a bug and passes unchanged. An errno
 * without a code of its own is `io-<errno>`.
 */
export function storeError(error: unknown, definite: boolean): unknown {
  if (error instanceof StoreError) {
    if (error.definite === definite) return error;
    return new StoreError(error.code, error.message, { definite, cause: error });
  }
  const errno = errnoOf(error);
  if (errno === null) return error;
  const code = codeOfErrno.get(errno) ?? `io-${errno.toLowerCase()}`;
  return new StoreError(code, (error as Error).message, { definite, cause: error });
}
