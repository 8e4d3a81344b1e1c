import type { Outcome } from '../../lib/history.ts';
import type { Image, Node, Path } from '../../lib/image.ts';
import { firstBadUtf8, isBlank, textOf } from '../../lib/utf8.ts';
import type { Frame, Op, Row, Value } from '../ops.ts';
import { Fault } from './fault.ts';
import { linesOf } from './lines.ts';
import type { Line } from './lines.ts';
import { frameMembers, memberNames, rowMembers } from './members.ts';
import { frameAt, rowAt } from './read.ts';
import { indexPath, originalLimits, segmentPath } from './run.ts';
import type { Deed, World } from './run.ts';
import type { RuleId } from './rules.ts';
import { segmentNumber } from './segments.ts';

type FileNode = Extract<Node, { readonly is: 'file' }>;

/** What one run of the table leaves to recognise decision rows by. */
export interface Trace {
  readonly op: Op;
  readonly before: Image;
  readonly after: World;
  readonly outcome: Outcome<Value>;
  readonly decisions: ReadonlyMap<RuleId, { readonly yes: number; readonly no: number }>;
  readonly deeds: readonly Deed[];
  /** Texts of the errors that were met, also of those that a rebuild answered. */
  readonly errors: readonly string[];
}

/** One line of a segment or of the index with what it spells, if anything. */
export interface Spelled<T> {
  readonly file: FileNode;
  readonly line: Line;
  readonly value: T | null;
}

/** A segment file of an image: `canonical` where appends and reads would use this very name. */
export interface SegmentOf {
  readonly seq: bigint;
  readonly path: Path;
  readonly node: Node;
  readonly canonical: boolean;
  readonly frames: readonly Spelled<Frame>[];
}

const spell = <T>(
  node: Node | undefined,
  read: (file: FileNode, line: Line) => T | Fault,
): readonly Spelled<T>[] => {
  if (node?.is !== 'file') return [];
  return linesOf(node, originalLimits.lineBytes)
    .filter((line) => !line.blank)
    .map((line) => {
      const value = line.refused === null ? read(node, line) : null;
      return { file: node, line, value: value instanceof Fault ? null : value };
    });
};

const frameIn = (file: FileNode, line: Line): Frame | Fault => {
  const read = frameAt(file, line.from, line.terminated ? line.to - 1 : line.to);
  return read instanceof Fault ? read : read.frame;
};

const indexes = new WeakMap<Image, readonly Spelled<Row>[]>();

/** The lines of an image's index. */
export function indexOf(image: Image): readonly Spelled<Row>[] {
  const known = indexes.get(image) ?? spell(image.get(indexPath), rowAt);
  indexes.set(image, known);
  return known;
}

/** The rows of an image's index that can be read. */
export const rowsIn = (image: Image): readonly Row[] =>
  indexOf(image).flatMap(({ value }) => value ?? []);

/** The segment files of an image by number, then by name. Links are not followed. */
export function segmentsIn(image: Image): readonly SegmentOf[] {
  const known = segmentLists.get(image) ?? listed(image);
  segmentLists.set(image, known);
  return known;
}

const segmentLists = new WeakMap<Image, readonly SegmentOf[]>();

function listed(image: Image): readonly SegmentOf[] {
  const found: SegmentOf[] = [];
  for (const [path, node] of image) {
    const name = /^segments\/([^/]+)$/.exec(path)?.[1];
    const seq = name === undefined ? null : segmentNumber(name);
    if (seq === null) continue;
    const frames = spell(node, frameIn);
    found.push({ seq, path, node, canonical: path === segmentPath(seq), frames });
  }
  return found.toSorted((a, b) =>
    a.seq === b.seq ? (a.path < b.path ? -1 : 1) : a.seq < b.seq ? -1 : 1,
  );
}

/** How often a decision was answered so. */
export const said = (trace: Trace, rule: RuleId, answer: 'yes' | 'no'): boolean =>
  (trace.decisions.get(rule)?.[answer] ?? 0) > 0;

/** True for an open that succeeded. */
export const opened = (trace: Trace): boolean =>
  trace.op.op === 'create' && trace.outcome.is === 'ok';

