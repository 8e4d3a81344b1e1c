import type { Node } from '../../lib/image.ts';
import { textOf } from '../../lib/utf8.ts';
import type { Row } from '../ops.ts';
import { exists, readFile, stat } from './disk.ts';
import { Fault, abortFault, invalidData, osFault, sessionFault, unexpectedEof } from './fault.ts';
import { linesOf } from './lines.ts';
import type { Line } from './lines.ts';
import { hasUnknown } from './members.ts';
import { boundedMemo, contentKey } from './memo.ts';
import { frameOf, rowOf } from './records.ts';
import type { ReadFrame } from './records.ts';
import { indexPath, segmentPath, shown, u64Max } from './run.ts';
import type { Run } from './run.ts';
import type { RuleId } from './rules.ts';

export type FileNode = Extract<Node, { readonly is: 'file' }>;

/**
 * More than this is never read into one buffer; the original would ask for it, and most likely die.
 */
export const bufferBytesMax = 256 * 1024 * 1024;

type Remembered<T> = WeakMap<Uint8Array, Map<number, { readonly to: number; readonly value: T }>>;

const rowsSeen: Remembered<Row | Fault> = new WeakMap();
const framesSeen: Remembered<ReadFrame | Fault> = new WeakMap();

/**
 * What `make` answers or throws for bytes [from, to), made once for the same bytes: those of an
 * image never change.
 */
export function remembered<T>(
  memory: Remembered<T>,
  range: { readonly bytes: Uint8Array; readonly from: number; readonly to: number },
  make: (bytes: Uint8Array, from: number, to: number) => T,
): T {
  const { bytes, from, to } = range;
  let byOffset = memory.get(bytes);
  if (byOffset === undefined) memory.set(bytes, (byOffset = new Map()));
  const known = byOffset.get(from);
  if (known?.to === to) return known.value;
  const value = make(bytes, from, to);
  byOffset.set(from, { to, value });
  return value;
}

