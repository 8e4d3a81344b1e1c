import { bytesOf } from '../../lib/image.ts';
import type { Image, Path } from '../../lib/image.ts';
import type { Frame, Row } from '../ops.ts';
import {
  bytesCut,
  cutLines,
  firstCut,
  gaps,
  lineText,
  opened,
  rebuilds,
  refusedWith,
  rowsIn,
  segmentsIn,
  sortOfTail,
} from './facts.ts';
import type { Trace } from './facts.ts';
import { Fault } from './fault.ts';
import { checkpointOf, eventOf, manifestOf } from './records.ts';
import { ledgerPath, manifestPath } from './run.ts';

/** True for an open that rebuilt the index. */
export const rebuilt = (t: Trace): boolean => t.op.op === 'create' && rebuilds(t).length > 0;
/** True for an open that succeeded without a rebuild. */
export const asIs = (t: Trace): boolean => opened(t) && rebuilds(t).length === 0;
/** True where any segment was set aside. */
export const setAside = (t: Trace): boolean => t.deeds.some((deed) => deed.did === 'set-aside');
/** True where the run did this at least once. */
export const did = (t: Trace, what: string): boolean => t.deeds.some((deed) => deed.did === what);
/** The rows of the index after the run. */
export const newRows = (t: Trace): readonly Row[] => rowsIn(t.after.image);
/** The last readable row of the index before the run. */
export const lastRow = (t: Trace): Row | undefined => rowsIn(t.before).at(-1);
/** True where all structure was accepted, parents perhaps not. */
export const accepted = (t: Trace): boolean => opened(t) || refusedWith(t) === 'parent-missing';

/** Segments of the image before that lie behind the last row's. */
export const behind = (t: Trace): ReturnType<typeof segmentsIn> => {
  const last = lastRow(t)?.segmentSeq ?? -1n;
  return segmentsIn(t.before).filter((s) => s.seq > last);
};
/** True where a rebuild would find something there: a directory counts. */
export const holdsData = ({
  node,
}: {
  readonly node: { readonly is: string; readonly size?: number };
}): boolean => node.is === 'dir' || (node.size ?? 0) > 0;

/** The first line of a segment that a rebuild cannot read, as it was before. */
export const unreadable = (t: Trace): { readonly torn: boolean; readonly why: string } | null => {
  if (refusedWith(t) !== 'frame-unreadable') return null;
  for (const { frames } of segmentsIn(t.before)) {
    for (const { line } of frames) {
      if (line.refused !== null) return { torn: !line.terminated, why: line.refused };
    }
  }
  return null;
};

/** Lines of segments that are no frames. */
export const noFrames = (t: Trace): readonly string[] =>
  segmentsIn(t.before).flatMap(({ frames }) =>
    frames.filter(({ value }) => value === null).map((spelled) => lineText(spelled)),
  );

/** True where any line of a file ends in CR LF. */
export const hasCr = (image: Image, path: Path): boolean => {
  const bytes = bytesOf(image, path) ?? new Uint8Array();
  return bytes.some((byte, i) => byte === 0x0d && bytes[i + 1] === 0x0a);
};
/** True where any segment had a line that ends in CR LF. */
export const crlfSegment = (t: Trace): boolean =>
  segmentsIn(t.before).some(({ path }) => hasCr(t.before, path));

/**
 * The rows between which a rebuild accepted missing entry numbers, by what lies between their
 * segments.
 */
export const gapsBetween = (
  t: Trace,
  wanted: 'one-segment' | 'all-present' | 'some-missing',
): boolean => {
  if (!rebuilt(t) || !accepted(t)) return false;
  const present = new Set(segmentsIn(t.before).map((s) => s.seq));
  const rows = newRows(t);
  const first = rows[0];
  const led = first !== undefined && first.entrySeq > 1n ? [[null, first] as const] : [];
  return [...led, ...gaps(rows)].some(([a, b]) => {
    const from = a?.segmentSeq ?? 0n;
    if (from === b.segmentSeq) return wanted === 'one-segment';
    let missing = false;
    // A gap of more numbers than there are files has a missing one.
    if (b.segmentSeq - from > BigInt(present.size)) missing = true;
    else for (let n = from + 1n; n < b.segmentSeq; n++) missing ||= !present.has(n);
    return wanted === (missing ? 'some-missing' : 'all-present');
  });
};