/** The code of an open that failed, or null. */
export const refusedWith = (trace: Trace): string | null =>
  trace.op.op === 'create' && trace.outcome.is !== 'ok' ? trace.outcome.code : null;

/** Why the index was rebuilt, in order: a code, or `data-without-rows`; none where it was not. */
export const rebuilds = (trace: Trace): readonly string[] =>
  trace.deeds.flatMap((deed) => (deed.did === 'rebuild' ? [deed.because] : []));

/** True where opening rebuilt the index for this reason. */
export const rebuiltFor = (trace: Trace, ...reasons: readonly string[]): boolean =>
  trace.op.op === 'create' && rebuilds(trace).some((reason) => reasons.includes(reason));

type Cut = Extract<Deed, { readonly from: number }>;

/** The cuts of this sort, in order. */
export const cuts = (trace: Trace, did: Cut['did']): readonly Cut[] =>
  trace.deeds.flatMap((deed) => (deed.did === did ? [deed] : []));

/** The tail that opening cut from the active segment before anything was rebuilt. */
export function firstCut(trace: Trace): Cut | null {
  const [deed] = trace.deeds;
  return deed?.did === 'cut-tail' ? deed : null;
}

/** The bytes that a cut took away, as they were before the operation. */
export function bytesCut(trace: Trace, cut: Cut): Uint8Array {
  const node = trace.before.get(cut.file);
  return node?.is === 'file' ? node.bytes.subarray(cut.from, cut.to) : new Uint8Array();
}

/** What a cut tail was: blank, at least one whole frame, or other bytes. */
export function sortOfTail(trace: Trace, cut: Cut): 'blank' | 'frames' | 'torn' {
  const bytes = bytesCut(trace, cut);
  if (firstBadUtf8(bytes) === -1 && isBlank(bytes)) return 'blank';
  const node: FileNode = { is: 'file', bytes, size: bytes.length };
  const [first] = spell(node, frameIn);
  return first?.value != null && first.line.terminated ? 'frames' : 'torn';
}

/** Pairs of neighbouring rows between which entry numbers are missing. */
export function gaps(rows: readonly Row[]): readonly (readonly [Row, Row])[] {
  return rows.flatMap((row, i) => {
    const next = rows[i + 1];
    return next !== undefined && next.entrySeq > row.entrySeq + 1n ? [[row, next] as const] : [];
  });
}

/** The line at which a cut for coordinates or entry number was made, with the lines around it. */
export function cutLines(
  trace: Trace,
  did: Cut['did'],
): readonly {
  readonly at: Spelled<Frame>;
  readonly previous?: Spelled<Frame>;
  readonly next?: Spelled<Frame>;
}[] {
  return cuts(trace, did).flatMap((cut) => {
    const frames = segmentsIn(trace.before).find((s) => s.path === cut.file)?.frames ?? [];
    const i = frames.findIndex(({ line }) => line.from === cut.from);
    const at = frames[i];
    if (at === undefined) return [];
    const previous = frames[i - 1];
    const next = frames[i + 1];
    return [{ at, ...(previous && { previous }), ...(next && { next }) }];
  });
}

/** The text of a line, or '' where it is none. */
export const lineText = ({ file, line }: Spelled<unknown>): string =>
  textOf(file.bytes, line.from, Math.min(line.to, file.bytes.length)) ?? '';

/** What is odd about the members of the lines of index and segments. */
export function memberOddities(image: Image): ReadonlySet<'unknown' | 'duplicate'> {
  const odd = new Set<'unknown' | 'duplicate'>();
  const look = (lines: readonly Spelled<unknown>[], known: ReadonlySet<string>): void => {
    for (const { file, line } of lines) {
      const names = line.refused === null ? memberNames(file, line) : [];
      if (names.some((name) => !known.has(name))) odd.add('unknown');
      const mine = names.filter((name) => known.has(name));
      if (new Set(mine).size < mine.length) odd.add('duplicate');
    }
  };
  look(indexOf(image), rowMembers);
  for (const { frames } of segmentsIn(image)) look(frames, frameMembers);
  return odd;
}
