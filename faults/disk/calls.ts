import { constants } from 'node:fs';
import { readArguments, writeArguments } from './arguments.ts';
import { read, write } from './data.ts';
import * as names from './names.ts';
import { flagBits } from './flags.ts';
import { close, fileAt, open, sync, truncateFd } from './open.ts';
import { pathText, type PathLike } from './paths.ts';
import { promisesOf, type DiskPromises } from './promises.ts';
import type { DiskFs, ReadOptions } from './shape.ts';
import { DiskStats, type DiskDirent } from './stats.ts';
import type { DiskState } from './state.ts';
import { access, exists, readFile, stat, truncate, writeFile } from './whole.ts';

/**
 * The calls of a disk; every function works without its object, as Node's do. They stand in one
 * literal because this is made once per disk, and thousands of disks are made in a second.
 */
export function callsOf(state: DiskState): DiskFs {
  let promises: DiskPromises | null = null;
  const overloaded = overloadedCalls(state);
  const calls: DiskFs = {
    constants,
    get promises() {
      return (promises ??= promisesOf(calls));
    },
    openSync: (path, flags, mode = 0o666) => open(state, pathText(path), flagBits(flags), mode),
    closeSync: (fd) => close(state, fd),
    readSync: (fd, view, offset, length, position) => {
      const asked = readArguments(view, offset, length, position);
      return read(state, fd, asked.buffer, asked.offset, asked.length, asked.position);
    },
    writeSync: (fd, data, offset, length, position) => {
      const asked = writeArguments(data, offset, length, position);
      return write(state, fd, asked.bytes, asked.position);
    },
    fsyncSync: (fd) => sync(state, fd, false),
    fdatasyncSync: (fd) => sync(state, fd, true),
    ftruncateSync: (fd, length = 0) => truncateFd(state, fd, length),
    fstatSync: (fd) => new DiskStats(fileAt(state, fd, 'fstat').inode),
    statSync: overloaded.statSync,
    lstatSync: overloaded.lstatSync,
    existsSync: (path) => exists(state, path),
    accessSync: (path, mode = 0) => access(state, pathText(path), mode),
    renameSync: (from, to) => names.rename(state, pathText(from), pathText(to)),
    unlinkSync: (path) => names.unlink(state, pathText(path)),
    linkSync: (from, to) => names.link(state, pathText(from), pathText(to)),
    symlinkSync: (to, path) => names.symlink(state, pathText(to), pathText(path)),
    readlinkSync: (path) => names.readlink(state, pathText(path)),
    mkdirSync: (path, options) => {
      const given = typeof options === 'number' ? { mode: options } : (options ?? {});
      const make = given.recursive === true ? names.mkdirAll : mkdirOne;
      return make(state, pathText(path), given.mode ?? 0o777);
    },
    rmdirSync: (path) => names.rmdir(state, pathText(path)),
    rmSync: (path, options = {}) => names.remove(state, pathText(path), options),
    readdirSync: overloaded.readdirSync,
    readFileSync: overloaded.readFileSync,
    writeFileSync: (path, data, options) => writeFile(state, path, data, options, 'w'),
    appendFileSync: (path, data, options) => writeFile(state, path, data, options, 'a'),
    truncateSync: (path, length = 0) => truncate(state, path, length),
  };
  return calls;
}

function mkdirOne(state: DiskState, path: string, mode: number): undefined {
  names.mkdir(state, path, mode);
}

type Maybe = { readonly throwIfNoEntry: false };
type Typed = { readonly withFileTypes: true };

function overloadedCalls(
  state: DiskState,
): Pick<DiskFs, 'statSync' | 'lstatSync' | 'readdirSync' | 'readFileSync'> {
  function statSync(path: PathLike): DiskStats;
  function statSync(path: PathLike, options: Maybe): DiskStats | undefined;
  function statSync(path: PathLike, options?: Maybe): DiskStats | undefined {
    return stat(state, pathText(path), 'stat', options);
  }
  function lstatSync(path: PathLike): DiskStats;
  function lstatSync(path: PathLike, options: Maybe): DiskStats | undefined;
  function lstatSync(path: PathLike, options?: Maybe): DiskStats | undefined {
    return stat(state, pathText(path), 'lstat', options);
  }
  function readdirSync(path: PathLike): string[];
  function readdirSync(path: PathLike, options: Typed): DiskDirent[];
  function readdirSync(path: PathLike, options?: Typed): string[] | DiskDirent[] {
    const list = options?.withFileTypes === true ? names.readdirTyped : names.readdir;
    return list(state, pathText(path));
  }
  function readFileSync(
    path: PathLike | number,
    options?: null | { flag?: string | number },
  ): Buffer;
  function readFileSync(path: PathLike | number, options: Exclude<ReadOptions, null>): string;
  function readFileSync(path: PathLike | number, options?: ReadOptions): Buffer | string {
    const bytes = readFile(state, path, options);
    const encoding = typeof options === 'string' ? options : options?.encoding;
    return encoding === undefined || encoding === null ? bytes : bytes.toString(encoding);
  }
  return { statSync, lstatSync, readdirSync, readFileSync };
}
