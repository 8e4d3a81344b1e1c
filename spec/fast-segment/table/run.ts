import type { Image, Path } from '../../lib/image.ts';
import type { RowId } from '../rows.ts';
import type { Far } from './content.ts';
import type { RuleId } from './rules.ts';

/**
 * An open file of the original: which, where the next read or write goes, and the length that it
 * believes committed. It has no own idea of the file's end.
 */
export interface Handle {
  /** The path that the name led to when it was opened. */
  readonly file: Path;
  readonly position: number;
  readonly committed: bigint;
}

/**
 * A disk and what is open on it. `root` is the absolute path of the store, which absolute links are
 * resolved by. Bytes far behind all others stand in `far` only, where the image reads as zeros.
 */
export interface World {
  readonly image: Image;
  readonly root: string;
  /** By `handleName`. */
  readonly handles: ReadonlyMap<string, Handle>;
  readonly far?: ReadonlyMap<Path, readonly Far[]>;
}

/** A world in which nothing is open. */
export const start = (image: Image, root = '/store'): World => ({
  image,
  root,
  handles: new Map(),
});

/** An error of the original under our stable code. */
export class Fault extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** What a file call failed with. */
export const osFault = (errno: string): Fault => new Fault(`io-${errno.toLowerCase()}`);

/** The process died. */
export const abort = (): Fault => new Fault('abort');

export const unexpectedEof = (): Fault => new Fault('io-unexpected-eof');

type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** One operation while it runs. */
export interface Run {
  readonly disk: Disk;
  /** The handle it is asked of, as it is by now. */
  handle: Draft<Handle>;
  /** Answers a decision, counts it, and inverts it in a spec mutant. */
  rule(id: RuleId, condition: boolean): boolean;
  /** Which of `count` ways the world goes; 0 where there is one. */
  choose(count: number): number;
  /** Notes that the run came through a row of the decision table. */
  row(id: RowId): void;
}

/** An image that one operation is changing; the one it began with stays as it was. */
export interface Disk {
  readonly root: string;
  image: Image;
  far: ReadonlyMap<Path, readonly Far[]>;
  /** True once any call changed what the disk holds. */
  touched: boolean;
}

export const u64Max = (1n << 64n) - 1n;
