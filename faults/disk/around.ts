import { readArguments, writeArguments } from './arguments.ts';
import { composedOf } from './composed.ts';
import { flagBits } from './flags.ts';
import { pathText, type PathLike } from './paths.ts';
import { promisesOf, type DiskPromises } from './promises.ts';
import type { DiskFs } from './shape.ts';
import type { DiskDirent, DiskStats } from './stats.ts';

/**
 * One file call as it reaches the file system. What Node makes of several calls (`writeFileSync`:
 * open, write, close) comes as those. Paths are as the store gave them, absolute or not; `bits` are
 * the flags as a number.
 */
export type AskedCall =
  | {
      readonly name: 'openSync';
      readonly path: string;
      readonly bits: number;
      readonly mode: number;
    }
  | {
      readonly name: 'closeSync' | 'fsyncSync' | 'fdatasyncSync' | 'fstatSync';
      readonly fd: number;
    }
  | { readonly name: 'ftruncateSync'; readonly fd: number; readonly length: number }
  | {
      readonly name: 'readSync';
      readonly fd: number;
      readonly buffer: Uint8Array;
      readonly offset: number;
      readonly length: number;
      readonly position: number | bigint | null;
    }
  | {
      readonly name: 'writeSync';
      readonly fd: number;
      readonly bytes: Uint8Array;
      readonly position: number | null;
    }
  | { readonly name: OnePath; readonly path: string }
  /** `path` is what exists (of a symlink: its target, as text), `to` the name that is made. */
  | { readonly name: TwoPaths; readonly path: string; readonly to: string };

type OnePath =
  | 'statSync'
  | 'lstatSync'
  | 'existsSync'
  | 'accessSync'
  | 'unlinkSync'
  | 'readlinkSync'
  | 'mkdirSync'
  | 'rmdirSync'
  | 'readdirSync';

type TwoPaths = 'renameSync' | 'linkSync' | 'symlinkSync';

/** The calls that reach a file system one by one. */
export type CallName = AskedCall['name'];

/**
 * Stands around each call: `run` makes it; what is answered or thrown goes to the store instead.
 * `part`, which reads and writes have, makes it with only so many of its bytes.
 */
export type Around = <T>(call: AskedCall, run: () => T, part?: (bytes: number) => T) => T;

/**
 * File calls that go to `calls` through `around`, one by one, promises and whole files included.
 */
export function aroundCalls(calls: DiskFs, around: Around): DiskFs {
  let promises: DiskPromises | null = null;
  const byFd = fdCalls(calls, around);
  const byPath = pathCalls(calls, around);
  const one = { ...byFd, ...byPath };
  const wrapped: DiskFs = {
    constants: calls.constants,
    get promises() {
      return (promises ??= promisesOf(wrapped));
    },
    ...one,
    ...composedOf(one),
  };
  return wrapped;
}

type FdCalls = Pick<
  DiskFs,
  | 'openSync'
  | 'closeSync'
  | 'readSync'
  | 'writeSync'
  | 'fsyncSync'
  | 'fdatasyncSync'
  | 'ftruncateSync'
  | 'fstatSync'
>;

