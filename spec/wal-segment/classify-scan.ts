import type { Image } from '../lib/image.ts';
import { keyOf, noHash } from './bytes.ts';
import type { Entry, ExpectedNotice, Hole, Problem, SegmentFile } from './classify-types.ts';
import { hashOfFile, headerBytes, headOf, look, slice, type FileNode } from './frames.ts';
import { numberIn, pathOf } from './names.ts';
import { frameBehind, payloadTypes } from './search.ts';

/** What reading every segment in order gave. */
export interface Scan {
  readonly segments: readonly SegmentFile[];
  readonly entries: readonly Entry[];
  /** Where the frames that verify end, by file. */
  readonly ends: ReadonlyMap<string, number>;
  readonly hole: Hole | null;
  readonly problems: readonly Problem[];
  readonly notices: readonly ExpectedNotice[];
}

/** The segments of an image, and the names and nodes that are none. */
export function segmentsIn(image: Image): {
  readonly segments: readonly SegmentFile[];
  readonly odd: readonly (Problem & { readonly segment: bigint })[];
} {
  const segments: SegmentFile[] = [];
  const odd: (Problem & { readonly segment: bigint })[] = [];
  for (const [path, node] of image) {
    const segment = path.includes('/') ? null : numberIn(path);
    if (segment === null) continue;
    const flaw = (code: string): unknown => odd.push({ code, file: path, from: 0, to: 0, segment });
    if (path !== pathOf(segment)) flaw('segment_name');
    if (node.is === 'link') flaw('symlink_refused');
    else if (node.is !== 'file') flaw('not_a_file');
    else if (path === pathOf(segment)) segments.push({ path, segment, node });
  }
  return { segments: segments.toSorted((a, b) => (a.segment < b.segment ? -1 : 1)), odd };
}

/** A scan on its way: what was found so far. */
interface Walker {
  readonly entries: Entry[];
  readonly ends: Map<string, number>;
  readonly problems: Problem[];
  readonly notices: ExpectedNotice[];
  hole: Hole | null;
  /** The highest sequence that verified. */
  last: bigint;
  /** Set once something was met behind which no reader goes. */
  stopped: boolean;
}

/** Reads all segments in order; nothing but regular files under canonical names is looked into. */
export function scan(segments: readonly SegmentFile[]): Scan {
  const walker: Walker = {
    entries: [],
    ends: new Map(),
    problems: [],
    notices: [],
    hole: null,
    last: 0n,
    stopped: false,
  };
  for (const [i, segment] of segments.entries()) {
    const isLast = i === segments.length - 1;
    if (!scanHeader(walker, segment, segments[i - 1], isLast)) continue;
    scanFrames(walker, segment, isLast);
  }
  return { segments, ...walker };
}

function problem(walker: Walker, file: string, code: string, range: readonly [number, number]) {
  walker.problems.push({ code, file, from: range[0], to: range[1] });
  walker.stopped = true;
}

/** False where no frame of the segment counts. */
function scanHeader(
  walker: Walker,
  { path, segment, node }: SegmentFile,
  before: SegmentFile | undefined,
  isLast: boolean,
): boolean {
  const head = headOf(node);
  const code = headerFlaw(node, segment, before);
  if (code === null) {
    const isOdd = head.reserved !== 0n;
    if (isOdd) walker.notices.push({ code: 'non_canonical', file: path });
    const restarts = before !== undefined && head.prev === noHash;
    if (restarts) walker.notices.push({ code: 'chain_restart', file: path });
    walker.ends.set(path, headerBytes);
    return true;
  }
  const mayBeTorn =
    code === 'chain_mismatch' ? isCutHash(head.prev, before) : code !== 'unsupported_version';
  const isTorn =
    isLast && mayBeTorn && frameBehind(node, headerBytes - 1, walker.last).is === 'none';
  if (isTorn) {
    const why = node.size === 0 ? 'no_header' : 'torn_header';
    walker.hole = { is: 'torn', why, file: path, from: 0, to: node.size };
  } else problem(walker, path, code, [0, Math.min(headerBytes, node.size)]);
  return false;
}

/** True for the beginning of the hash that is due, with zeros behind it: it was written in part. */
function isCutHash(prev: string, before: SegmentFile | undefined): boolean {
  const due = before === undefined ? noHash : (hashOfFile(before.node) ?? noHash);
  let same = 0;
  while (same < prev.length && prev.startsWith(due.slice(same, same + 2), same)) same += 2;
  return /^0*$/.test(prev.slice(same));
}

/** What is wrong with a header, as a code; null where nothing is. */
function headerFlaw(
  node: FileNode,
  segment: bigint,
  before: SegmentFile | undefined,
): string | null {
  const head = headOf(node);
  if (!head.isWhole || !head.magicRight) return 'header_damaged';
  if (head.version !== 1n) {
    const isCut = slice(node, 6, headerBytes).every((byte) => byte === 0);
    return isCut ? 'header_damaged' : 'unsupported_version';
  }
  if (head.segment !== segment) return 'segment_misplaced';
  if (head.prev === noHash) return null;
  const due = before === undefined ? noHash : hashOfFile(before.node);
  return head.prev === due ? null : 'chain_mismatch';
}

function scanFrames(walker: Walker, { path, segment, node }: SegmentFile, isLast: boolean): void {
  for (let from = headerBytes; from < node.size;) {
    const { sumRight, frame, to } = look(node, from);
    if (!sumRight || frame === null) {
      scanHole(walker, { path, node, from, isLast });
      return;
    }
    const key = keyOf(frame);
    if (frame.seq === 0n) {
      // No replay begins below 0, so every one passes over it.
      walker.notices.push({ code: 'non_canonical', file: path });
    } else if (frame.seq <= walker.last) {
      problem(walker, path, 'non_monotonic', [from, to]);
    } else if (payloadTypes.includes(frame.type)) {
      if (!walker.stopped) walker.entries.push({ frame, file: path, segment, from, to, key });
    } else {
      walker.problems.push({ code: 'unknown_payload_type', file: path, from, to });
    }
    if (frame.seq > walker.last) walker.last = frame.seq;
    if (!walker.stopped) walker.ends.set(path, to);
    from = to;
  }
}

function scanHole(
  walker: Walker,
  at: {
    readonly path: string;
    readonly node: FileNode;
    readonly from: number;
    readonly isLast: boolean;
  },
): void {
  const { path: file, node, from } = at;
  const to = node.size;
  if (!at.isLast) {
    problem(walker, file, 'frame_corrupt', [from, to]);
    return;
  }
  const isTorn = frameBehind(node, from, walker.last).is === 'none';
  if (isTorn) {
    const isZero = node.bytes.subarray(from).every((byte) => byte === 0);
    walker.hole = { is: 'torn', why: isZero ? 'nul_tail' : 'torn_tail', file, from, to };
  } else walker.hole = { is: 'ambiguous', why: 'ambiguous_gap', file, from, to };
}
