import { fileNode, type Image, type Node, type Path } from '../../spec/lib/image.ts';
import { textOf, utf8Of } from '../../spec/lib/utf8.ts';
import type { Op } from '../../spec/session-store-v2/ops.ts';
import type { Random } from '../../faults/random.ts';

/** What a small store of the original is like before it is damaged for a decision row. */
export interface Shape {
  /** Entries, at least and at most. */
  readonly entries: readonly [least: number, most: number];
  /** Frames in each segment but the last; 0 puts all into one. */
  readonly perSegment: number;
  /** Whose child an entry is: the one before, nobody, or for the first the last. */
  readonly parents: 'linear' | 'none' | 'forward';
  /** After which entry the checkpoint is made. */
  readonly checkpoint: 'first' | 'last';
  /** How the payload's text ends: a character of three bytes, or a tail of so many letters. */
  readonly tail: 'plain' | 'wide' | number;
}

const usual: Shape = {
  entries: [4, 7],
  perSegment: 0,
  parents: 'linear',
  tail: 'plain',
  checkpoint: 'first',
};

export const indexFile = 'index/offsets.jsonl';

/** The path of segment `seq` as it is written. */
export const segmentFile = (seq: number): Path => `segments/${String(seq).padStart(16, '0')}.seg`;

/**
 * The operations that make a store of this shape. Ids are of one length, so that one can stand for
 * another; a checkpoint after the first entry and a manifest before the last state old chains.
 */
export function opsOf(given: Partial<Shape>, random: Random): readonly Op[] {
  const shape = { ...usual, ...given };
  const count = random.between(...shape.entries);
  const run = random.below(0x1000).toString(16).padStart(3, '0');
  const id = (n: number): string => `e${run}${n}`;
  const ops: Op[] = [open(1n << 40n)];
  for (let n = 1; n <= count; n++) {
    const rotates = shape.perSegment > 0 && n > 1 && (n - 1) % shape.perSegment === 0;
    if (rotates) ops.push(open(1n));
    const parent = n > 1 && shape.parents === 'linear' ? id(n - 1) : null;
    const isFirst = n === 1 && shape.parents === 'forward';
    ops.push({
      op: 'append',
      h: 'a',
      id: id(n),
      parent: isFirst ? id(count) : parent,
      type: random.pick(['message', 'compact', 'labels7']),
      payload: payloadOf(n, shape.tail, random),
    });
    if (rotates) ops.push(open(1n << 40n));
    const isMarked = n === (shape.checkpoint === 'first' ? 1 : count);
    if (isMarked) ops.push({ op: 'checkpoint', h: 'a', seq: 1n, reason: 'directed' });
    if (n === count - 1) {
      ops.push({ op: 'manifest', h: 'a', sessionId: 's', sourceFormat: 'native_v2' });
    }
  }
  return ops;
}

const open = (max: bigint): Op => ({ op: 'create', h: 'a', max });

function payloadOf(n: number, tail: Shape['tail'], random: Random): string {
  const text = `${n}-${random.below(100_000)}`;
  if (tail === 'wide') return `"${text}…"`;
  return typeof tail === 'number' ? `"${text}${'x'.repeat(tail)}"` : `{"n":${n},"text":"${text}"}`;
}

/** The bytes of a file; none where no file stands. */
export function bytesAt(image: Image, path: Path): Uint8Array {
  const node = image.get(path);
  return node?.is === 'file' ? node.bytes : new Uint8Array();
}

/** The image with another node at a path, or none for null. */
export function put(image: Image, path: Path, node: Node | null): Image {
  const after = new Map(image);
  if (node === null) after.delete(path);
  else after.set(path, node);
  return after;
}

/** The image with a file's bytes changed. */
export const withBytes = (
  image: Image,
  path: Path,
  change: (bytes: Uint8Array) => Uint8Array,
): Image => put(image, path, fileNode(change(bytesAt(image, path))));

/** The lines of a file, their LF included. */
export const linesAt = (image: Image, path: Path): string[] =>
  (textOf(bytesAt(image, path)) ?? '').match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** The image with a file's lines changed. */
export const withLines = (
  image: Image,
  path: Path,
  change: (lines: string[]) => readonly string[],
): Image => put(image, path, fileNode(utf8Of(change(linesAt(image, path)).join(''))));

/** The image with one line changed, counted from 0. */
export const withLine = (
  image: Image,
  path: Path,
  at: number,
  change: (line: string) => string,
): Image => withLines(image, path, (lines) => lines.with(at, change(lines[at] ?? '')));

/** A line with another number for a member. */
export const withNumber = (line: string, name: string, change: (old: bigint) => bigint): string =>
  line.replace(
    new RegExp(`"${name}":(\\d+)`),
    (_, old: string) => `"${name}":${change(BigInt(old))}`,
  );

/** The first `count` bytes of a file, or all but so many where it is negative. */
export const cutTo = (image: Image, path: Path, count: number): Image =>
  withBytes(image, path, (bytes) => bytes.slice(0, count < 0 ? bytes.length + count : count));

/** The image with bytes behind a file. */
export const extended = (image: Image, path: Path, tail: Uint8Array): Image =>
  withBytes(image, path, (bytes) => Uint8Array.from([...bytes, ...tail]));

/** The image without its index. */
export const noIndex = (image: Image): Image => put(image, indexFile, null);

/** The segment files as they are written, by number. */
export const segmentsOf = (image: Image): readonly Path[] =>
  [...image.keys()].filter((path) => /^segments\/\d{16}\.seg$/.test(path)).toSorted();

/** The segment that is written to. */
export const activeOf = (image: Image): Path => segmentsOf(image).at(-1) ?? segmentFile(1);

/** A segment that is not the last; the store must have two. */
export const sealedOf = (image: Image, random: Random): Path =>
  random.pick(segmentsOf(image).slice(0, -1));

/** Any segment. */
export const anySegment = (image: Image, random: Random): Path => random.pick(segmentsOf(image));

/** A line of a file by its place; `but` leaves lines at the beginning and at the end out. */
export function anyLine(
  image: Image,
  path: Path,
  random: Random,
  but: { readonly first?: number; readonly last?: number } = {},
): number {
  const { first = 0, last = 0 } = but;
  const end = linesAt(image, path).length - 1;
  return Math.min(random.between(first, Math.max(first, end - last)), end);
}
