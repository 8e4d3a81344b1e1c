/** One frame as a caller gives it and a reader gets it; `at` is microseconds since 1970. */
export interface Frame {
  readonly seq: bigint;
  readonly at: bigint;
  /** 1, 2 or 4; no replay applies another. */
  readonly type: number;
  readonly payload: Uint8Array;
}

/** How to open a log for writing. */
export interface WalOptions {
  /** Goes into the header of a segment that is created; that of others is not compared. */
  readonly instance: bigint;
  /** Which segment is open afterwards; missing: the last one, or 1. One behind it is created. */
  readonly seq?: bigint;
  /** The size in bytes from which a rotation is due; missing: 64 MiB. */
  readonly maxBytes?: bigint;
  /** The age in microseconds at which a rotation is due; missing: 60 s. */
  readonly maxAgeMicros?: bigint;
  /**
   * What to do where frames that verify follow a hole in the last segment; the default refuses with
   * `ambiguous_gap`.
   */
  readonly onGap?: 'refuse' | 'keep-prefix';
}

/** One repair, as data: which bytes [from, to) of which file, why, and where they were kept. */
export interface Repair {
  readonly did: 'cut' | 'finished';
  readonly file: string;
  readonly from: number;
  readonly to: number;
  readonly why: string;
  readonly keptIn?: string;
}

/** Something that opening saw and left as it is. */
export interface Notice {
  readonly code: string;
  readonly file: string;
}

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

/** How a replay goes about what is wrong; both default to true. */
export interface ReplayOptions {
  /** Frames up to this sequence are left out. */
  readonly after: bigint;
  /** False: what stands before the first problem is shown, instead of an error. */
  readonly strict?: boolean;
  /** False: headers are not compared with the segment before. */
  readonly chain?: boolean;
}

/** A log with an open segment. Every method throws a `StoreError`. */
export interface WalLog {
  readonly opened: Opened;
  /** All frames in one write, or none of them; with `sync` they survive a power cut. */
  append(frames: readonly Frame[], sync: boolean): void;
  sync(): void;
  /** Makes the next `shouldRotate` answer `forced`. */
  force(): void;
  shouldRotate(): Rotation | null;
  /** Makes the open segment durable and begins the next one. */
  rotate(): Closed;
  /** Makes the open segment durable and lets go of it. */
  close(): Closed;
}
