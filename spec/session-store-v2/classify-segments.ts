import type { Image, Key, Node, Path } from './classify-types.ts';
import { linesOf, lineBytesLimit } from './classify-lines.ts';
import type { Line } from './classify-lines.ts';
import type { Entry, Hole, Problem } from './classify-types.ts';
import { chainStep, genesis, schemas, sixteen } from './encode.ts';
import { keyOf } from './key.ts';
import type { Frame, Row } from './ops.ts';

const u64Max = (1n << 64n) - 1n;

/** A segment as the directory lists it. */
interface Listed {
  readonly path: Path;
  readonly seq: bigint;
  readonly node: Node;
}

/** What reading every segment in order gave, up to the first line that does not verify. */
export interface Scan {
  readonly entries: readonly Entry[];
  /** The chain hash after 0, 1, 2 ... entries. */
  readonly chains: readonly string[];
  readonly hole: Hole | null;
  /** Names and nodes in `segments/` that no store wrote. */
  readonly problems: readonly Problem[];
  /** How many entries stand before the first of `problems`. */
  readonly beforeProblem: number;
  readonly nonCanonical: readonly Path[];
  /** Self-verifying frames behind the hole, wherever they claim to belong. */
  readonly later: readonly Entry[];
  readonly sizes: ReadonlyMap<Path, number>;
}

/** The number that a name in `segments/` stands for, or null where no reader looks at it. */
export function segmentNumber(name: string): bigint | null {
  const digits = /^\+?(\d+)\.seg$/.exec(name)?.[1];
  if (digits === undefined) return null;
  const seq = BigInt(digits);
  return seq <= u64Max ? seq : null;
}

/**
 * Reads all segments of an image. Nothing but regular files under canonical names is looked into.
 */
export function scanSegments(image: Image, limit = lineBytesLimit): Scan {
  const problems: Problem[] = [];
  const good: Listed[] = [];
  let firstProblem: bigint | null = null;
  for (const found of listed(image)) {
    const code = problemOf(found);
    if (code === null) good.push(found);
    else {
      problems.push({ code, file: found.path, from: 0, to: sizeOf(found.node) });
      if (firstProblem === null || found.seq < firstProblem) firstProblem = found.seq;
    }
  }
  const walked = walk(good, limit);
  const { entries } = walked;
  const cut = entries.findIndex((e) => firstProblem !== null && e.frame.segmentSeq >= firstProblem);
  return {
    ...walked,
    problems,
    beforeProblem: cut === -1 ? entries.length : cut,
    sizes: new Map(good.map((s) => [s.path, sizeOf(s.node)])),
  };
}

function listed(image: Image): readonly Listed[] {
  const found: Listed[] = [];
  for (const [path, node] of image) {
    if (!path.startsWith('segments/')) continue;
    const seq = segmentNumber(path.slice('segments/'.length));
    if (seq !== null) found.push({ path, seq, node });
  }
  return found.toSorted((a, b) =>
    a.seq < b.seq ? -1 : a.seq > b.seq ? 1 : a.path < b.path ? -1 : 1,
  );
}

function problemOf({ path, seq, node }: Listed): string | null {
  if (node.is === 'link') return 'symlink_refused';
  if (seq === 0n || path !== `segments/${sixteen(seq)}.seg`) return 'segment_name';
  return node.is === 'file' ? null : 'not_a_file';
}

function sizeOf(node: Node): number {
  return node.is === 'file' ? node.size : 0;
}

type Walked = Omit<Scan, 'problems' | 'beforeProblem' | 'sizes'>;

