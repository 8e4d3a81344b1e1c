import type { StoreFs } from '../lib/fs.ts';

/** One entry of a session's log. Numbers are u64, coordinates u32. */
export type Entry =
  | {
      readonly t: 'write';
      readonly space: bigint;
      readonly coords: readonly number[];
      readonly revision: bigint;
      readonly data: Uint8Array;
    }
  | {
      readonly t: 'tombstone';
      readonly space: bigint;
      readonly coords: readonly number[];
      readonly revision: bigint;
    }
  | {
      readonly t: 'sealed';
      readonly block: bigint;
      readonly space: bigint;
      readonly snapshot: bigint;
    }
  | { readonly t: 'checkpoint'; readonly revision: bigint };

/** What a store is given: its file calls, and a clock in milliseconds that never goes back. */
export interface SegmentEnv {
  readonly fs: StoreFs;
  readonly clockMs: () => number;
}

/** How a sealing ended that did not fail: all of it is durable, or none of it is there. */
export type Sealing = 'sealed' | 'timed_out';

/** One repair, as data: which bytes [from, to) of which file, why, and where they were kept. */
export interface Repair {
  readonly did: 'cut' | 'rebuilt';
  readonly file: string;
  readonly from: number;
  readonly to: number;
  readonly why: string;
  readonly keptIn?: string;
}

/** Something that opening saw and left as it is. */
export interface Notice {
  readonly code: string;
  readonly file?: string;
  readonly detail?: string;
}

/** Where the committed bytes end, and what opening found. */
export interface Opened {
  readonly committed: bigint;
  readonly repairs: readonly Repair[];
  readonly notices: readonly Notice[];
}

/** The open file of one session. Every method throws a `StoreError`. */
export interface FastSegment {
  readonly opened: Opened;
  /** The length that the next sync publishes: what was tracked counts before it is durable. */
  committedBytes(): bigint;
  /**
   * Writes the frame of an entry and answers its length; nothing is synced, nothing published. With
   * `track` the bytes count as tracked too.
   */
  append(entry: Entry, options?: { readonly track: boolean }): bigint;
  /** Counts so many appended bytes as to be published by the next sync. */
  track(bytes: bigint): void;
  /** Makes what was tracked durable, then publishes it, durably. */
  syncGroup(): void;
  truncate(length: bigint): void;
  reset(): void;
  /** The entries that the file says are committed. */
  read(): readonly Entry[];
  /** All of the entries, published, if it takes less than `deadlineMs`; else none of them. */
  seal(entries: readonly Entry[], deadlineMs: number): Sealing;
  close(): void;
}
