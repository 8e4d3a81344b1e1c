import type { Path } from '../lib/image.ts';
import type { Class, Key, Legal } from '../lib/judge.ts';
import type { FileNode } from './frames.ts';
import type { Frame } from './ops.ts';

/** One frame that verifies, at bytes [from, to) of its file, and that a replay shows. */
export interface Entry {
  readonly frame: Frame;
  readonly file: Path;
  readonly segment: bigint;
  readonly from: number;
  readonly to: number;
  readonly key: Key;
}

/** A segment under its canonical name. */
export interface SegmentFile {
  readonly path: Path;
  readonly segment: bigint;
  readonly node: FileNode;
}

/** What the last segment ends in, or consists of, that does not verify: [from, to) of its file. */
export interface Hole {
  readonly is: 'torn' | 'ambiguous';
  readonly why: 'torn_tail' | 'nul_tail' | 'torn_header' | 'no_header' | 'ambiguous_gap';
  readonly file: Path;
  readonly from: number;
  readonly to: number;
}

/** Something that proves damage, under a stable code, with the bytes [from, to) that show it. */
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
  readonly did: readonly ('cut' | 'finished' | 'rebuilt')[];
  readonly file: Path;
  readonly why: string;
}

/** What the bytes of a log say under policy `safe`. */
export interface Assessment {
  readonly classes: readonly Class[];
  /** The verified prefix of what a replay shows. */
  readonly entries: readonly Entry[];
  readonly keys: readonly Key[];
  /** The legal result of a writing open; `legals` adds those that strange nodes excuse. */
  readonly legal: Legal;
  readonly legals: readonly Legal[];
  readonly expectedNotices: readonly ExpectedNotice[];
  readonly expectedRepairs: readonly ExpectedRepair[];
  readonly hole: Hole | null;
  readonly problems: readonly Problem[];
}

/** How a writing open meets an ambiguous gap. */
export interface AssessOptions {
  readonly onGap?: 'refuse' | 'keep-prefix';
}
