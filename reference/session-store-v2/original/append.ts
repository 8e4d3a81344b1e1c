import { writeAll } from '../../lib/bytes.ts';
import { crc32cHex } from '../../lib/crc32c.ts';
import { sha256Hex } from '../../lib/sha256.ts';
import type { Field } from '../../lib/record.ts';
import { rowRecord, schemas } from '../codec-records.ts';
import { chainStep, encodeFrame } from '../codec.ts';
import type { Entry, Frame, Row } from '../types.ts';
import { bufferedLines } from './buffered.ts';
import { sessionError } from './errors.ts';
import { bestEffort, opens, segmentPath, withFile } from './files.ts';
import { saturatingAdd, U64_MAX } from './handle.ts';
import type { Handle, Memory } from './handle.ts';
import { printPayload } from './payload.ts';

const LF = Buffer.from('\n');

/**
 * Appends one entry (format page, Append in the original): the segment first, then the index,
 * nothing synced, nothing about the entry checked.
 */
export function append(handle: Handle, entry: Entry): Row {
  const { memory } = handle;
  const payload = printPayload(entry.payload);
  let { frame, line } = frameFor(handle, entry, payload);
  const size = memory.currentSegmentBytes;
  if (size > 0n && saturatingAdd(size, BigInt(line.length)) > handle.maxSegmentBytes) {
    rotate(memory);
    ({ frame, line } = frameFor(handle, entry, payload));
  }
  const row = withFile(
    handle.env.fs,
    segmentPath(handle, memory.nextSegmentSeq),
    memory.nextFrameSeq === 1n ? opens.replace : opens.create,
    (fd) => write(handle, fd, { frame, line }),
  );
  remember(memory, frame, row);
  return row;
}

interface Encoded {
  readonly frame: Frame;
  readonly line: Buffer;
}

function frameFor({ env, memory }: Handle, entry: Entry, payload: string): Encoded {
  const frame: Frame = {
    schema: schemas.frame,
    segmentSeq: memory.nextSegmentSeq,
    frameSeq: memory.nextFrameSeq,
    entrySeq: memory.nextEntrySeq,
    entryId: entry.id,
    parentEntryId: entry.parent,
    entryType: entry.type,
    timestamp: env.now(),
    payloadSha256: sha256Hex(payload),
    payloadBytes: BigInt(Buffer.byteLength(payload)),
    payload,
  };
  return { frame, line: Buffer.concat([encodeFrame(frame), LF]) };
}

/** Turns to the next segment, in memory alone and for good, whatever becomes of the append. */
function rotate(memory: Memory): void {
  if (memory.nextSegmentSeq === U64_MAX) {
    throw sessionError('segment-sequence-overflow', 'segment sequence overflow');
  }
  memory.nextSegmentSeq += 1n;
  memory.nextFrameSeq = 1n;
  memory.currentSegmentBytes = 0n;
}

/**
 * Writes the line to the open segment and its row to the index; cuts the line off again where
 * either fails.
 */
function write(handle: Handle, fd: number, { frame, line }: Encoded): Row {
  const { fs } = handle.env;
  const byteOffset = fs.fstatSync(fd).size;
  try {
    writeAll(fs, fd, line, byteOffset);
    const row: Row = {
      schema: schemas.row,
      entrySeq: frame.entrySeq,
      entryId: frame.entryId,
      segmentSeq: frame.segmentSeq,
      frameSeq: frame.frameSeq,
      byteOffset: BigInt(byteOffset),
      byteLength: BigInt(line.length),
      crc32c: crc32cHex(line),
      state: 'active',
    };
    appendJsonLine(handle, handle.paths.index, { field: rowRecord, value: row });
    return row;
  } catch (error) {
    bestEffort(() => fs.ftruncateSync(fd, byteOffset));
    throw error;
  }
}

/**
 * Appends one record as a line through the 8 KiB buffer, not synced. After a failed write the
 * buffer is written once more when it is dropped, so a line can land although the call failed.
 */
export function appendJsonLine<T>(
  { env: { fs } }: Handle,
  path: string,
  record: { readonly field: Field<T>; readonly value: T },
): void {
  withFile(fs, path, opens.append, (fd) => {
    const lines = bufferedLines(fs, fd);
    try {
      lines.json(record.field.print(record.value, null));
      lines.endLine();
      lines.flush();
    } finally {
      lines.drop();
    }
  });
}

/** What an append leaves in memory. The overflows come after both files are written. */
function remember(memory: Memory, frame: Frame, row: Row): void {
  memory.chainHash = chainStep(memory.chainHash, frame.payloadSha256);
  memory.totalBytes = saturatingAdd(memory.totalBytes, row.byteLength);
  memory.lastEntryId = frame.entryId;
  memory.lastCrc32c = row.crc32c;
  if (memory.nextEntrySeq === U64_MAX) {
    throw sessionError('entry-sequence-overflow', 'entry sequence overflow');
  }
  memory.nextEntrySeq += 1n;
  if (memory.nextFrameSeq === U64_MAX) {
    throw sessionError('frame-sequence-overflow', 'frame sequence overflow');
  }
  memory.nextFrameSeq += 1n;
  memory.currentSegmentBytes = saturatingAdd(memory.currentSegmentBytes, row.byteLength);
}
