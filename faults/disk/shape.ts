import { constants } from 'node:fs';
import type { PathLike } from './paths.ts';
import type { DiskDirent, DiskStats } from './stats.ts';
import type { DiskPromises } from './promises.ts';

type Text = BufferEncoding;
type Flag = string | number;

/** What `writeFileSync` and its like take beside the data. */
export type WriteOptions =
  | Text
  | null
  | {
      readonly encoding?: Text | null;
      readonly mode?: number;
      readonly flag?: Flag;
      readonly flush?: boolean;
    };

/** What `readFileSync` takes; with an encoding it answers a string. */
export type ReadOptions = Text | null | { readonly encoding?: Text | null; readonly flag?: Flag };

/** Where `readSync` puts what it reads, as an object. */
export interface Window {
  readonly offset?: number;
  readonly length?: number;
  readonly position?: number | bigint | null;
}

/** The file calls of the disk, shaped like the functions of `node:fs` of the same names. */
export interface DiskFs {
  readonly constants: typeof constants;
  readonly promises: DiskPromises;
  openSync(path: PathLike, flags?: Flag | null, mode?: number): number;
  closeSync(fd: number): void;
  readSync(
    fd: number,
    buffer: NodeJS.ArrayBufferView,
    offset?: number | Window,
    length?: number,
    position?: number | bigint | null,
  ): number;
  writeSync(
    fd: number,
    data: NodeJS.ArrayBufferView | string,
    offset?: number | Window | null,
    length?: number | string | null,
    position?: number | null,
  ): number;
  fsyncSync(fd: number): void;
  fdatasyncSync(fd: number): void;
  ftruncateSync(fd: number, length?: number): void;
  fstatSync(fd: number): DiskStats;
  statSync(path: PathLike): DiskStats;
  statSync(path: PathLike, options: { readonly throwIfNoEntry: false }): DiskStats | undefined;
  lstatSync(path: PathLike): DiskStats;
  lstatSync(path: PathLike, options: { readonly throwIfNoEntry: false }): DiskStats | undefined;
  existsSync(path: PathLike): boolean;
  accessSync(path: PathLike, mode?: number): void;
  renameSync(from: PathLike, to: PathLike): void;
  unlinkSync(path: PathLike): void;
  linkSync(existing: PathLike, path: PathLike): void;
  symlinkSync(target: PathLike, path: PathLike): void;
  readlinkSync(path: PathLike): string;
  mkdirSync(
    path: PathLike,
    options?: number | { readonly recursive?: boolean; readonly mode?: number },
  ): string | undefined;
  rmdirSync(path: PathLike): void;
  rmSync(
    path: PathLike,
    options?: { readonly recursive?: boolean; readonly force?: boolean },
  ): void;
  readdirSync(path: PathLike): string[];
  readdirSync(path: PathLike, options: { readonly withFileTypes: true }): DiskDirent[];
  readFileSync(path: PathLike | number, options?: null | { readonly flag?: Flag }): Buffer;
  readFileSync(
    path: PathLike | number,
    options: Text | { readonly encoding: Text; readonly flag?: Flag },
  ): string;
  writeFileSync(path: PathLike | number, data: unknown, options?: WriteOptions): void;
  appendFileSync(path: PathLike | number, data: unknown, options?: WriteOptions): void;
  truncateSync(path: PathLike, length?: number): void;
}
