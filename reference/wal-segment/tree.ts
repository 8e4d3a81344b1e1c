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

/** A file of the log that is, by its name, a segment. */
export interface SegmentFile {
  readonly seq: bigint;
  readonly name: string;
}

/** What the names of a log say before a byte is read. */
export interface Tree {
  /** In the order of their numbers. */
  readonly segments: readonly SegmentFile[];
  readonly problem: Problem | null;
  /** False where the directory has yet to be made. */
  readonly isThere: boolean;
}

/** Where a fragment that was cut is kept, below the log's directory. */
export const quarantineName = 'quarantine';

/** Reads the names of a log; the directory itself may be a link, nothing in it may. */
export function readTree(files: Files, dir: string): Tree {
  if (files.look(dir) === null) return { segments: [], problem: null, isThere: false };
  if (!files.fs.statSync(dir).isDirectory()) {
    return { segments: [], problem: atName('not_a_directory', '.'), isThere: true };
  }
  const segments: SegmentFile[] = [];
  let problem: Problem | null = null;
  for (const name of files.fs.readdirSync(dir).toSorted()) {
    const seq = segmentNumber(name);
    if (seq === null) {
      if (name === quarantineName) problem ??= problemOfDir(files, dir, name);
      continue;
    }
    problem ??= problemOfSegment(files, dir, { seq, name });
    segments.push({ seq, name });
  }
  segments.sort((a, b) => (a.seq < b.seq ? -1 : 1));
  return { segments, problem, isThere: true };
}

/** The original reads any spelling of a number, so a log may hold one twice under two names. */
function problemOfSegment(files: Files, dir: string, { seq, name }: SegmentFile): Problem | null {
  if (name !== segmentName(seq)) return atName('segment_name', name);
  const kind = files.kind(join(dir, name));
  if (kind === 'file') return null;
  return atName(kind === 'link' ? 'symlink_refused' : 'not_a_file', name);
}

function problemOfDir(files: Files, dir: string, name: string): Problem | null {
  const kind = files.kind(join(dir, name));
  if (kind === 'dir') return null;
  return atName(kind === 'link' ? 'symlink_refused' : 'not_a_directory', name);
}

const atName = (code: string, file: string): Problem => ({
  is: 'corrupt',
  code,
  file,
  from: 0,
  to: 0,
});
