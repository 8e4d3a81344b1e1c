/** The part of a `Stats` that a store looks at. */
export interface FileStats {
  readonly size: number;
  readonly ino: number;
  readonly dev: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/**
 * The file calls that a store may make, shaped like the synchronous functions of `node:fs`, which
 * satisfies it. `writeSync` may write less than it was given; errors carry `code` (`ENOSPC`) as
 * Node's do. A directory is synced by opening it read-only and calling `fsyncSync`.
 */
export interface StoreFs {
  openSync(path: string, flags: number, mode?: number): number;
  closeSync(fd: number): void;
  readSync(
    fd: number,
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ): number;
  writeSync(
    fd: number,
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ): number;
  fsyncSync(fd: number): void;
  /** The bytes and the size, not the times: what an append needs. */
  fdatasyncSync(fd: number): void;
  ftruncateSync(fd: number, length: number): void;
  fstatSync(fd: number): FileStats;
  statSync(path: string): FileStats;
  lstatSync(path: string): FileStats;
  renameSync(from: string, to: string): void;
  unlinkSync(path: string): void;
  linkSync(existing: string, path: string): void;
  rmdirSync(path: string): void;
  mkdirSync(path: string, options?: { recursive?: boolean; mode?: number }): unknown;
  readdirSync(path: string): string[];
}

/**
 * What a store is given from outside: its file calls, and the time to write (ISO 8601,
 * milliseconds, `Z`).
 */
export interface StoreEnv {
  readonly fs: StoreFs;
  readonly now: () => string;
}
