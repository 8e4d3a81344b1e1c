import { isUtf8 } from 'node:buffer';
import { readUpTo } from '../../lib/bytes.ts';
import { isBlank, lineReader } from '../../lib/lines.ts';
import { decodeEvent, decodeFrame, decodeRow } from '../codec.ts';
import type { Frame, MigrationEvent, Row } from '../types.ts';
import { invalidData, outOfMemory, sessionError, unexpectedEof } from './errors.ts';
import { bestEffort, exists, opens, segmentPath, withFile } from './files.ts';
import { U64_MAX } from './handle.ts';
import type { Handle } from './handle.ts';

/** The original takes serde's array form of a record too. */
export const serde = { arrays: true } as const;

/** The text of the reader's error for a line beyond the limit. */
export function tooLong(limitBytes: number): string {
  return `Line length exceeds limit of ${limitBytes} bytes`;
}

/** The text of the reader's error for a line that is not UTF-8. */
export const notUtf8 = 'stream did not contain valid UTF-8';

/** Every line of a file that is not blank, read by `decode`; a missing file has none. */
function readLines<T>(handle: Handle, path: string, decode: (line: Uint8Array) => T): T[] {
  const { env, limits } = handle;
  if (!exists(env.fs, path)) return [];
  return withFile(env.fs, path, opens.read, (fd) => {
    const reader = lineReader(env.fs, fd, limits.lineBytes);
    const found: T[] = [];
    for (let line = reader.next(); line !== null; line = reader.next()) {
      if (line === 'too long') throw invalidData(tooLong(limits.lineBytes));
      if (!isUtf8(line.bytes)) throw invalidData(notUtf8);
      if (!isBlank(line.bytes)) found.push(decode(line.bytes));
    }
    return found;
  });
}

/** All index rows in file order, nothing verified. */
export function readIndex(handle: Handle): Row[] {
  return readLines(handle, handle.paths.index, (line) => decodeRow(line, serde).row);
}

/** All frames of a segment file, indexed or not, nothing verified. */
export function readSegment(handle: Handle, seq: bigint): Frame[] {
  return readLines(handle, segmentPath(handle, seq), (line) => decodeFrame(line, serde).frame);
}

/** All ledger events. */
export function readLedger(handle: Handle): MigrationEvent[] {
  return readLines(handle, handle.paths.ledger, (line) => decodeEvent(line, serde).event);
}

/** The end of a row's byte range in its segment of `length` bytes; throws where it lies outside. */
export function rowEnd(row: Row, path: string, length: number): number {
  const end = row.byteOffset + row.byteLength;
  if (end > U64_MAX) throw sessionError('index-range-overflow', 'index byte range overflow');
  if (end > BigInt(length)) {
    throw sessionError(
      'index-out-of-bounds',
      `index out of bounds for segment ${path}: end=${end} len=${length}`,
    );
  }
  return Number(end);
}

/** The bytes of a row that lies within its file. */
export function readRow(handle: Handle, fd: number, row: Row): Buffer {
  if (row.byteLength > BigInt(handle.limits.allocationBytes)) {
    throw outOfMemory(row.byteLength);
  }
  const bytes = Buffer.alloc(Number(row.byteLength));
  const got = readUpTo(handle.env.fs, fd, bytes, Number(row.byteOffset));
  if (got < bytes.length) throw unexpectedEof();
  return bytes;
}

/**
 * Reads frames by their rows; one segment stays open, with the length that it had when it was
 * opened.
 */
export interface FrameReader {
  /** The frame, unverified; null where the segment file is missing. */
  read(row: Row): Frame | null;
  close(): void;
}

interface OpenSegment {
  readonly seq: bigint;
  readonly path: string;
  readonly fd: number | null;
  readonly length: number;
}

/** A reader for one operation; close it. */
export function frameReader(handle: Handle): FrameReader {
  const { fs } = handle.env;
  let open: OpenSegment | null = null;
  const close = (): void => {
    const fd = open?.fd ?? null;
    open = null;
    if (fd !== null) bestEffort(() => fs.closeSync(fd));
  };
  return {
    close,
    read(row) {
      if (open?.seq !== row.segmentSeq) {
        close();
        open = openSegment(handle, row.segmentSeq);
      }
      if (open.fd === null) return null;
      rowEnd(row, open.path, open.length);
      const cap = BigInt(handle.limits.lineBytes);
      if (row.byteLength > (handle.maxSegmentBytes > cap ? handle.maxSegmentBytes : cap)) {
        throw sessionError('frame-too-long', `frame byte length ${row.byteLength} exceeds limit`);
      }
      return decodeFrame(readRow(handle, open.fd, row), serde).frame;
    },
  };
}

function openSegment(handle: Handle, seq: bigint): OpenSegment {
  const { fs } = handle.env;
  const path = segmentPath(handle, seq);
  if (!exists(fs, path)) return { seq, path, fd: null, length: 0 };
  const fd = fs.openSync(path, opens.read);
  try {
    return { seq, path, fd, length: fs.fstatSync(fd).size };
  } catch (error) {
    bestEffort(() => fs.closeSync(fd));
    throw error;
  }
}

/** The frames of `rows`; those whose segment file is missing are left out without a word. */
export function framesOf(handle: Handle, rows: readonly Row[]): Frame[] {
  const reader = frameReader(handle);
  try {
    return rows.map((row) => reader.read(row)).filter((frame) => frame !== null);
  } finally {
    reader.close();
  }
}

/** The path from the root to `leafId` by parent links; empty where the leaf is not indexed. */
export function activePath(handle: Handle, leafId: string): Frame[] {
  const rows = rowsById(readIndex(handle));
  const reader = frameReader(handle);
  const path: Frame[] = [];
  const visited = new Set<string>();
  try {
    for (let id: string | null = leafId; id !== null;) {
      if (visited.has(id)) throw pathError('path-cycle', `cyclic parent chain detected`, id);
      visited.add(id);
      const row = rows.get(id);
      if (row === undefined && path.length === 0) break;
      if (row === undefined)
        throw pathError('path-parent-missing', 'missing parent entry detected', id);
      const frame = reader.read(row);
      if (frame === null) {
        throw pathError('path-frame-missing', 'index references missing frame', id);
      }
      if (frame.entryId !== row.entryId) {
        throw sessionError(
          'path-frame-mismatch',
          `active path index/frame mismatch for entry_id=${row.entryId} frame=${frame.entryId}`,
        );
      }
      path.push(frame);
      id = frame.parentEntryId;
    }
  } finally {
    reader.close();
  }
  return path.toReversed();
}

function rowsById(rows: readonly Row[]): ReadonlyMap<string, Row> {
  const byId = new Map<string, Row>();
  for (const row of rows) {
    if (byId.has(row.entryId)) {
      throw sessionError(
        'path-id-duplicate',
        `duplicate entry_id detected while reading active path: ${row.entryId}`,
      );
    }
    byId.set(row.entryId, row);
  }
  return byId;
}

function pathError(code: string, what: string, id: string): Error {
  return sessionError(code, `${what} while reading active path at entry_id=${id}`);
}
