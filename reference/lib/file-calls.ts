import { constants } from 'node:fs';
import { StoreError } from './error.ts';
import type { FileStats, StoreFs } from './fs.ts';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

/** What stands at a path, links not followed. */
export type Kind = 'none' | 'file' | 'dir' | 'link' | 'other';

/** Which file it was and how long, so that another writer's hand can be noticed later. */
export interface Mark {
  readonly ino: number;
  readonly dev: number;
  readonly size: number;
}

/**
 * The file calls of one operation or handle of a safe store. `changes` counts the calls that may
 * have changed the disk; whoever undoes a change durably sets it back, so that an operation whose
 * count did not move failed definitely.
 */
export class FileCalls {
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
    return this.#regular(path, O_RDONLY);
  }

  /** Opens an existing regular file for reading, and writing anywhere in it. */
  openWrite(path: string): number {
    return this.#regular(path, O_RDWR);
  }

  /** Opens an existing regular file for appending and reading. */
  openAppend(path: string): number {
    return this.#regular(path, O_RDWR | O_APPEND);
  }

  /** Creates a file that must not have been there (`EEXIST`), for appending unless told else. */
  create(path: string, flags = O_APPEND): number {
    this.changes++;
    return this.fs.openSync(path, flags | O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  }

  /**
   * Creates a temporary file. What a dead process left under its name is taken off that name, never
   * emptied: it may be a link of a file that lives.
   */
  openTemp(path: string): number {
    const kind = this.kind(path);
    if (kind === 'link') throw new StoreError('symlink_refused', `${path} is a symbolic link`);
    if (kind === 'file') this.unlink(path);
    else if (kind !== 'none') throw new StoreError('not_a_file', `${path} is no regular file`);
    return this.create(path);
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

  #regular(path: string, flags: number): number {
    const fd = this.fs.openSync(path, flags | O_NOFOLLOW | O_NONBLOCK);
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

/** What every safe store calls a failed file call by, where it has a name of its own. */
export const codesOfErrno: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'no_space'],
  ['EDQUOT', 'no_space'],
  ['ELOOP', 'symlink_refused'],
]);

/**
 * Any error as a `StoreError`: the code that `codes` has for its errno, else `io-<errno>`. Errors
 * that are no failed file call are bugs and pass unchanged.
 */
export function storeError(error: unknown, definite: boolean, codes = codesOfErrno): unknown {
  if (error instanceof StoreError) {
    if (error.definite === definite) return error;
    return new StoreError(error.code, error.message, { definite, cause: error });
  }
  const errno = errnoOf(error);
  if (errno === null) return error;
  const code = codes.get(errno) ?? `io-${errno.toLowerCase()}`;
  return new StoreError(code, (error as Error).message, { definite, cause: error });
}

/**
 * Runs an operation; every failed file call becomes a `StoreError` that knows whether the disk was
 * changed.
 */
export function attempt<T>(files: FileCalls, run: () => T, codes = codesOfErrno): T {
  const before = files.changes;
  try {
    return run();
  } catch (error) {
    throw storeError(error, files.changes === before, codes);
  }
}
