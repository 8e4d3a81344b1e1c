import type { Image } from '../../lib/image.ts';
import { sha256Hex } from '../../lib/sha256.ts';
import type { Disk } from './disk.ts';
import { boundedMemo } from './memo.ts';
import type { RuleId } from './rules.ts';

/** What an open handle of the original remembers. It holds no file. */
export interface Handle {
  readonly maxSegmentBytes: bigint;
  readonly nextSegmentSeq: bigint;
  readonly nextFrameSeq: bigint;
  readonly nextEntrySeq: bigint;
  readonly currentSegmentBytes: bigint;
  readonly chainHash: string;
  readonly totalBytes: bigint;
  readonly lastEntryId: string | null;
  readonly lastCrc32c: string;
}

/** A disk and what is open on it. `root` is the absolute path that messages and events show. */
export interface World {
  readonly image: Image;
  readonly root: string;
  readonly handles: ReadonlyMap<string, Handle>;
}

/** Limits of the original, lowered in tests so that small stores meet them. */
export interface Limits {
  /**
   * Longest line with its LF, and longest frame that a row may name (unless the threshold is
   * higher).
   */
  readonly lineBytes: number;
  /** Names that a quarantine tries. */
  readonly quarantineSuffixes: number;
}

export const originalLimits: Limits = { lineBytes: 104_857_600, quarantineSuffixes: 10_000 };

/** What one run did beyond its yes and no: the ranges it cut, what it set aside, in order. */
export type Deed =
  | {
      readonly did: 'cut-tail' | 'cut-torn';
      readonly file: string;
      readonly from: number;
      readonly to: number;
    }
  | {
      readonly did: 'cut-coordinates' | 'cut-entry-seq';
      readonly file: string;
      readonly from: number;
      readonly to: number;
    }
  | { readonly did: 'healed' | 'set-aside' | 'unlinked' | 'skipped-blank'; readonly file: string }
  | { readonly did: 'rebuild'; readonly because: string }
  | { readonly did: 'rebuilt'; readonly rows: number }
  | { readonly did: 'emptied'; readonly file: string }
  | { readonly did: 'glued'; readonly file: string };

type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** One operation while it runs. */
export interface Run {
  readonly disk: Disk;
  handle: Draft<Handle>;
  readonly at: string;
  readonly limits: Limits;
  /** Answers a decision, counts it, and inverts it in a spec mutant. */
  rule(id: RuleId, condition: boolean): boolean;
  /**
   * Which of `count` ways the world goes where the original's order is not determined; 0 where
   * there is one.
   */
  choose(count: number): number;
  /**
   * The order chosen for names of one segment number: a directory that did not change lists them so
   * again.
   */
  readonly orders: Map<string, readonly string[]>;
  readonly deeds: Deed[];
  /** Texts of the errors that a rebuild answered. */
  readonly errors: string[];
}

export const genesis = '0'.repeat(64);
export const u64Max = (1n << 64n) - 1n;

export const freshHandle = (maxSegmentBytes: bigint): Handle => ({
  maxSegmentBytes,
  nextSegmentSeq: 1n,
  nextFrameSeq: 1n,
  nextEntrySeq: 1n,
  currentSegmentBytes: 0n,
  chainHash: genesis,
  totalBytes: 0n,
  lastEntryId: null,
  lastCrc32c: '00000000',
});

/** The sum, or 2^64-1 where it would be more. */
export const saturating = (a: bigint, b: bigint): bigint => (a + b > u64Max ? u64Max : a + b);

const steps = boundedMemo<string>();

/**
 * The chain hash behind `chain` after an entry whose frame states `payloadSha256`: over the two
 * texts.
 */
export function chainStep(chain: string, payloadSha256: string): string {
  const text = chain + payloadSha256;
  return steps(text, () => sha256Hex(text));
}

export const indexPath = 'index/offsets.jsonl';
export const ledgerPath = 'migrations/ledger.jsonl';
export const manifestPath = 'manifest.json';

const sixteen = (seq: bigint): string => seq.toString().padStart(16, '0');

export const segmentPath = (seq: bigint): string => `segments/${sixteen(seq)}.seg`;
export const checkpointPath = (seq: bigint): string => `checkpoints/${sixteen(seq)}.json`;
export const checkpointTmp = (seq: bigint): string => `tmp/${sixteen(seq)}.json.tmp`;

/** A path inside the store as the original's messages show it. */
export const shown = (run: Run, path: string): string =>
  path === '' ? run.disk.root : `${run.disk.root.replace(/\/$/, '')}/${path}`;
