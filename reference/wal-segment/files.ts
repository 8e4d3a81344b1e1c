import { constants } from 'node:fs';
import { StoreError } from '../lib/error.ts';
import type { FileStats, StoreFs } from '../lib/fs.ts';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

/** What stands at a path, links not followed. */
export type Kind = 'none' | 'file' | 'dir' | 'link' | 'other';

/**
 * The file calls of one operation or handle. `changes` counts the calls that may have changed the
 * disk; whoever undoes a change durably sets it back, so that an operation whose count did not move
 * failed definitely.
 */
export class Files {
  readonly fs: StoreFs;
  changes = 0;
  /** True after a failed sync or undo: what the disk holds is no longer known. */
  poisoned = false;

  constructor(fs: StoreFs) {
    this.fs = fs;
  }

  /** The entry at `path` itself, or null where nothing stands. */
  look(path: string): FileStats | null {
    try {
      return (this.fs as Lenient).lstatSync(path, { throwIfNoEntry: false }) ?? null;
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

  /** Opens an existing regular file for writing anywhere in it. */
  openWrite(path: string): number {
    return this.#regular(this.fs.openSync(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK), path);
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

  /**
   * Creates a temporary file. What a dead process left under its name may be a link of a live file.
   */
  openTemp(path: string): number {
    const kind = this.kind(path);
    if (kind === 'link') throw new StoreError('symlink_refused', `${path} is a symbolic link`);
    if (kind === 'file') this.unlink(path);
    else if (kind !== 'none') throw new StoreError('not_a_file', `${path} is no regular file`);
    return this.create(path);
  }

  /**
   * Writes the first `length` of `bytes`, at `position` or at the end. One short write is continued
   * once; a second one is `EIO`.
   */
  write(fd: number, bytes: Uint8Array, length: number, position: number | null = null): void {
    this.changes++;
    let done = this.fs.writeSync(fd, bytes, 0, length, position);
    if (done < length) {
      const rest = position === null ? null : position + done;
      done += this.fs.writeSync(fd, bytes, done, length - done, rest);
    }
    if (done === length) return;
    throw Object.assign(new Error(`short write: ${done} of ${length} bytes`), { code: 'EIO' });
  }

  cut(fd: number, size: number): void {
    this.changes++;
    this.fs.ftruncateSync(fd, size);
  }

  mkdir(path: string): void {
    this.changes++;
    this.fs.mkdirSync(path);
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

  /** The same for the bytes and the size of a file whose name is durable. */
  syncData(fd: number): void {
    try {
      this.fs.fdatasyncSync(fd);
    } catch (error) {
      this.poisoned = true;
      throw error;
    }
  }

  /** Makes the names in a directory durable. */
  syncDir(path: string): void {
    const fd = this.fs.openSync(path, O_RDONLY);
    this.using(fd, () => this.sync(fd));
  }

  /** Runs `use` with a descriptor that is closed whatever happens. */
  using<T>(fd: number, use: (fd: number) => T): T {
    try {
      return use(fd);
    } finally {
      this.fs.closeSync(fd);
    }
  }

  /** Fills `bytes` [0, length) from byte `position` of the file; answers how many there were. */
  read(fd: number, bytes: Buffer, length: number, position: number): number {
    let done = 0;
    while (done < length) {
      const got = this.fs.readSync(fd, bytes, done, length - done, position + done);
      if (got <= 0) break;
      done += got;
    }
    return done;
  }

  #regular(fd: number, path: string): number {
    let isFile = false;
    try {
      isFile = this.fs.fstatSync(fd).isFile();
    } finally {
      if (!isFile) this.fs.closeSync(fd);
    }
    if (isFile) return fd;
    throw new StoreError('not_a_file', `${path} is no regular file`);
  }
}

/** `node:fs` makes an error in five times the time that it takes to look. */
interface Lenient {
  lstatSync(path: string, options: { readonly throwIfNoEntry: false }): FileStats | undefined;
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
]);

/**
 * Runs an operation; every failed file call becomes a `StoreError` that knows whether the disk was
 * changed.
 */
export function attempt<T>(files: Files, run: () => T): T {
  const before = files.changes;
  try {
    return run();
  } catch (error) {
    throw storeError(error, files.changes === before);
  }
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