function walk(segments: readonly Listed[], limit: number): Walked {
  const entries: Entry[] = [];
  const chains = [genesis];
  const nonCanonical: Path[] = [];
  let hole: Hole | null = null;
  const later: Entry[] = [];
  for (const [position, segment] of segments.entries()) {
    if (segment.node.is !== 'file') continue;
    const lines = linesOf(segment.node.bytes, segment.node.size, limit);
    let frameSeq = 1n;
    let clean = true;
    for (const [i, line] of lines.entries()) {
      if (hole === null && line.is === 'blank') {
        clean = false;
        continue;
      }
      const { frame } = line;
      const entrySeq = BigInt(entries.length + 1);
      if (hole === null) {
        const fits =
          frame?.segmentSeq === segment.seq &&
          frame.frameSeq === frameSeq &&
          frame.entrySeq === entrySeq;
        if (fits) {
          entries.push(entryOf(segment.path, line, frame));
          chains.push(chainStep(chains.at(-1) ?? genesis, frame.payloadSha256));
          clean &&= line.canonical;
          frameSeq += 1n;
          continue;
        }
        const isLast = position === segments.length - 1;
        hole = holeAt({ segment, line, rest: lines.slice(i + 1), entrySeq, isLast });
      }
      if (frame !== null) later.push(entryOf(segment.path, line, frame));
    }
    if (!clean) nonCanonical.push(segment.path);
  }
  return { entries, chains, hole, nonCanonical, later };
}

/** What the first line that does not verify makes of the store. */
function holeAt(at: {
  readonly segment: Listed;
  readonly line: Line;
  readonly rest: readonly Line[];
  readonly entrySeq: bigint;
  readonly isLast: boolean;
}): Hole {
  const { segment, line, rest } = at;
  const where = { file: segment.path, from: line.from, to: line.to, size: sizeOf(segment.node) };
  if (line.frame !== null) {
    const code = line.frame.entrySeq > at.entrySeq ? 'entry_gap' : 'frame_misplaced';
    return { ...where, is: 'corrupt', code };
  }
  if (!at.isLast) {
    return {
      ...where,
      is: 'corrupt',
      code: line.is === 'too long' ? 'frame_too_long' : 'frame_corrupt',
    };
  }
  const valid = rest.some((l) => l.frame?.segmentSeq === segment.seq);
  return valid
    ? { ...where, is: 'ambiguous', code: 'ambiguous_gap' }
    : { ...where, is: 'torn', code: 'torn' };
}

function entryOf(file: Path, line: Line, frame: Frame): Entry {
  return {
    frame,
    file,
    from: line.from,
    to: line.to,
    terminated: line.terminated,
    key: keyOfFrame(frame),
    row: rowOf(frame, line),
  };
}

const keys = new WeakMap<Frame, Key>();

function keyOfFrame(frame: Frame): Key {
  const known = keys.get(frame);
  if (known !== undefined) return known;
  const key = keyOf(frame);
  keys.set(frame, key);
  return key;
}

/**
 * The index row that a verified frame asks for; an unterminated line counts the LF that it will
 * get.
 */
function rowOf(frame: Frame, line: Line): Row {
  return {
    schema: schemas.row,
    entrySeq: frame.entrySeq,
    entryId: frame.entryId,
    segmentSeq: frame.segmentSeq,
    frameSeq: frame.frameSeq,
    byteOffset: BigInt(line.from),
    byteLength: BigInt(line.to - line.from + (line.terminated ? 0 : 1)),
    crc32c: line.crc32c,
    state: 'active',
  };
}

/**
 * Every reason why these entries are no closed, acyclic graph with one entry an id; forward parents
 * are fine.
 */
export function graphProblems(entries: readonly Entry[]): readonly Problem[] {
  const byId = new Map<string, Entry>();
  const problems: Problem[] = [];
  const blame = (code: string, e: Entry): void => {
    problems.push({ code, file: e.file, from: e.from, to: e.to });
  };
  for (const entry of entries) {
    if (byId.has(entry.frame.entryId)) blame('entry-id-duplicate', entry);
    byId.set(entry.frame.entryId, entry);
  }
  for (const entry of entries) {
    const parent = entry.frame.parentEntryId;
    if (parent !== null && !byId.has(parent)) blame('parent-missing', entry);
  }
  const rooted = new Set<string>();
  for (const entry of entries) {
    const path = new Set<string>();
    let at: string | null = entry.frame.entryId;
    while (at !== null && !rooted.has(at) && !path.has(at)) {
      path.add(at);
      at = byId.get(at)?.frame.parentEntryId ?? null;
    }
    if (at !== null && path.has(at)) blame('parent-cycle', byId.get(at) ?? entry);
    for (const id of path) rooted.add(id);
  }
  return problems;
}
