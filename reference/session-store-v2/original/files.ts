import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { readUpTo, writeAll } from '../../lib/bytes.ts';
import type { StoreFs } from '../../lib/fs.ts';
import { segmentName, segmentNumber, under } from '../paths.ts';
import { asStoreError, invalidData, osText, outOfMemory, sessionError } from './errors.ts';
import type { Handle } from './handle.ts';

const { O_RDONLY, O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = constants;

/** Flags of the original's opens; whatever is created has the mode 0600. */
export const opens = {
  read: O_RDONLY,
  write: O_WRONLY,
  create: O_WRONLY | O_CREAT,
  replace: O_WRONLY | O_CREAT | O_TRUNC,
  appendExisting: O_WRONLY | O_APPEND,
  append: O_WRONLY | O_CREAT | O_APPEND,
} as const;

/** Opens, runs, closes; a failed close is not noticed, as Rust's drop does not. */
export function withFile<T>(fs: StoreFs, path: string, flags: number, run: (fd: number) => T): T {
  const fd = fs.openSync(path, flags, 0o600);
  try {
    return run(fd);
  } finally {
    bestEffort(() => fs.closeSync(fd));
  }
}

/** Runs something whose failure the original ignores. */
export function bestEffort(run: () => unknown): void {
  try {
    run();
  } catch {
    // The original drops this result too.
  }
}

/** Whether a path leads to anything; every error reads as no. */
export function exists(fs: StoreFs, path: string): boolean {
  try {
    fs.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * A segment file of the directory scan: `path` is its own spelling, which appends and reads never
 * use.
 */
export interface SegmentFile {
  readonly seq: bigint;
  readonly path: string;
}

/** Segment files by number; files of one number stay in directory order. */
export function listSegments({ env, paths }: Handle): SegmentFile[] {
  if (!exists(env.fs, paths.segments)) return [];
  const found: SegmentFile[] = [];
  for (const name of env.fs.readdirSync(paths.segments)) {
    const seq = segmentNumber(name);
    if (seq !== null) found.push({ seq, path: under(paths.segments, name) });
  }
  return found.toSorted((a, b) => (a.seq < b.seq ? -1 : a.seq > b.seq ? 1 : 0));
}

/** Where frames of a segment are read and appended. */
export function segmentPath({ paths }: Handle, seq: bigint): string {
  return under(paths.segments, segmentName(seq));
}

/** Cuts a file and syncs it. */
export function truncateFile(fs: StoreFs, path: string, length: number): void {
  withFile(fs, path, opens.write, (fd) => {
    fs.ftruncateSync(fd, length);
    fs.fsyncSync(fd);
  });
}

/** Syncs a directory. */
export function syncDir(fs: StoreFs, path: string): void {
  withFile(fs, path, opens.read, (fd) => fs.fsyncSync(fd));
}

/**
 * Writes a file of `tmp/` and syncs it; where opening, encoding or writing fails, removes it if it
 * can.
 */
export function writeStaged(fs: StoreFs, tmp: string, encode: () => Uint8Array): void {
  try {
    withFile(fs, tmp, opens.replace, (fd) => {
      writeAll(fs, fd, encode());
      fs.fsyncSync(fd);
    });
  } catch (error) {
    bestEffort(() => fs.unlinkSync(tmp));
    throw error;
  }
}

/**
 * True where some segment file holds data. A directory of such a name counts: Linux file systems
 * give it a size.
 */
export function segmentsHoldData(handle: Handle): boolean {
  return listSegments(handle).some(({ path }) => {
    const stats = handle.env.fs.statSync(path);
    return stats.size > 0 || stats.isDirectory();
  });
}

/**
 * Makes a directory and those above it. Where a link stands that leads nowhere the original's error
 * is that of mkdir, EEXIST; Node looks behind the link and says what it found there.
 */
export function makeDirectories(fs: StoreFs, path: string): void {
  try {
    fs.mkdirSync(path, { recursive: true });
  } catch (error) {
    if (!isLink(fs, path)) throw error;
    const message = 'EEXIST: file exists, mkdir';
    throw Object.assign(new Error(message, { cause: error }), { code: 'EEXIST' });
  }
}

function isLink(fs: StoreFs, path: string): boolean {
  try {
    return fs.lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/** A whole file of UTF-8; anything else is an I/O error of the kind InvalidData. */
export function readTextFile({ env, limits }: Handle, path: string): Buffer {
  return withFile(env.fs, path, opens.read, (fd) => {
    const { size } = env.fs.fstatSync(fd);
    if (size > limits.allocationBytes) throw outOfMemory(size);
    // One byte more than there is, so that a directory is read too, which fails.
    const buffer = Buffer.alloc(size + 1);
    const bytes = buffer.subarray(0, readUpTo(env.fs, fd, buffer, 0));
    if (!isUtf8(bytes)) throw invalidData('stream did not contain valid UTF-8');
    return bytes;
  });
}

/**
 * Sets whole segment files aside, one by one, under the first free `.bak`, `.bak.1`, ... name;
 * nothing is synced.
 */
export function quarantine({ env, limits }: Handle, files: readonly SegmentFile[]): void {
  for (const { path } of files) {
    const free = firstFree(env.fs, path, limits.quarantineNames);
    if (free === null) {
      throw sessionError(
        'quarantine-failed',
        `failed to quarantine segment ${path}: exhausted backup suffixes`,
      );
    }
    try {
      env.fs.renameSync(path, free);
    } catch (error) {
      throw sessionError(
        'quarantine-failed',
        `failed to quarantine segment ${path} -> ${free}: ${osText(asStoreError(error))}`,
      );
    }
  }
}

function firstFree(fs: StoreFs, path: string, names: number): string | null {
  for (let n = 0; n < names; n++) {
    const candidate = n === 0 ? `${path}.bak` : `${path}.bak.${n}`;
    if (!exists(fs, candidate)) return candidate;
  }
  return null;
}