/** The cut that came before a rebuild reached into what the index itself named. */
export const cutIntoRows = (t: Trace): boolean => {
  const cut = firstCut(t);
  if (cut === null || !rebuilt(t)) return false;
  const node = t.before.get(cut.file);
  const insideLine = node?.is === 'file' && cut.from > 0 && node.bytes[cut.from - 1] !== 0x0a;
  const last = lastRow(t);
  return (
    insideLine ||
    rowsIn(t.before).some(
      (r) => r.segmentSeq === last?.segmentSeq && r.byteOffset + r.byteLength > BigInt(cut.from),
    )
  );
};

const storedFrames = (t: Trace): readonly Frame[] =>
  segmentsIn(t.after.image).flatMap(({ frames }) => frames.flatMap(({ value }) => value ?? []));

/** True where a parent stands behind its child. */
export const hasForwardParent = (t: Trace): boolean => {
  const frames = storedFrames(t);
  const place = new Map(frames.map((frame, i) => [frame.entryId, i]));
  return frames.some((f, i) => f.parentEntryId !== null && (place.get(f.parentEntryId) ?? -1) > i);
};

/** True where a stored row or frame has a schema or a state that the original does not write. */
export const hasOddSchema = (t: Trace): boolean =>
  rowsIn(t.after.image).some(
    (r) => r.schema !== 'pi.session_store_v2.offset_index.v1' || r.state !== 'active',
  ) || storedFrames(t).some((f) => f.schema !== 'pi.session_store_v2.segment_frame.v1');

/** What side files say about the chain, null for a file that cannot be read. */
export const sideFiles = (t: Trace): readonly (string | null)[] =>
  [...t.before.keys()].flatMap((path) => {
    const bytes = bytesOf(t.before, path);
    if (bytes === null) return [];
    if (path === manifestPath) return [chainIn(() => manifestOf(bytes).integrity.chainHash)];
    if (path.startsWith('checkpoints/')) return [chainIn(() => checkpointOf(bytes).chainHash)];
    if (path !== ledgerPath) return [];
    const ends = [...bytes.keys()].filter((i) => bytes[i] === 0x0a);
    const lines = [...ends, bytes.length].map((to, i) => [(ends[i - 1] ?? -1) + 1, to] as const);
    const broken = lines.some(
      ([from, to]) => to > from && chainIn(() => eventOf(bytes, from, to).at) === null,
    );
    return broken ? [null] : [];
  });

const chainIn = (read: () => string): string | null => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
};

/**
 * True where a frame with wrong coordinates was a repeated one, came after a missing one, or was
 * swapped.
 */
export const coordinateCut = (t: Trace, sort: 'repeated' | 'skipped' | 'swapped'): boolean =>
  cutLines(t, 'cut-coordinates').some(({ at, previous, next }) => {
    if (previous !== undefined && lineText(previous) === lineText(at)) return sort === 'repeated';
    const expected = (previous?.value?.frameSeq ?? 0n) + 1n;
    if (next?.value?.frameSeq === expected) return sort === 'swapped';
    return sort === 'skipped' && (at.value?.frameSeq ?? 0n) > expected;
  });

/** True where all that opening did was to cut a tail of this sort. */
export const tailIs = (t: Trace, sort: ReturnType<typeof sortOfTail>): boolean => {
  const cut = firstCut(t);
  return cut !== null && asIs(t) && sortOfTail(t, cut) === sort;
};

/** True where no two rows have one entry number. */
export const risesWhenSorted = (rows: readonly Row[]): boolean =>
  new Set(rows.map((r) => r.entrySeq)).size === rows.length;

/** The chain hash that the handle came to. */
export function chainAfter(t: Trace): string | undefined {
  return 'h' in t.op ? t.after.handles.get(t.op.h)?.chainHash : undefined;
}

/** True where the reader met the limit of a line, whatever the limit was. */
export function isTooLong(t: Trace): boolean {
  return t.errors.some((text) => text.includes('Line length exceeds limit'));
}

/** True where the cut tail repeats the bytes before it. */
export function tailRepeats(t: Trace): boolean {
  const cut = firstCut(t);
  const node = cut === null ? undefined : t.before.get(cut.file);
  if (cut === null || node?.is !== 'file') return false;
  const tail = bytesCut(t, cut);
  return (
    tail.length > 0 && tail.every((byte, i) => byte === node.bytes[cut.from - tail.length + i])
  );
}