function fdCalls(calls: DiskFs, around: Around): FdCalls {
  return {
    openSync: (given, flags, mode = 0o666) => {
      const path = pathText(given);
      const bits = flagBits(flags);
      const call = { name: 'openSync', path, bits, mode } as const;
      return around(call, () => calls.openSync(path, bits, mode));
    },
    closeSync: (fd) => around({ name: 'closeSync', fd }, () => calls.closeSync(fd)),
    readSync: (fd, view, ...rest) => {
      const asked = readArguments(view, ...rest);
      const { buffer, offset, length, position } = asked;
      return around(
        { name: 'readSync', fd, ...asked },
        () => calls.readSync(fd, buffer, offset, length, position),
        (bytes) => calls.readSync(fd, buffer, offset, Math.min(bytes, length), position),
      );
    },
    writeSync: (fd, data, ...rest) => {
      const asked = writeArguments(data, ...rest);
      const { bytes, position } = asked;
      return around(
        { name: 'writeSync', fd, ...asked },
        () => calls.writeSync(fd, bytes, 0, bytes.length, position),
        (count) => calls.writeSync(fd, bytes, 0, Math.min(count, bytes.length), position),
      );
    },
    fsyncSync: (fd) => around({ name: 'fsyncSync', fd }, () => calls.fsyncSync(fd)),
    fdatasyncSync: (fd) => around({ name: 'fdatasyncSync', fd }, () => calls.fdatasyncSync(fd)),
    ftruncateSync: (fd, length = 0) =>
      around({ name: 'ftruncateSync', fd, length }, () => calls.ftruncateSync(fd, length)),
    fstatSync: (fd) => around({ name: 'fstatSync', fd }, () => calls.fstatSync(fd)),
  };
}

function pathCalls(calls: DiskFs, around: Around): Pick<DiskFs, OnePath | TwoPaths> {
  const at = <T>(name: OnePath, given: PathLike, run: (path: string) => T): T => {
    const path = pathText(given);
    return around({ name, path }, () => run(path));
  };
  const two = (name: TwoPaths, from: PathLike, onto: PathLike): void => {
    const path = pathText(from);
    const to = pathText(onto);
    around({ name, path, to }, () => calls[name](path, to));
  };
  return {
    ...overloadedCalls(calls, at),
    existsSync: (path) => {
      try {
        return at('existsSync', path, (p) => calls.existsSync(p));
      } catch {
        return false;
      }
    },
    accessSync: (path, mode) => at('accessSync', path, (p) => calls.accessSync(p, mode)),
    renameSync: (from, to) => two('renameSync', from, to),
    unlinkSync: (path) => at('unlinkSync', path, (p) => calls.unlinkSync(p)),
    linkSync: (existing, path) => two('linkSync', existing, path),
    symlinkSync: (target, path) => two('symlinkSync', target, path),
    readlinkSync: (path) => at('readlinkSync', path, (p) => calls.readlinkSync(p)),
    mkdirSync: (path, options) => at('mkdirSync', path, (p) => calls.mkdirSync(p, options)),
    rmdirSync: (path) => at('rmdirSync', path, (p) => calls.rmdirSync(p)),
  };
}

type Maybe = { readonly throwIfNoEntry: false };
type Typed = { readonly withFileTypes: true };
type At = <T>(name: OnePath, given: PathLike, run: (path: string) => T) => T;

function overloadedCalls(
  calls: DiskFs,
  at: At,
): Pick<DiskFs, 'statSync' | 'lstatSync' | 'readdirSync'> {
  function statSync(path: PathLike): DiskStats;
  function statSync(path: PathLike, options: Maybe): DiskStats | undefined;
  function statSync(path: PathLike, options?: Maybe): DiskStats | undefined {
    return at('statSync', path, (p) =>
      options === undefined ? calls.statSync(p) : calls.statSync(p, options),
    );
  }
  function lstatSync(path: PathLike): DiskStats;
  function lstatSync(path: PathLike, options: Maybe): DiskStats | undefined;
  function lstatSync(path: PathLike, options?: Maybe): DiskStats | undefined {
    return at('lstatSync', path, (p) =>
      options === undefined ? calls.lstatSync(p) : calls.lstatSync(p, options),
    );
  }
  function readdirSync(path: PathLike): string[];
  function readdirSync(path: PathLike, options: Typed): DiskDirent[];
  function readdirSync(path: PathLike, options?: Typed): string[] | DiskDirent[] {
    if (options === undefined) return at('readdirSync', path, (p) => calls.readdirSync(p));
    return at('readdirSync', path, (p) => calls.readdirSync(p, options));
  }
  return { statSync, lstatSync, readdirSync };
}
