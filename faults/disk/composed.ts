import { constants } from 'node:fs';
import { bytesOfData } from './data.ts';
import { badArgument, fsError } from './errno.ts';
import { pathText, type PathLike } from './paths.ts';
import type { DiskFs, ReadOptions, WriteOptions } from './shape.ts';

/** What Node makes of several calls. */
export type Composed = Pick<
  DiskFs,
  'readFileSync' | 'writeFileSync' | 'appendFileSync' | 'truncateSync' | 'mkdirSync' | 'rmSync'
>;

type Single = Omit<DiskFs, 'constants' | 'promises' | Exclude<keyof Composed, 'mkdirSync'>>;

/**
 * The functions of `node:fs` that make several calls, over single calls, in Node's order: so a
 * fault may strike between two of them. `mkdirSync` of `calls` is never asked to be recursive.
 */
export function composedOf(calls: Single): Composed {
  return {
    readFileSync: readFileOf(calls),
    writeFileSync: (path, data, options) => writeFile(calls, path, data, options, 'w'),
    appendFileSync: (path, data, options) => writeFile(calls, path, data, options, 'a'),
    truncateSync: (path, length = 0) =>
      onFile(calls, path, constants.O_RDWR, 0o666, (fd) => calls.ftruncateSync(fd, length)),
    mkdirSync: (path, options) => {
      const given = typeof options === 'number' ? { mode: options } : (options ?? {});
      const { mode = 0o777 } = given;
      if (given.recursive === true) return makeAll(calls, pathText(path), mode);
      return calls.mkdirSync(path, { mode });
    },
    rmSync: (path, options = {}) => remove(calls, pathText(path), options),
  };
}

function readFileOf(calls: Single): DiskFs['readFileSync'] {
  type Encoded = Exclude<ReadOptions, null>;
  function readFileSync(path: PathLike | number, options?: null | { flag?: Flag }): Buffer;
  function readFileSync(path: PathLike | number, options: Encoded): string;
  function readFileSync(path: PathLike | number, options?: ReadOptions): Buffer | string {
    const flag = typeof options === 'object' ? options?.flag : undefined;
    const bytes = onFile(calls, path, flag ?? 'r', 0o666, (fd) => readRest(calls, fd));
    const encoding = typeof options === 'string' ? options : options?.encoding;
    return encoding === undefined || encoding === null ? bytes : bytes.toString(encoding);
  }
  return readFileSync;
}

type Flag = string | number;

/** Opens, does, closes, whatever happened between; a descriptor is used as it is. */
function onFile<T>(
  calls: Single,
  on: PathLike | number,
  flag: string | number,
  mode: number,
  body: (fd: number) => T,
): T {
  if (typeof on === 'number') return body(on);
  const fd = calls.openSync(on, flag, mode);
  try {
    return body(fd);
  } finally {
    calls.closeSync(fd);
  }
}

/** As Node does: as many reads as it takes for the size that `fstat` told. */
function readRest(calls: Single, fd: number): Buffer {
  const stats = calls.fstatSync(fd);
  const size = stats.isFile() ? stats.size : 0;
  if (size > 2 ** 31 - 1) {
    badArgument('ERR_FS_FILE_TOO_LARGE', `File size (${size}) is greater than 2 GiB`);
  }
  const whole = Buffer.alloc(Math.max(1, size));
  let done = 0;
  while (done < whole.length) {
    const count = calls.readSync(fd, whole, done, whole.length - done, null);
    if (count === 0) break;
    done += count;
  }
  return whole.subarray(0, done);
}

function writeFile(
  calls: Single,
  path: PathLike | number,
  data: unknown,
  options: WriteOptions | undefined,
  defaultFlag: string,
): void {
  const given = typeof options === 'string' || options === null ? {} : (options ?? {});
  const encoding = typeof options === 'string' ? options : given.encoding;
  const bytes = bytesOfData(data, encoding);
  onFile(calls, path, given.flag ?? defaultFlag, given.mode ?? 0o666, (fd) => {
    for (let done = 0; done < bytes.length;) {
      done += calls.writeSync(fd, bytes, done, bytes.length - done, null);
    }
    if (given.flush === true) calls.fsyncSync(fd);
  });
}

/**
 * Errors of `mkdir` that end a recursive one at once; after others Node looks what stands there.
 */
const endsMkdir = new Set(['ENOTDIR', 'EACCES', 'ENOSPC', 'EPERM']);

function makeAll(calls: Single, path: string, mode: number): string | undefined {
  const waiting = [path];
  let first: string | undefined;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const refused = codeOf(() => calls.mkdirSync(next, { mode }));
    if (refused === null) first ??= next;
    else if (refused === 'ENOENT') {
      const cut = next.lastIndexOf('/');
      if (cut === -1) throw fsError('ENOENT', 'mkdir', path);
      waiting.push(next, next.slice(0, cut));
    } else if (endsMkdir.has(refused)) throw fsError(refused, 'mkdir', path);
    else {
      let isDir = false;
      const unseen = codeOf(() => void (isDir = calls.statSync(next).isDirectory()));
      if (unseen !== null) throw fsError(unseen, 'mkdir', path);
      if (isDir) continue;
      const between = refused === 'EEXIST' && waiting.length > 0;
      throw fsError(between ? 'ENOTDIR' : 'EEXIST', 'mkdir', path);
    }
  }
  return first;
}

/** The errno that the call failed with, or null; what is no error of a file system goes on. */
function codeOf(run: () => void): string | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof Error && 'errno' in error && 'code' in error) return String(error.code);
    throw error;
  }
}

function remove(
  calls: Single,
  path: string,
  options: { readonly recursive?: boolean; readonly force?: boolean },
): void {
  let isDir = false;
  const gone = codeOf(() => void (isDir = calls.lstatSync(path).isDirectory()));
  if (gone === 'ENOENT' && options.force === true) return;
  if (gone !== null) throw fsError(gone, 'lstat', path);
  if (!isDir) return calls.unlinkSync(path);
  if (options.recursive !== true) {
    const error = fsError('ERR_FS_EISDIR', 'rm', path);
    error.message = `Path is a directory: rm returned EISDIR (is a directory) ${path}`;
    throw Object.assign(error, { errno: 21 });
  }
  removeTree(calls, path.replace(/\/+$/, '') || '/');
}

function removeTree(calls: Single, path: string): void {
  for (const entry of calls.readdirSync(path, { withFileTypes: true })) {
    const below = `${path}/${entry.name}`;
    if (entry.isDirectory()) removeTree(calls, below);
    else calls.unlinkSync(below);
  }
  calls.rmdirSync(path);
}
