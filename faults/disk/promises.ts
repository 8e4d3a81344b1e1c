import { bytesOfData } from './data.ts';
import type { PathLike } from './paths.ts';
import type { DiskFs, ReadOptions, Window, WriteOptions } from './shape.ts';
import type { DiskDirent, DiskStats } from './stats.ts';

/** An open file as `fs.promises.open` answers it, with the methods that stores use. */
export interface DiskFileHandle {
  readonly fd: number;
  read(
    buffer: NodeJS.ArrayBufferView,
    offset?: number | Window | null,
    length?: number | null,
    position?: number | bigint | null,
  ): Promise<{ bytesRead: number; buffer: NodeJS.ArrayBufferView }>;
  write(
    data: NodeJS.ArrayBufferView | string,
    offset?: number | Window | null,
    length?: number | string | null,
    position?: number | null,
  ): Promise<{ bytesWritten: number; buffer: NodeJS.ArrayBufferView | string }>;
  sync(): Promise<void>;
  datasync(): Promise<void>;
  truncate(length?: number): Promise<void>;
  stat(): Promise<DiskStats>;
  readFile(options?: ReadOptions): Promise<Buffer | string>;
  writeFile(data: unknown, options?: WriteOptions): Promise<void>;
  appendFile(data: unknown, options?: WriteOptions): Promise<void>;
  close(): Promise<void>;
}

type Typed = { readonly withFileTypes: true };
type On = PathLike | DiskFileHandle;

/**
 * The calls of `fs.promises` that stores use. Each is done, whole, before its promise is returned.
 */
export interface DiskPromises {
  open(path: PathLike, flags?: string | number, mode?: number): Promise<DiskFileHandle>;
  readFile(path: On, options?: ReadOptions): Promise<Buffer | string>;
  writeFile(path: On, data: unknown, options?: WriteOptions): Promise<void>;
  appendFile(path: On, data: unknown, options?: WriteOptions): Promise<void>;
  rename(from: PathLike, to: PathLike): Promise<void>;
  unlink(path: PathLike): Promise<void>;
  mkdir(
    path: PathLike,
    options?: number | { readonly recursive?: boolean; readonly mode?: number },
  ): Promise<string | undefined>;
  readdir(path: PathLike): Promise<string[]>;
  readdir(path: PathLike, options: { readonly withFileTypes: true }): Promise<DiskDirent[]>;
  stat(path: PathLike): Promise<DiskStats>;
  lstat(path: PathLike): Promise<DiskStats>;
  access(path: PathLike, mode?: number): Promise<void>;
  truncate(path: PathLike, length?: number): Promise<void>;
  rmdir(path: PathLike): Promise<void>;
  rm(
    path: PathLike,
    options?: { readonly recursive?: boolean; readonly force?: boolean },
  ): Promise<void>;
  link(existing: PathLike, path: PathLike): Promise<void>;
  symlink(target: PathLike, path: PathLike): Promise<void>;
  readlink(path: PathLike): Promise<string>;
}

/** The promises of a disk over its synchronous calls. */
export function promisesOf(fs: DiskFs): DiskPromises {
  return {
    open: async (path, flags, mode) => handleOf(fs, fs.openSync(path, flags ?? 'r', mode)),
    readFile: async (on, options) => readWhole(fs, target(on), options),
    writeFile: async (on, data, options) => fs.writeFileSync(target(on), data, options),
    appendFile: async (on, data, options) => fs.appendFileSync(target(on), data, options),
    rename: async (from, to) => fs.renameSync(from, to),
    unlink: async (path) => fs.unlinkSync(path),
    mkdir: async (path, options) => fs.mkdirSync(path, options),
    readdir: readdirOf(fs),
    stat: async (path) => fs.statSync(path),
    lstat: async (path) => fs.lstatSync(path),
    access: async (path, mode) => fs.accessSync(path, mode),
    truncate: async (path, length) => fs.truncateSync(path, length),
    rmdir: async (path) => fs.rmdirSync(path),
    rm: async (path, options) => fs.rmSync(path, options),
    link: async (existing, path) => fs.linkSync(existing, path),
    symlink: async (to, path) => fs.symlinkSync(to, path),
    readlink: async (path) => fs.readlinkSync(path),
  };
}

function target(on: On): PathLike | number {
  return typeof on === 'object' && 'fd' in on ? on.fd : on;
}

function readWhole(fs: DiskFs, from: PathLike | number, options?: ReadOptions): Buffer | string {
  const encoding = typeof options === 'string' ? options : options?.encoding;
  const flag = typeof options === 'object' ? options?.flag : undefined;
  const bytes = fs.readFileSync(from, flag === undefined ? null : { flag });
  return encoding === undefined || encoding === null ? bytes : bytes.toString(encoding);
}

function readdirOf(fs: DiskFs): DiskPromises['readdir'] {
  async function readdir(path: PathLike): Promise<string[]>;
  async function readdir(path: PathLike, options: Typed): Promise<DiskDirent[]>;
  async function readdir(path: PathLike, options?: Typed): Promise<string[] | DiskDirent[]> {
    return options === undefined ? fs.readdirSync(path) : fs.readdirSync(path, options);
  }
  return readdir;
}

function handleOf(fs: DiskFs, opened: number): DiskFileHandle {
  let fd = opened;
  return {
    get fd() {
      return fd;
    },
    read: async (buffer, offset, length, position) => {
      const bytes = bytesOfData(buffer);
      const at = offset ?? 0;
      const count = length ?? undefined;
      return { bytesRead: fs.readSync(live(fd), bytes, at, count, position), buffer };
    },
    write: async (data, offset, length, position) => ({
      bytesWritten: fs.writeSync(live(fd), data, offset, length, position),
      buffer: data,
    }),
    sync: async () => fs.fsyncSync(live(fd)),
    datasync: async () => fs.fdatasyncSync(live(fd)),
    truncate: async (length) => fs.ftruncateSync(live(fd), length),
    stat: async () => fs.fstatSync(live(fd)),
    readFile: async (options) => readWhole(fs, live(fd), options),
    writeFile: async (data, options) => fs.writeFileSync(live(fd), data, options),
    appendFile: async (data, options) => fs.appendFileSync(live(fd), data, options),
    close: async () => {
      if (fd === -1) return;
      const last = fd;
      fd = -1;
      fs.closeSync(last);
    },
  };
}

/** The descriptor, or Node's refusal of a handle that was closed. */
function live(fd: number): number {
  if (fd !== -1) return fd;
  const error = Object.assign(new Error('file closed'), { code: 'EBADF', errno: -9 });
  throw Object.assign(error, { syscall: 'FileHandle' });
}
