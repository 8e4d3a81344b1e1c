import type { Notice, Repair } from '../lib/judge.ts';

/** One frame as a caller gives it and a reader gets it; `at` is microseconds since 1970. */
export interface Frame {
  readonly seq: bigint;
  readonly at: bigint;
  readonly type: number;
  readonly payload: Uint8Array;
}

/**
 * Every operation of a log, as data. There is one handle, and without it all but `open`, `other`
 * and the readers answer `no-handle`; `open` lets go of the one before and reads the clock, as does
 * `rotate`: that time goes into the header of a segment that they create.
 */
export type Op =
  | {
      readonly op: 'open';
      /** Which segment is open afterwards; missing: the last that stands there, or 1. */
      readonly seq?: bigint;
      readonly instance: bigint;
      /** The size from which a rotation is due; missing: 64 MiB. */
      readonly maxBytes?: bigint;
      /** The age at which a rotation is due; missing: 60 s. */
      readonly maxAgeMicros?: bigint;
      /** What `safe` does with an ambiguous tail: refuse it unless told to cut it. */
      readonly onGap?: 'refuse' | 'keep-prefix';
    }
  /** All frames in one write; without any it answers at once and syncs nothing. */
  | { readonly op: 'append'; readonly frames: readonly Frame[]; readonly sync: boolean }
  /**
   * Another writer, with a handle of its own: it opens the last segment, appends the batch with a
   * sync, and closes. The handle here stays as it is, and is behind the files from then on.
   */
  | { readonly op: 'other'; readonly instance: bigint; readonly frames: readonly Frame[] }
  | { readonly op: 'sync' }
  /** Makes the next `shouldRotate` answer `forced`. */
  | { readonly op: 'force' }
  /** Changes nothing; the age is that at the time of the call. */
  | { readonly op: 'shouldRotate' }
  | { readonly op: 'rotate' }
  | { readonly op: 'close' }
  /** The frame reader: those of one segment, whatever their sequence. Needs no handle. */
  | { readonly op: 'frames'; readonly segment: bigint }
  /** Chain verification. Needs no handle. */
  | { readonly op: 'verify' }
  /** Frames of all segments above `after`. Both modes default to true. Needs no handle. */
  | {
      readonly op: 'replay';
      readonly after: bigint;
      readonly strict?: boolean;
      readonly chain?: boolean;
    };

/** The segment that an open left open, its bytes, and what opening found. */
export interface Opened {
  readonly segment: bigint;
  readonly sizeBytes: bigint;
  readonly repairs: readonly Repair[];
  readonly notices: readonly Notice[];
}

/** A segment that was closed; `hash` is the BLAKE3 of its bytes in lower-case hex. */
export interface Closed {
  readonly segment: bigint;
  readonly hash: string;
  readonly sizeBytes: bigint;
}

/** One link of the chain: the hash of a segment, and what its header holds of the one before. */
export interface Link {
  readonly segment: bigint;
  readonly prev: string;
  readonly hash: string;
}

/** Why a rotation is due; where several reasons hold, the first of these. */
export type Rotation = 'forced' | 'size' | 'time';

/** What each operation answers when it is ok. */
export interface Values {
  readonly open: Opened;
  readonly append: null;
  readonly other: null;
  readonly sync: null;
  readonly force: null;
  readonly shouldRotate: Rotation | null;
  readonly rotate: Closed;
  readonly close: Closed;
  readonly frames: readonly Frame[];
  readonly verify: readonly Link[];
  readonly replay: readonly Frame[];
}

export type Value = Values[keyof Values];

/** The names of all operations. */
export const opNames = [
  'open', 'append', 'other', 'sync', 'force', 'shouldRotate', 'rotate', 'close', 'frames', 'verify',
  'replay',
] as const satisfies readonly Op['op'][]; // prettier-ignore
