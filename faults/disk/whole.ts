import { constants } from 'node:fs';
import { bytesOfData, readRest, write } from './data.ts';
import { fail } from './errno.ts';
import { flagBits } from './flags.ts';
import { close, fileAt, open, sync, truncateFd } from './open.ts';
import { pathText, type PathLike } from './paths.ts';
import type { ReadOptions, WriteOptions } from './shape.ts';
import { DiskStats } from './stats.ts';
import type { DiskState } from './state.ts';
import { find } from './walk.ts';

/** Opens, does, closes, whatever happened between. */
function withFile<T>(
  state: DiskState,
  path: PathLike,
  bits: number,
  mode: number,
  body: (fd: number) => T,
): T {
  const fd = open(state, pathText(path), bits, mode);
  try {
    return body(fd);
  } finally {
    close(state, fd);
  }
}

/** The whole of a file, or what lies ahead of a descriptor's position. */
export function readFile(state: DiskState, path: PathLike | number, options?: ReadOptions): Buffer {
  const flag = typeof options === 'object' ? options?.flag : undefined;
  const take = (fd: number): Buffer => readRest(state, fileAt(state, fd, 'read'));
  return typeof path === 'number' ? take(path) : withFile(state, path, flagBits(flag), 0o666, take);
}

/** Writes a whole file, by default replacing what it held; `flush` syncs it before it is closed. */
export function writeFile(
  state: DiskState,
  path: PathLike | number,
  data: unknown,
  options: WriteOptions | undefined,
  defaultFlag: string,
): void {
  const given = typeof options === 'string' || options === null ? {} : (options ?? {});
  const encoding = typeof options === 'string' ? options : given.encoding;
  const bytes = bytesOfData(data, encoding);
  const put = (fd: number): void => {
    if (bytes.length > 0) write(state, fd, bytes, null);
    if (given.flush === true) sync(state, fd, false);
  };
  if (typeof path === 'number') return put(path);
  withFile(state, path, flagBits(given.flag ?? defaultFlag), given.mode ?? 0o666, put);
}

/** Cuts or grows a file by its path. */
export function truncate(state: DiskState, path: PathLike, length: number): void {
  withFile(state, path, constants.O_RDWR, 0o666, (fd) => truncateFd(state, fd, length));
}

/**
 * Existence; execution needs a bit for it. The disk has one user, who may read and write
 * everything.
 */
export function access(state: DiskState, path: string, mode: number): void {
  const place = find(state, path, 'follow');
  if (typeof place === 'string') fail(place, 'access', path);
  const runs = place.inode.is === 'dir' || (place.inode.mode & 0o111) !== 0;
  if ((mode & constants.X_OK) !== 0 && !runs) fail('EACCES', 'access', path);
}

/** Existence as `existsSync` tells it: every error is a no. */
export function exists(state: DiskState, path: PathLike): boolean {
  try {
    return typeof find(state, pathText(path), 'follow') !== 'string';
  } catch {
    return false;
  }
}

/** `stat` or `lstat`; undefined only where the caller asked not to be thrown at. */
export function stat(
  state: DiskState,
  path: string,
  syscall: 'stat' | 'lstat',
  options: { readonly throwIfNoEntry: false } | undefined,
): DiskStats | undefined {
  const place = find(state, path, syscall === 'stat' ? 'follow' : 'leave');
  if (typeof place !== 'string') return new DiskStats(place.inode);
  if (place === 'ENOENT' && options?.throwIfNoEntry === false) return undefined;
  return fail(place, syscall, path);
}
