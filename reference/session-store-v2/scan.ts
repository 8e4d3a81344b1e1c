import { crc32c } from '@node-rs/crc32';
import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import { StoreError } from '../lib/error.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { chainStep, decodeFrame } from './codec.ts';
import { Entries } from './entries.ts';
import type { Mark } from '../lib/file-calls.ts';
import type { Files } from './files.ts';
import type { GraphError, OpenLinks } from './graph.ts';
import { closeGraph } from './graph.ts';
import type { Limits } from './limits.ts';
import type { Line } from './lines.ts';
import { isBlank, readLines } from './lines.ts';
import type { SafePaths, SegmentFile } from './tree.ts';
import type { Frame } from './types.ts';

/** The first line that does not verify: bytes [from, to) of `file`, and what they are. */
export interface Bad {
  readonly is: 'torn' | 'ambiguous' | 'corrupt';
  readonly code: string;
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/** A segment whose last line verifies but lacks its LF; `at` is the end of the file. */
export interface Adoption {
  readonly file: string;
  readonly at: number;
}

/** What the segments hold: the verified prefix, and the first line that ends it. */
export interface Scan {
  readonly entries: Entries;
  readonly adopt: readonly Adoption[];
  readonly bad: Bad | null;
  readonly graph: GraphError | null;
  /** Files with lines that verify but are spelled as no store spells them. */
  readonly nonCanonical: readonly string[];
  /** The last segment file as it was read, or null where there is none. */
  readonly last: (Mark & { readonly seq: bigint }) | null;
}

interface State {
  readonly limits: Limits;
  readonly entries: Entries;
  readonly links: OpenLinks;
  readonly adopt: Adoption[];
  readonly nonCanonical: string[];
  bad: Bad | null;
  last: Scan['last'];
}

/** Reads every segment once, in order, and verifies each line until one does not. */
export function scanSegments(
  files: Files,
  paths: SafePaths,
  segments: readonly SegmentFile[],
  limits: Limits,
): Scan {
  const state: State = {
    limits,
    entries: new Entries(),
    links: { duplicate: null, forward: new Map() },
    adopt: [],
    nonCanonical: [],
    bad: null,
    last: null,
  };
  for (const [i, segment] of segments.entries()) {
    const fd = files.openRead(join(paths.segments, segment.name));
    files.using(fd, () => scanSegment(files, fd, state, segment, i === segments.length - 1));
    if (state.bad !== null) break;
  }
  return { ...state, graph: closeGraph(state.entries, state.links) };
}

function scanSegment(
  files: Files,
  fd: number,
  state: State,
  segment: SegmentFile,
  isLast: boolean,
): void {
  const { entries, limits } = state;
  const mark = files.mark(fd);
  state.last = { ...mark, seq: segment.seq };
  entries.segments.push({ seq: segment.seq, before: entries.count });
  const file = `segments/${segment.name}`;
  let canonical = true;
  const span = { ...limits, size: mark.size, giveUpBytes: limits.fragmentBytes };
  readLines(files, fd, span, (line) => {
    if (state.bad !== null) return hunt(state, segment, line);
    const read = readFrame(line);
    if (read === null && line.ended && isBlank(line)) canonical = false;
    else if (read !== null && fits(state, segment, read.frame)) {
      canonical &&= read.canonical;
      if (!line.ended) state.adopt.push({ file, at: mark.size });
      take(state, read.frame, line);
    } else {
      state.bad = { ...judge(state, read?.frame ?? null, line, isLast), file, from: line.offset, to: mark.size }; // prettier-ignore
      return withinReach(state);
    }
    return true;
  });
  if (!canonical) state.nonCanonical.push(file);
}

/** No frame is shorter: the names of its members and a SHA-256 alone take more. Most garbage is. */
const leastFrameBytes = 150;

/** The frame on a line, with its payload's hash and length checked; null where the line is none. */
export function readFrame(line: Line): { frame: Frame; canonical: boolean } | null {
  if (line.tooLong || line.to - line.from < leastFrameBytes) return null;
  const bytes = line.bytes.subarray(line.from, line.to);
  try {
    const read = decodeFrame(bytes, { arrays: false });
    const { payload, payloadSha256, payloadBytes } = read.frame;
    if (!read.canonical && !isUtf8(bytes)) return null;
    if (sha256Hex(payload) !== payloadSha256) return null;
    return Buffer.byteLength(payload) === Number(payloadBytes) ? read : null;
  } catch (error) {
    if (error instanceof StoreError) return null;
    throw error;
  }
}

/**
 * True where the frame's coordinates are those of the next entry. Numbers past 2^53 cannot equal
 * what we expect.
 */
function fits(state: State, segment: SegmentFile, frame: Frame): boolean {
  const { entries } = state;
  const next = entries.count + 1;
  const before = entries.segments.at(-1)?.before ?? 0;
  return (
    next <= state.limits.entries &&
    Number(frame.entrySeq) === next &&
    Number(frame.frameSeq) === next - before &&
    frame.segmentSeq === segment.seq
  );
}

function take(state: State, frame: Frame, line: Line): void {
  const { entries, links } = state;
  const { entryId, parentEntryId } = frame;
  const end = line.ended ? line.to + 1 : line.to;
  const crc = line.ended
    ? crc32c(line.bytes.subarray(line.from, end))
    : crc32c(Buffer.concat([line.bytes.subarray(line.from, end), lineFeed]));
  const entry = entries.count + 1;
  let parent = parentEntryId === null ? 0 : entries.numberOf(parentEntryId);
  if (parent === 0 && parentEntryId !== null) {
    parent = -1;
    links.forward.set(entry, parentEntryId);
  }
  const isNew = entries.add({
    id: entryId,
    parent,
    type: frame.entryType,
    byteOffset: line.offset,
    byteLength: line.ended ? line.length : line.length + 1,
    crc,
    chain: chainStep(entries.chain, frame.payloadSha256),
  });
  if (!isNew) links.duplicate ??= entryId;
}

const lineFeed = Buffer.from('\n');

/** The rules of "first bad line decides", in order; AMBIGUOUS shows only further on. */
function judge(
  state: State,
  frame: Frame | null,
  line: Line,
  isLast: boolean,
): { is: Bad['is']; code: string } {
  if (frame !== null && state.entries.count >= state.limits.entries) {
    return { is: 'corrupt', code: 'too_many_entries' };
  }
  if (frame !== null) {
    const gap = frame.entrySeq > BigInt(state.entries.count + 1);
    return { is: 'corrupt', code: gap ? 'entry_gap' : 'frame_misplaced' };
  }
  if (!isLast) return { is: 'corrupt', code: line.tooLong ? 'frame_too_long' : 'frame_corrupt' };
  return { is: 'torn', code: 'torn' };
}

/**
 * Whether lines further on can still change what the bad one is; refuses a tail too long to be
 * kept.
 */
function withinReach(state: State): boolean {
  const { bad } = state;
  if (bad === null || bad.is !== 'torn') return false;
  if (bad.to - bad.from <= state.limits.fragmentBytes) return true;
  state.bad = { ...bad, is: 'corrupt', code: 'tail_too_large' };
  return false;
}

/**
 * Behind a bad line of the last segment: one frame of this segment that verifies makes the hole
 * ambiguous.
 */
function hunt(state: State, segment: SegmentFile, line: Line): boolean {
  const { bad } = state;
  if (bad === null || readFrame(line)?.frame.segmentSeq !== segment.seq) return true;
  state.bad = { ...bad, is: 'ambiguous', code: 'ambiguous_gap' };
  return false;
}
