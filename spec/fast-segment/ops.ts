import type { Notice, Repair } from '../lib/judge.ts';

/** What an entry is about; `coords` are u32. */
export interface Address {
  readonly space: bigint;
  readonly coords: readonly number[];
}

/** One entry as a caller gives it and a reader gets it; numbers are u64 where nothing is said. */
export type Entry =
  | ({
      readonly t: 'write';
      readonly revision: bigint;
      readonly data: Uint8Array;
    } & Address)
  | ({ readonly t: 'tombstone'; readonly revision: bigint } & Address)
  | {
      readonly t: 'sealed';
      readonly block: bigint;
      readonly space: bigint;
      readonly snapshot: bigint;
    }
  | { readonly t: 'checkpoint'; readonly revision: bigint };

type On<Name extends string, Rest = unknown> = {
  readonly op: Name;
  readonly id: number;
  /** Which of several handles of the session; the one named '' where missing. */
  readonly h?: string;
} & Rest;

/**
 * Every operation of a store of segments, as data. `id` is the session, a u32, whose file is
 * `sessions/{id}.fast`. Without an open handle every operation but `open` and `list` answers
 * `no-handle`; `open` lets go of the handle of that name before. Lengths are offsets into the
 * file, its header included.
 */
export type Op =
  | On<'open'>
  /**
   * One frame at the end; nothing is synced and nothing published. `track` also counts its bytes
   * into the tracked length, as `track` would.
   */
  | On<'append', { readonly entry: Entry; readonly track: boolean }>
  /** Adds to the tracked length, in memory only. */
  | On<'track', { readonly bytes: bigint }>
  /** Syncs the frames, then publishes the tracked length in the header, and syncs that. */
  | On<'syncGroup'>
  /** Cuts the file; the tracked length is `len` then. */
  | On<'truncate', { readonly len: bigint }>
  /** Cuts everything behind the header, and publishes that. */
  | On<'reset'>
  /** The entries before the length that the header publishes. */
  | On<'readCommitted'>
  /**
   * Appends all entries, tracked, and publishes them, unless `deadlineMs` has passed: then all of
   * them are cut again. The clock is asked before the first entry, which begins the time, again
   * before each entry, and once before the sync. It stands still but for `tickMs` that each
   * question moves it on by; missing: 0. So question n (from 1) sees n * tickMs, and the deadline
   * has passed where that is not below `deadlineMs`.
   */
  | On<
      'seal',
      {
        readonly entries: readonly Entry[];
        readonly deadlineMs: number;
        readonly tickMs?: number;
      }
    >
  /** The tracked length, from memory. */
  | On<'committedBytes'>
  /** Forgets the handle; writes and syncs nothing. */
  | On<'close'>
  /** The ids that the directory has files for, ascending. Needs no handle. */
  | { readonly op: 'list' };

/** The tracked length at the beginning, and what opening found; `original` reports nothing. */
export interface Opened {
  readonly committed: bigint;
  readonly repairs: readonly Repair[];
  readonly notices: readonly Notice[];
}

/** How a timed seal ended. */
export type Sealing = 'sealed' | 'timed_out';

/** What each operation answers when it is ok. */
export interface Values {
  readonly open: Opened;
  /** The bytes of the frame. */
  readonly append: bigint;
  readonly track: null;
  readonly syncGroup: null;
  readonly truncate: null;
  readonly reset: null;
  readonly readCommitted: readonly Entry[];
  readonly seal: Sealing;
  readonly committedBytes: bigint;
  readonly close: null;
  readonly list: readonly number[];
}

export type Value = Values[keyof Values];

/** The names of all operations. */
export const opNames = [
  'open', 'append', 'track', 'syncGroup', 'truncate', 'reset', 'readCommitted', 'seal',
  'committedBytes', 'close', 'list',
] as const satisfies readonly Op['op'][]; // prettier-ignore

/** The name of a handle among all of a store: its session, and which of that session's it is. */
export const handleName = ({ id, h = '' }: { readonly id: number; readonly h?: string }): string =>
  `${id} ${h}`.trimEnd();
