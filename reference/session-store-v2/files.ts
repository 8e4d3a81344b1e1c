import { constants } from 'node:fs';
import { StoreError } from '../lib/error.ts';
import type { FileStats, StoreFs } from '../lib/fs.ts';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } =
  constants;

/** What stands at a path, links not followed. */
export type Kind = 'none' | 'file' | 'dir' | 'link' | 'other';

/** Which file it was and how long, so that another writer's hand can be noticed later. */
export interface Mark {
  readonly ino: number;
  readonly dev: number;
  readonly size: number;
}

/**
 * The file calls of one handle. `changes` counts the calls that may have changed the disk; whoever
 * undoes a change durably sets it back, so an operation whose count did not move failed definitely.
 */
export class Files {
  readonly fs: StoreFs;
  changes = 0;
  /** True after a failed fsync or undo: what the disk holds is no longer known. */
  poisoned = false;

  constructor(fs: StoreFs) {
    this.fs = fs;
  }

  /** The entry at `path` itself, or null where nothing stands. */
  look(path: string): FileStats | null {
    try {
      return this.fs.lstatSync(path);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return null;
      throw error;
    }
  }

  kind(path: string): Kind {
    const stats = this.look(path);
    if (stats === null) return 'none';
    if (stats.isSymbolicLink()) return 'link';
    if (stats.isDirectory()) return 'dir';
    return stats.isFile() ? 'file' : 'other';
  }

  /** Opens a regular file for reading; links refuse, and a FIFO cannot hang the open. */
  openRead(path: string): number {
    return this.#regular(this.fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK), path);
  }

  /** Opens an existing regular file for appending and reading. */
  openAppend(path: string): number {
    const flags = O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK;
    return this.#regular(this.fs.openSync(path, flags), path);
  }

  /** Creates a file for appending that must not have been there (`EEXIST`). */
  create(path: string): number {
    this.changes++;
    return this.fs.openSync(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  }

  /** Opens a temporary name for writing, emptied. */
  openTemp(path: string): number {
    this.changes++;
    const flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK;
    return this.#regular(this.fs.openSync(path, flags, 0o600), path);
  }

  /** Writes `bytes` at the end. One short write is continued once; a second one is `EIO`. */
  append(fd: number, bytes: Uint8Array, length = bytes.length): void {
    this.changes++;
    let done = this.fs.writeSync(fd, bytes, 0, length, null);
    if (done < length) done += this.fs.writeSync(fd, bytes, done, length - done, null);
    if (done !== length) throw shortWrite(done, length);
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

  rmdir(path: string): void {
    this.changes++;
    this.fs.rmdirSync(path);
  }

  mkdir(path: string): void {
    this.changes++;
    this.fs.mkdirSync(path);
  }

  /**
   * Makes a file durable. A failure poisons: what was in flight may be gone though a later call
   * succeeds.
   */
  sync(fd: number): void {
    try {
      this.fs.fsyncSync(fd);
    } catch (error) {
      this.poisoned = true;
      throw error;
    }
  }

  /**
   * Cuts a file back to `size` after a failed write, durably, and restores `changes`: then nothing
   * has happened. Where even that fails the handle is poisoned.
   */
  undo(fd: number, before: { readonly size: number; readonly changes: number }): void {
    try {
      this.fs.ftruncateSync(fd, before.size);
      this.fs.fsyncSync(fd);
      this.changes = before.changes;
    } catch {
      this.poisoned = true;
    }
  }

  /** Makes the names in a directory durable. */
  syncDir(path: string): void {
    const fd = this.fs.openSync(path, O_RDONLY);
    this.using(fd, () => this.sync(fd));
  }

  mark(fd: number): Mark {
    const { ino, dev, size } = this.fs.fstatSync(fd);
    return { ino, dev, size };
  }

  /** Runs `use` with a descriptor that is closed whatever happens. */
  using<T>(fd: number, use: (fd: number) => T): T {
    try {
      return use(fd);
    } finally {
      this.fs.closeSync(fd);
    }
  }

  /**
   * All bytes of a regular file, or null where there is none; more than `limitBytes` refuse with
   * `file_too_large`.
   */
  readWhole(path: string, limitBytes: number): Buffer | null {
    if (this.kind(path) === 'none') return null;
    return this.using(this.openRead(path), (fd) => {
      const { size } = this.fs.fstatSync(fd);
      if (size > limitBytes) throw new StoreError('file_too_large', `${path}: ${size} bytes`);
      return this.readRange(fd, 0, size);
    });
  }

  /** Bytes [from, from + length), fewer only where the file ends. */
  readRange(fd: number, from: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    return bytes.subarray(0, this.readInto(fd, bytes, 0, length, from));
  }

  /**
   * Fills `bytes` [at, at + length) from the file's byte `position`; answers how many there were.
   */
  readInto(fd: number, bytes: Buffer, at: number, length: number, position: number): number {
    let done = 0;
    while (done < length) {
      const got = this.fs.readSync(fd, bytes, at + done, length - done, position + done);
      if (got <= 0) break;
      done += got;
    }
    return done;
  }

  #regular(fd: number, path: string): number {
    if (this.fs.fstatSync(fd).isFile()) return fd;
    this.fs.closeSync(fd);
    throw new StoreError('not_a_file', `${path} is no regular file`);
  }
}

/** The errno name that a file call failed with, or null for any other error. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const { code } = error;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : null;
}

/**
 * Any error as a `StoreError`: `no_space`, `symlink_refused`, else `io-<errno>`. Errors that are no
 * failed file call are bugs and pass unchanged.
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

const codeOfErrno: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'no_space'],
  ['EDQUOT', 'no_space'],
  ['ELOOP', 'symlink_refused'],
]);

function shortWrite(done: number, length: number): Error {
  return Object.assign(new Error(`short write: ${done} of ${length} bytes`), { code: 'EIO' });
}
