import { constants } from 'node:fs';
import { bytesOfData, read, write } from './data.ts';
import { badArgument, fail } from './errno.ts';
import { flagBits } from './flags.ts';
import * as names from './names.ts';
import { close, fileAt, open, sync, truncateFd } from './open.ts';
import { pathText, type PathLike } from './paths.ts';
import { promisesOf, type DiskPromises } from './promises.ts';
import type { DiskFs, Window } from './shape.ts';
import { DiskStats } from './stats.ts';
import type { DiskState } from './state.ts';
import { access, readFile, truncate, writeFile } from './whole.ts';
import { find } from './walk.ts';

type Maybe = { readonly throwIfNoEntry?: boolean } | undefined;

/** The calls of a disk; every function works without its object, as Node's do. */
export function callsOf(state: DiskState): DiskFs {
  let promises: DiskPromises | null = null;
  const calls = {
    ...descriptorCalls(state),
    ...nameCalls(state),
    ...wholeCalls(state),
    constants,
    get promises(): DiskPromises {
      promises ??= promisesOf(state, this as DiskFs);
      return promises;
    },
  };
  return calls as DiskFs;
}

function descriptorCalls(state: DiskState) {
  return {
    openSync: (path: PathLike, flags?: string | number | null, mode = 0o666) =>
      open(state, pathText(path), flagBits(flags), mode),
    closeSync: (fd: number) => close(state, fd),
    readSync: (
      fd: number,
      buffer: NodeJS.ArrayBufferView,
      offset?: number | Window,
      length?: number,
      position?: number | bigint | null,
    ) => readArguments(state, fd, buffer, offset, length, position),
    writeSync: (
      fd: number,
      data: NodeJS.ArrayBufferView | string,
      offset?: number | Window | null,
      length?: number | string | null,
      position?: number | null,
    ) => writeArguments(state, fd, data, offset, length, position),
    fsyncSync: (fd: number) => sync(state, fd, false),
    fdatasyncSync: (fd: number) => sync(state, fd, true),
    ftruncateSync: (fd: number, length = 0) => truncateFd(state, fd, length),
    fstatSync: (fd: number) => new DiskStats(fileAt(state, fd, 'fstat').inode),
  };
}

function nameCalls(state: DiskState) {
  return {
    renameSync: (from: PathLike, to: PathLike) => names.rename(state, pathText(from), pathText(to)),
    unlinkSync: (path: PathLike) => names.unlink(state, pathText(path)),
    linkSync: (from: PathLike, to: PathLike) => names.link(state, pathText(from), pathText(to)),
    symlinkSync: (to: PathLike, path: PathLike) =>
      names.symlink(state, pathText(to), pathText(path)),
    readlinkSync: (path: PathLike) => names.readlink(state, pathText(path)),
    mkdirSync: (path: PathLike, options?: number | { recursive?: boolean; mode?: number }) => {
      const given = typeof options === 'number' ? { mode: options } : (options ?? {});
      const make = 'recursive' in given && given.recursive === true ? names.mkdirAll : names.mkdir;
      return make(state, pathText(path), given.mode ?? 0o777);
    },
    rmdirSync: (path: PathLike) => names.rmdir(state, pathText(path)),
    rmSync: (path: PathLike, options: { recursive?: boolean; force?: boolean } = {}) =>
      names.remove(state, pathText(path), options),
    readdirSync: (path: PathLike, options?: { withFileTypes?: boolean }) =>
      options?.withFileTypes === true
        ? names.readdirTyped(state, pathText(path))
        : names.readdir(state, pathText(path)),
  };
}

function wholeCalls(state: DiskState) {
  return {
    statSync: (path: PathLike, options?: Maybe) => stat(state, pathText(path), 'stat', options),
    lstatSync: (path: PathLike, options?: Maybe) => stat(state, pathText(path), 'lstat', options),
    existsSync: (path: PathLike) => exists(state, path),
    accessSync: (path: PathLike, mode = 0) => access(state, pathText(path), mode),
    readFileSync: (path: PathLike | number, options?: Parameters<typeof readFile>[2]) =>
      readFile(state, path, options),
    writeFileSync: (
      path: PathLike | number,
      data: unknown,
      options?: Parameters<typeof writeFile>[3],
    ) => writeFile(state, path, data, options, 'w'),
    appendFileSync: (
      path: PathLike | number,
      data: unknown,
      options?: Parameters<typeof writeFile>[3],
    ) => writeFile(state, path, data, options, 'a'),
    truncateSync: (path: PathLike, length = 0) => truncate(state, path, length),
  };
}

function stat(
  state: DiskState,
  path: string,
  syscall: 'stat' | 'lstat',
  options: Maybe,
): DiskStats | undefined {
  const place = find(state, path, syscall === 'stat' ? 'follow' : 'leave');
  if (typeof place !== 'string') return new DiskStats(place.inode);
  const missing = place === 'ENOENT' || place === 'ENOTDIR';
  if (missing && options?.throwIfNoEntry === false) return undefined;
  return fail(place, syscall, path);
}

function exists(state: DiskState, path: PathLike): boolean {
  try {
    return typeof find(state, pathText(path), 'follow') !== 'string';
  } catch {
    return false;
  }
}

function readArguments(
  state: DiskState,
  fd: number,
  view: NodeJS.ArrayBufferView,
  offset?: number | Window,
  length?: number,
  position?: number | bigint | null,
): number {
  if (typeof offset === 'object' && offset !== null) {
    const { offset: at = 0, length: count, position: from = null } = offset;
    return readArguments(state, fd, view, at, count ?? view.byteLength - at, from);
  }
  const buffer = bytesOfData(view);
  const start = offset ?? 0;
  const count = length ?? buffer.length - start;
  checkWindow(buffer, start, count);
  return read(state, fd, buffer, start, count, position ?? null);
}

function writeArguments(
  state: DiskState,
  fd: number,
  data: NodeJS.ArrayBufferView | string,
  offset?: number | Window | null,
  length?: number | string | null,
  position?: number | null,
): number {
  if (typeof data === 'string') {
    const encoding = typeof length === 'string' ? length : 'utf8';
    return write(state, fd, bytesOfData(data, encoding), numberOrNull(offset));
  }
  if (typeof offset === 'object' && offset !== null) {
    const { offset: at = 0, length: count, position: to = null } = offset;
    return writeArguments(state, fd, data, at, count ?? data.byteLength - at, numberOrNull(to));
  }
  const buffer = bytesOfData(data);
  const start = offset ?? 0;
  const count = typeof length === 'number' ? length : buffer.length - start;
  checkWindow(buffer, start, count);
  return write(state, fd, buffer.subarray(start, start + count), numberOrNull(position));
}

function numberOrNull(position: unknown): number | null {
  return typeof position === 'number' ? position : null;
}

function checkWindow(buffer: Uint8Array, offset: number, length: number): void {
  const fits = Number.isInteger(offset) && Number.isInteger(length) && offset >= 0 && length >= 0;
  if (fits && offset + length <= buffer.length) return;
  badArgument(
    'ERR_OUT_OF_RANGE',
    `offset ${offset} and length ${length} do not fit ${buffer.length} bytes`,
  );
}
