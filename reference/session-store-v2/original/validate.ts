import { crc32cHex } from '../../lib/crc32c.ts';
import { sha256Hex } from '../../lib/sha256.ts';
import { decodeFrame } from '../codec.ts';
import type { Frame, Row } from '../types.ts';
import { asStoreError, isDeath, osText, sessionError } from './errors.ts';
import { bestEffort, opens, segmentPath } from './files.ts';
import type { Handle } from './handle.ts';
import { readIndex, readRow, rowEnd, serde } from './read.ts';

/**
 * Checks every indexed frame and the parent links (format page, Validation); changes nothing,
 * throws the first thing wrong.
 */
export function validate(handle: Handle): void {
  const bySegment = groupRows(readIndex(handle));
  const parents = new Map<string, string | null>();
  for (const [seq, rows] of bySegment) validateSegment(handle, { seq, rows, parents });
  requireParents(parents);
  requireNoCycle(parents);
}

/** True where `validate` finds nothing wrong and can read everything. */
export function isValid(handle: Handle): boolean {
  try {
    validate(handle);
    return true;
  } catch (error) {
    if (isDeath(error)) throw error;
    return false;
  }
}

function groupRows(rows: readonly Row[]): [bigint, Row[]][] {
  const groups = new Map<bigint, Row[]>();
  let previous = 0n;
  for (const row of rows) {
    if (row.entrySeq <= previous) {
      throw sessionError(
        'entry-seq-not-increasing',
        `entry sequence is not strictly increasing at entry_seq=${row.entrySeq}`,
      );
    }
    previous = row.entrySeq;
    const group = groups.get(row.segmentSeq);
    if (group === undefined) groups.set(row.segmentSeq, [row]);
    else group.push(row);
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

interface SegmentRows {
  readonly seq: bigint;
  readonly rows: readonly Row[];
  /** Filled with every entry's parent. */
  readonly parents: Map<string, string | null>;
}

function validateSegment(handle: Handle, { seq, rows, parents }: SegmentRows): void {
  const { fs } = handle.env;
  const path = segmentPath(handle, seq);
  const fd = openOrSay(handle, path);
  try {
    const length = fs.fstatSync(fd).size;
    for (const row of rows) {
      rowEnd(row, path, length);
      const frame = validFrame(row, readRow(handle, fd, row));
      if (parents.has(frame.entryId)) {
        throw sessionError(
          'entry-id-duplicate',
          `duplicate entry_id detected in session store: ${frame.entryId}`,
        );
      }
      parents.set(frame.entryId, frame.parentEntryId);
    }
  } finally {
    bestEffort(() => fs.closeSync(fd));
  }
}

function openOrSay({ env }: Handle, path: string): number {
  try {
    return env.fs.openSync(path, opens.read);
  } catch (error) {
    throw sessionError(
      'segment-unopenable',
      `failed to open segment ${path}: ${osText(asStoreError(error))}`,
    );
  }
}

function validFrame(row: Row, bytes: Buffer): Frame {
  const actual = crc32cHex(bytes);
  if (actual !== row.crc32c) {
    throw sessionError(
      'checksum-mismatch',
      `checksum mismatch for entry_seq=${row.entrySeq} expected=${row.crc32c} actual=${actual}`,
    );
  }
  const { frame } = decodeFrame(bytes, serde);
  const same =
    frame.entrySeq === row.entrySeq &&
    frame.entryId === row.entryId &&
    frame.segmentSeq === row.segmentSeq &&
    frame.frameSeq === row.frameSeq;
  if (!same) {
    throw sessionError('index-frame-mismatch', `index/frame mismatch at entry_seq=${row.entrySeq}`);
  }
  const payload = Buffer.from(frame.payload);
  if (frame.payloadSha256 !== sha256Hex(payload) || frame.payloadBytes !== BigInt(payload.length)) {
    throw sessionError(
      'payload-mismatch',
      `payload integrity mismatch at entry_seq=${row.entrySeq}`,
    );
  }
  return frame;
}

function requireParents(parents: ReadonlyMap<string, string | null>): void {
  for (const [id, parent] of parents) {
    if (parent === null || parents.has(parent)) continue;
    throw sessionError(
      'parent-missing',
      `missing parent entry detected in session store: entry_id=${id} parent_id=${parent}`,
    );
  }
}

/** Walks up from every entry; one that is met again on its own way up lies on a cycle. */
function requireNoCycle(parents: ReadonlyMap<string, string | null>): void {
  const acyclic = new Set<string>();
  for (const start of parents.keys()) {
    const way = new Set<string>();
    for (let id: string | null = start; id !== null && !acyclic.has(id);) {
      if (way.has(id)) {
        throw sessionError(
          'parent-cycle',
          `cyclic parent chain detected in session store at entry_id=${id}`,
        );
      }
      way.add(id);
      id = parents.get(id) ?? null;
    }
    for (const id of way) acyclic.add(id);
  }
}
