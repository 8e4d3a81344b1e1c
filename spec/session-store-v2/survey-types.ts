import type { Path } from '../lib/image.ts';

/** One line of a file: bytes [from, to), LF included; null bytes: longer than any reader takes. */
export interface Line {
  readonly from: number;
  readonly to: number;
  readonly terminated: boolean;
  readonly bytes: Uint8Array | null;
}

/** A store to look at, from an image or from a disk; nothing here can change it. */
export interface StoreSource {
  /**
   * Every entry of the tree but the root. `what` says more of a link (its target) or of an `other`.
   */
  readonly nodes: readonly SourceNode[];
  /** Lines of a regular file in order, as far as they can be read. */
  lines(path: Path): Iterable<Line>;
  /** A regular file whole, or null where it is longer than `limitBytes` or cannot be read. */
  whole(path: Path, limitBytes: number): Uint8Array | null;
  /** True once something was left out: nothing is missing for certain any more. */
  readonly incomplete?: () => boolean;
  /** SHA-256 in lower-case hex, where something faster than ours is at hand. */
  readonly sha256?: (bytes: Uint8Array) => string;
}

export interface SourceNode {
  readonly path: Path;
  readonly is: 'file' | 'dir' | 'link' | 'other';
  readonly size: number;
  readonly what?: string;
}

/**
 * Something about bytes [from, to) of a file; `odd` is unusual and read all the same, `wrong` is
 * damage.
 */
export interface Problem {
  readonly code: string;
  readonly weight: 'wrong' | 'odd';
  readonly file: Path;
  readonly from: number;
  readonly to: number;
  readonly say: string;
}

/** An entry as it stands on the disk. */
export interface EntryAt {
  readonly entrySeq: bigint;
  readonly entryId: string;
  readonly parentEntryId: string | null;
  readonly entryType: string;
  readonly file: Path;
  readonly from: number;
  readonly to: number;
  readonly payloadBytes: number;
}

/** What one file is to the store, and how much was found in it. */
export interface FileReport {
  readonly path: Path;
  readonly is: SourceNode['is'];
  readonly size: number;
  readonly role: string;
  readonly records: number;
  readonly wrong: number;
}

/** All that a survey found. Lists are cut at the limits; the counts go on. */
export interface Survey {
  readonly files: readonly FileReport[];
  readonly entries: readonly EntryAt[];
  readonly entryCount: number;
  /**
   * Entries before the first damage, their chain hash, the bytes of their lines, and the last of
   * them.
   */
  readonly verified: number;
  readonly chainHash: string;
  readonly totalBytes: number;
  readonly head: EntryAt | null;
  readonly problems: readonly Problem[];
  readonly wrong: number;
  readonly odd: number;
  readonly longestLineBytes: number;
  /** Lines of all files that are no records: blank or bad. */
  readonly idleLines: number;
  /** What was left out because of a limit, in words. */
  readonly unchecked: readonly string[];
}

export interface SurveyLimits {
  readonly problems: number;
  readonly entries: number;
  /** Ids kept for the check of parents and duplicates, and the sum of their lengths. */
  readonly graphEntries: number;
  readonly graphIdBytes: number;
  /** Largest checkpoint or manifest that is decoded. */
  readonly wholeBytes: number;
  readonly checkpoints: number;
}

export const surveyLimits: SurveyLimits = {
  problems: 1000,
  entries: 1000,
  graphEntries: 200_000,
  graphIdBytes: 16 * 1024 * 1024,
  wholeBytes: 1024 * 1024,
  checkpoints: 1000,
};
