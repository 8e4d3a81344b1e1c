import type { Path } from '../lib/image.ts';
import type { Class, Key, Legal } from '../lib/judge.ts';
import type { Frame, Row } from './ops.ts';

export type { Image, Node, Path } from '../lib/image.ts';
export type { Key } from '../lib/judge.ts';

/**
 * One frame whose payload hash and length fit, where it stands, and the index row that it asks for.
 */
export interface Entry {
  readonly frame: Frame;
  readonly file: Path;
  /** Bytes [from, to) of the line, its LF included where it has one. */
  readonly from: number;
  readonly to: number;
  readonly terminated: boolean;
  readonly key: Key;
  readonly row: Row;
}

/** The first line that does not verify; `size` is the length of its file. */
export interface Hole {
  readonly is: 'torn' | 'corrupt' | 'ambiguous';
  readonly code: string;
  readonly file: Path;
  readonly from: number;
  readonly to: number;
  readonly size: number;
}

/** Something wrong under a stable code, with the bytes [from, to) that show it. */
export interface Problem {
  readonly code: string;
  readonly file: Path;
  readonly from: number;
  readonly to: number;
}

/** A notice that an open which succeeds must give at least. */
export interface ExpectedNotice {
  readonly code: string;
  readonly file: Path;
}

/** A repair that an open which succeeds must report at least; any one of `did` will do. */
export interface ExpectedRepair {
  readonly did: readonly ('cut' | 'adopted' | 'rebuilt' | 'set aside' | 'finished')[];
  readonly file: Path;
  readonly why: string;
}

/** What the bytes of a store say under policy `safe`. */
export interface Assessment {
  readonly classes: readonly Class[];
  /**
   * The verified prefix; where `legal` has an open that succeeds, `recovered` is what it shows of
   * it.
   */
  readonly entries: readonly Entry[];
  readonly keys: readonly Key[];
  /** The entries after recovery: fewer than `entries` where a rollback is to be finished. */
  readonly recovered: readonly Entry[];
  /** Self-verifying frames behind the first line that does not verify. */
  readonly later: readonly Entry[];
  /** The legal result of a writing open; `legals` adds those that strange nodes excuse. */
  readonly legal: Legal;
  readonly legals: readonly Legal[];
  readonly expectedNotices: readonly ExpectedNotice[];
  readonly expectedRepairs: readonly ExpectedRepair[];
  /** The fold over the recovered entries. */
  readonly chainHash: string;
  readonly hole: Hole | null;
  readonly problems: readonly Problem[];
}

/**
 * How a writing open meets an ambiguous gap, and the longest line (a parameter so that tests stay
 * small).
 */
export interface AssessOptions {
  readonly onGap?: 'refuse' | 'keep-prefix';
  readonly lineBytes?: number;
}