const orFault =
  <T>(read: (bytes: Uint8Array, from: number, to: number) => T) =>
  (bytes: Uint8Array, from: number, to: number): T | Fault => {
    try {
      return read(bytes, from, to);
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
  };

/** Reads a range once, however many images hold the same bytes there. */
function byContent<T>(
  read: (bytes: Uint8Array, from: number, to: number) => T,
): (bytes: Uint8Array, from: number, to: number) => T | Fault {
  const memo = boundedMemo<T | Fault>();
  const safely = orFault(read);
  return (bytes, from, to) => memo(contentKey(bytes, from, to), () => safely(bytes, from, to));
}

const readFrameBytes = byContent(frameOf);
const readRowBytes = byContent(rowOf);

/**
 * The frame in bytes [from, to) of a file, LF left out, or the fault of reading it; zeros beyond
 * are no JSON.
 */
export function frameAt(file: FileNode, from: number, to: number): ReadFrame | Fault {
  if (to > file.bytes.length) return new Fault('json', 'json', 'zeros are no JSON');
  return remembered(framesSeen, { bytes: file.bytes, from, to }, readFrameBytes);
}

/** The row in a line of the index, or the fault of reading it. */
export function rowAt(file: FileNode, line: Line): Row | Fault {
  if (line.to > file.bytes.length) return new Fault('json', 'json', 'zeros are no JSON');
  return remembered(
    rowsSeen,
    { bytes: file.bytes, from: line.from, to: line.textTo },
    readRowBytes,
  );
}

/**
 * Reads a JSONL file line by line; the three rules name the decisions. Throws what the original's
 * reader throws.
 */
export function readLines<T>(
  run: Run,
  path: string,
  reader: {
    readonly at: (file: FileNode, line: Line) => T | Fault;
    readonly rules: { readonly readable: RuleId; readonly blank: RuleId; readonly parses: RuleId };
  },
): readonly T[] {
  const file = readFile(run.disk, path);
  const values: T[] = [];
  const strict = strictness(run);
  for (const line of linesOf(file, run.limits.lineBytes)) {
    if (!run.rule(reader.rules.readable, line.refused === null)) {
      throw invalidData(line.refused ?? 'unreadable');
    }
    if (run.rule(reader.rules.blank, line.blank)) continue;
    const value = objection(strict, file, line) ?? reader.at(file, line);
    const parses = run.rule(reader.rules.parses, !(value instanceof Fault));
    if (!parses) throw value instanceof Fault ? value : new Fault('json', 'json', 'no row');
    if (!(value instanceof Fault)) values.push(value);
  }
  return values;
}

/** Which of the things that the original does not look at a mutant refuses. */
export interface Strictness {
  readonly cr: boolean;
  readonly schema: boolean;
  readonly unknown: boolean;
}

/** Asks the decisions that the original always answers with no, once for a file. */
export function strictness(run: Run): Strictness {
  return {
    cr: run.rule('cr-refused', false),
    schema: run.rule('schema-checked', false),
    unknown: run.rule('unknown-refused', false),
  };
}

/** What a mutant has against a line that the original reads. */
export function objection(strict: Strictness, file: FileNode, line: Line): Fault | null {
  if (!strict.cr && !strict.schema && !strict.unknown) return null;
  const { bytes } = file;
  const hasCr = line.terminated && line.textTo < line.to - 1;
  const text = textOf(bytes, line.from, Math.min(line.textTo, bytes.length)) ?? '';
  const canonical =
    /^\{"schema":"pi\.session_store_v2\.(segment_frame|offset_index|migration_event)\.v1",/;
  const oddSchema = !canonical.test(text) || /"state":"(?!active")/.test(text);
  if (
    (strict.cr && hasCr) ||
    (strict.schema && oddSchema) ||
    (strict.unknown && hasUnknown(file, line))
  ) {
    return new Fault('json', 'json', 'a mutant refuses this line');
  }
  return null;
}

/** The rows of the index in file order, unverified; none where there is no file. */
export function readIndex(run: Run): readonly Row[] {
  if (!run.rule('index-exists', exists(run.disk, indexPath))) return [];
  const names = {
    readable: 'index-line-readable',
    blank: 'index-line-blank',
    parses: 'index-row-parses',
  } as const;
  return readLines(run, indexPath, { at: rowAt, rules: names });
}

/**
 * The frame that a row names, or null where its segment's file is missing. Nothing but the range is
 * checked.
 */
export function readFrame(run: Run, row: Row): ReadFrame | null {
  const path = segmentPath(row.segmentSeq);
  if (!run.rule('frame-file-exists', exists(run.disk, path))) return null;
  const { size, is } = stat(run.disk, path);
  if (is === 'other') throw osFault('ENXIO');
  const end = row.byteOffset + row.byteLength;
  if (!run.rule('range-fits', end <= u64Max)) throw overflow();
  if (!run.rule('range-inside', end <= BigInt(size))) throw outOfBounds(run, path, { end, size });
  const cap =
    run.handle.maxSegmentBytes > BigInt(run.limits.lineBytes)
      ? run.handle.maxSegmentBytes
      : BigInt(run.limits.lineBytes);
  if (!run.rule('length-allowed', row.byteLength <= cap)) {
    throw sessionFault('frame-too-long', `frame byte length ${row.byteLength} exceeds limit`);
  }
  const read = frameAt(...rangeOf(run, path, row));
  if (!run.rule('frame-parses', !(read instanceof Fault))) {
    throw read instanceof Fault ? read : new Fault('json', 'json', 'no frame');
  }
  return read instanceof Fault ? null : read;
}

/** The file and the range that a row names in it, one LF at the end left out. */
export function rangeOf(
  run: Run,
  path: string,
  row: Row,
): readonly [file: FileNode, from: number, to: number] {
  const file = readFile(run.disk, path);
  if (row.byteLength > BigInt(bufferBytesMax)) throw abortFault(row.byteLength);
  if (row.byteOffset + row.byteLength > BigInt(file.size)) throw unexpectedEof();
  const from = Number(row.byteOffset);
  const to = from + Number(row.byteLength);
  const endsInLf = to > from && to <= file.bytes.length && file.bytes[to - 1] === 0x0a;
  return [file, from, endsInLf ? to - 1 : to];
}

export const overflow = (): Fault =>
  sessionFault('index-range-overflow', 'index byte range overflow');

export function outOfBounds(
  run: Run,
  path: string,
  bounds: { readonly end: bigint; readonly size: number },
): Fault {
  return sessionFault(
    'index-out-of-bounds',
    `index out of bounds for segment ${shown(run, path)}: end=${bounds.end} len=${bounds.size}`,
  );
}
