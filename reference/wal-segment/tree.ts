import { join } from 'node:path';
import type { Files } from './files.ts';
import { segmentName, segmentNumber } from './format.ts';

/** What is wrong with a log, at bytes [from, to) of a file of it. */
export interface Problem {
  /**
   * `torn`: an append or a creation that never ended. `ambiguous`: sound frames follow. `corrupt`:
   * what was whole once.
   */
  readonly is: 'torn' | 'ambiguous' | 'corrupt';
  readonly code: string;
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/** What is, by its name, a segment of the log. */
export interface SegmentFile {
  readonly seq: bigint;
  readonly name: string;
  /** The code of why it cannot be one all the same, or null. */
  readonly refusal: string | null;
}

/** What the names of a log say before a byte is read. */
export interface Tree {
  /** In the order of their numbers. */
  readonly segments: readonly SegmentFile[];
  /** Why there is no log here. */
  readonly problem: Problem | null;
  /** Why nothing could be kept aside; of no interest to readers. */
  readonly quarantine: Problem | null;
  /** False where the directory has yet to be made. */
  readonly isThere: boolean;
}

/** Where a fragment that was cut is kept, below the log's directory. */
export const quarantineName = 'quarantine';

/** Reads the names of a log; the directory itself may be a link, nothing in it may. */
export function readTree(files: Files, dir: string): Tree {
  const none: Tree = { segments: [], problem: null, quarantine: null, isThere: true };
  if (files.look(dir) === null) return { ...none, isThere: false };
  if (!files.fs.statSync(dir).isDirectory()) {
    return { ...none, problem: problemAt('.', 'not_a_directory') };
  }
  const names = files.fs.readdirSync(dir);
  const segments = names.toSorted().flatMap((name) => {
    const seq = segmentNumber(name);
    return seq === null ? [] : [{ seq, name, refusal: refusalOf(files, dir, seq, name) }];
  });
  segments.sort((a, b) => (a.seq < b.seq ? -1 : a.seq > b.seq ? 1 : 0));
  const keeps = names.includes(quarantineName);
  return { ...none, segments, quarantine: keeps ? problemOfQuarantine(files, dir) : null };
}

/** A problem that is none of single bytes. */
export function problemAt(file: string, code: string): Problem {
  return { is: 'corrupt', code, file, from: 0, to: 0 };
}

/** The original reads any spelling of a number, so a log may hold one twice under two names. */
function refusalOf(files: Files, dir: string, seq: bigint, name: string): string | null {
  if (name !== segmentName(seq)) return 'segment_name';
  const kind = files.kind(join(dir, name));
  if (kind === 'file') return null;
  return kind === 'link' ? 'symlink_refused' : 'not_a_file';
}

function problemOfQuarantine(files: Files, dir: string): Problem | null {
  const kind = files.kind(join(dir, quarantineName));
  if (kind === 'dir') return null;
  return problemAt(quarantineName, kind === 'link' ? 'symlink_refused' : 'not_a_directory');
}
