import { crc32cHex } from '../../lib/crc32c.ts';
import { JsonError, reprintValue } from '../../lib/json.ts';
import { sha256Hex } from '../../lib/sha256.ts';
import { isWellFormed, utf8Of } from '../../lib/utf8.ts';
import type { Frame, MigrationEvent, Op, Row } from '../ops.ts';
import { append as appendBytes, openToWrite, setLength } from './disk.ts';
import { jsonFault, sessionFault } from './fault.ts';
import { eventLine, frameLine, rowLine } from './records.ts';
import { chainStep, indexPath, ledgerPath, saturating, segmentPath, u64Max } from './run.ts';
import type { Run } from './run.ts';

type AppendOp = Extract<Op, { readonly op: 'append' }>;

/**
 * Appends an entry, asking nothing about its id or its parent (format page, Append in the
 * original), and answers its row.
 */
export function appendEntry(run: Run, op: AppendOp): Row {
  const { handle } = run;
  const payload = printed(op.payload);
  let frame = frameFor(run, op, payload);
  let bytes = frameLine(frame);
  const grown = saturating(handle.currentSegmentBytes, BigInt(bytes.length));
  const rotates = handle.currentSegmentBytes > 0n && grown > handle.maxSegmentBytes;
  if (run.rule('append-rotates', rotates)) {
    // The handle moves on before anything is written, and stays moved where the writing fails.
    if (handle.nextSegmentSeq === u64Max) {
      throw sessionFault('segment-sequence-overflow', 'segment sequence overflow');
    }
    handle.nextSegmentSeq += 1n;
    handle.nextFrameSeq = 1n;
    handle.currentSegmentBytes = 0n;
    frame = frameFor(run, op, payload);
    bytes = frameLine(frame);
  }
  const row = writeBoth(run, frame, bytes);
  handle.chainHash = chainStep(handle.chainHash, frame.payloadSha256);
  handle.totalBytes = saturating(handle.totalBytes, row.byteLength);
  handle.lastEntryId = frame.entryId;
  handle.lastCrc32c = row.crc32c;
  if (handle.nextEntrySeq === u64Max) {
    throw sessionFault('entry-sequence-overflow', 'entry sequence overflow');
  }
  handle.nextEntrySeq += 1n;
  if (handle.nextFrameSeq === u64Max) {
    throw sessionFault('frame-sequence-overflow', 'frame sequence overflow');
  }
  handle.nextFrameSeq += 1n;
  handle.currentSegmentBytes = saturating(handle.currentSegmentBytes, row.byteLength);
  return row;
}

function printed(json: string): string {
  if (!isWellFormed(json)) throw jsonFault('a lone surrogate is no text');
  try {
    return reprintValue(json);
  } catch (error) {
    if (error instanceof JsonError) throw jsonFault(error.message);
    throw error;
  }
}

function frameFor(run: Run, op: AppendOp, payload: string): Frame {
  const bytes = utf8Of(payload);
  return {
    schema: 'pi.session_store_v2.segment_frame.v1',
    segmentSeq: run.handle.nextSegmentSeq,
    frameSeq: run.handle.nextFrameSeq,
    entrySeq: run.handle.nextEntrySeq,
    entryId: op.id,
    parentEntryId: op.parent,
    entryType: op.type,
    timestamp: run.at,
    payloadSha256: sha256Hex(bytes),
    payloadBytes: BigInt(bytes.length),
    payload,
  };
}

/**
 * Writes segment and index; where the index fails, the segment is shortened again to where it
 * ended.
 */
function writeBoth(run: Run, frame: Frame, bytes: Uint8Array): Row {
  const { disk } = run;
  const path = segmentPath(frame.segmentSeq);
  const truncate = run.rule('append-truncates', frame.frameSeq === 1n);
  const before = disk.image.get(path);
  if (truncate && before?.is === 'file' && before.size > 0) {
    run.deeds.push({ did: 'emptied', file: path });
  }
  const segment = openToWrite(disk, path, { create: true, truncate });
  const byteOffset = appendBytes(disk, segment, bytes);
  const row: Row = {
    schema: 'pi.session_store_v2.offset_index.v1',
    entrySeq: frame.entrySeq,
    entryId: frame.entryId,
    segmentSeq: frame.segmentSeq,
    frameSeq: frame.frameSeq,
    byteOffset: BigInt(byteOffset),
    byteLength: BigInt(bytes.length),
    crc32c: crc32cHex(bytes),
    state: 'active',
  };
  try {
    appendLine(run, indexPath, rowLine(row));
  } catch (error) {
    setLength(disk, segment, byteOffset);
    throw error;
  }
  return row;
}

/**
 * Appends a line to a JSONL file, which is made where it is missing; whether the last line ended is
 * not looked at.
 */
export function appendLine(run: Run, path: string, line: Uint8Array): void {
  const file = openToWrite(run.disk, path, { create: true, truncate: false });
  const node = run.disk.image.get(file);
  const last = node?.is === 'file' && node.size > 0 ? (node.bytes[node.size - 1] ?? 0) : 0x0a;
  if (last !== 0x0a) {
    run.deeds.push({ did: 'glued', file: path });
    if (run.rule('append-mends-line', false)) appendBytes(run.disk, file, Uint8Array.of(0x0a));
  }
  appendBytes(run.disk, file, line);
}

/** Appends an event, schema and time filled in where they are empty. */
export function appendEvent(run: Run, event: MigrationEvent): void {
  const schema = event.schema === '' ? 'pi.session_store_v2.migration_event.v1' : event.schema;
  const at = event.at === '' ? run.at : event.at;
  appendLine(run, ledgerPath, eventLine({ ...event, schema, at }));
}
