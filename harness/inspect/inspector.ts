import type { Image, Path } from '../../spec/lib/image.ts';
import type { Class } from '../../spec/lib/judge.ts';
import type { Entry, ReadProblem } from './walk.ts';

/** Bounds of an inspection, and above which stores it is left out what each policy would do. */
export interface InspectOptions {
  /** Largest store, in bytes by its files' sizes. */
  readonly policyBytes: number;
  /** Most files of the store. */
  readonly policyFiles: number;
  /** Most lines that are no records. */
  readonly policyIdleLines: number;
  /** Longest line or record, in bytes. */
  readonly policyLineBytes: number;
  /**
   * Milliseconds that are left of the time given; at 0 or below, reading ends. Infinite: no limit.
   */
  readonly leftMs: () => number;
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

/** What one file is to the store, and how much was found in it. */
export interface FileReport {
  readonly path: Path;
  readonly is: Entry['is'];
  readonly size: number;
  readonly role: string;
  readonly records: number;
  readonly wrong: number;
}

/** All that was found in a store. Lists are cut at 1,000; the counts go on. */
export interface Survey {
  readonly files: readonly FileReport[];
  /** Entries as the kind tells them, as data, and each in words: the same length. */
  readonly entries: readonly object[];
  readonly entryWords: readonly string[];
  readonly entryCount: number;
  /** Entries before the first damage. */
  readonly verified: number;
  readonly problems: readonly Problem[];
  readonly wrong: number;
  readonly odd: number;
  /** What was left out because of a limit, in words. */
  readonly unchecked: readonly string[];
  /** What only this kind has (a chain, a head), by name, as data. */
  readonly own: Readonly<Record<string, unknown>>;
  /** The same in words, a line each. */
  readonly ownWords: readonly string[];
  /** Why it is not computed what policies would do, or null. */
  readonly tooMuch: string | null;
}

/** A directory that is looked at; what cannot be read is added to `problems` as it happens. */
export interface Place {
  readonly root: string;
  readonly entries: readonly Entry[];
  readonly problems: ReadProblem[];
  readonly options: InspectOptions;
}

/** What opening would do under one policy: how it ends, and the files that it would change. */
export interface OriginalWould {
  /** The file that is opened, where a store has several. */
  readonly of?: Path;
  readonly opens: boolean;
  readonly code: string | null;
  /** Decimal: an original may count by its last entry number, a u64. */
  readonly entryCount: string | null;
  /** Rows of the decision table that the run goes through. */
  readonly rows: readonly string[];
  readonly changes: readonly Path[];
}

/** What policy `safe` demands of an open. */
export interface SafeDemands {
  readonly opens: boolean;
  readonly codes: readonly string[];
  readonly entryCount: number;
  /**
   * Entries that a reader still shows where a writing open is refused; null where the kind has no
   * reader that does without.
   */
  readonly readable: number | null;
  readonly classes: readonly Class[];
  readonly notices: readonly { readonly code: string; readonly file: Path }[];
  readonly repairs: readonly { readonly did: string; readonly file: Path; readonly why: string }[];
}

export interface Policies {
  /** Every legal result; more than one where the order of a directory decides. */
  readonly original: readonly OriginalWould[];
  readonly safe: SafeDemands;
}

/** The bytes of one record, what they mean, and what is wrong with them. */
export interface ShownFrame {
  readonly file: string;
  readonly from: number;
  readonly to: number;
  /** Of the bytes as they stand. */
  readonly crc32c: string;
  readonly wrong: boolean;
  readonly dump: readonly string[];
}

/** Everything that looking at a directory takes of one kind. */
export interface Inspector {
  readonly kind: string;
  /**
   * What a path is to the store: the id of its layout, `directory`, `extra`, `temporary`, a
   * suspicion that ends in `?`, or nothing. Directories that are none of the store's are not looked
   * into.
   */
  roleOf(path: Path): string;
  survey(place: Place): Survey;
  /** What each policy would do with this store; works on the image alone. */
  policies(image: Image): Policies;
  /**
   * The n-th record (from 1) of a numbered file, whatever it holds, or a sentence why there is
   * none.
   */
  frame(place: Place, number: bigint, nth: bigint): ShownFrame | string;
}
