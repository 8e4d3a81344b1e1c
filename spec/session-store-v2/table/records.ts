import {
  JsonError,
  flag,
  object,
  optionalText,
  parseJson,
  raw,
  text,
  u64,
  u8,
} from '../../lib/json.ts';
import { writeCompact, writePretty } from '../../lib/json.ts';
import type { Field, Members } from '../../lib/json.ts';
import { sha256Hex } from '../../lib/sha256.ts';
import { textOf } from '../../lib/utf8.ts';
import { utf8Of } from '../../lib/utf8.ts';
import type { Checkpoint, Frame, Manifest, MigrationEvent, Row } from '../ops.ts';
import { invalidData, jsonFault } from './fault.ts';
import { boundedMemo } from './memo.ts';

// The original also reads every object as a positional array (notes 1.2).
const positional = { positional: true };

const frameField = object(
  {
    schema: text, segmentSeq: u64, frameSeq: u64, entrySeq: u64, entryId: text, parentEntryId: optionalText,
    entryType: text, timestamp: text, payloadSha256: text, payloadBytes: u64, payload: raw,
  },
  positional,
); // prettier-ignore

const rowField: Field<Row> = object(
  {
    schema: text, entrySeq: u64, entryId: text, segmentSeq: u64, frameSeq: u64, byteOffset: u64, byteLength: u64,
    crc32c: text, state: text,
  },
  positional,
); // prettier-ignore

const checkpointField: Field<Checkpoint> = object(
  {
    schema: text, checkpointSeq: u64, at: text, headEntrySeq: u64, headEntryId: text, snapshotRef: text,
    compactedBeforeEntrySeq: u64, chainHash: text, reason: text,
  },
  positional,
); // prettier-ignore

const manifestField: Field<Manifest> = object<Manifest>(
  {
    schema: text, storeVersion: u8, sessionId: text, sourceFormat: text, createdAt: text, updatedAt: text,
    head: object({ segmentSeq: u64, entrySeq: u64, entryId: text }, positional),
    counters: object(
      { entriesTotal: u64, messagesTotal: u64, branchesTotal: u64, compactionsTotal: u64, bytesTotal: u64 },
      positional,
    ),
    files: object(
      { segmentDir: text, segmentCount: u64, indexPath: text, checkpointDir: text, migrationLedgerPath: text },
      positional,
    ),
    integrity: object({ chainHash: text, manifestHash: text, lastCrc32c: text }, positional),
    invariants: object(
      {
        parentLinksClosed: flag, monotonicEntrySeq: flag, monotonicSegmentSeq: flag, indexWithinSegmentBounds: flag,
        branchHeadsIndexed: flag, checkpointsMonotonic: flag, hashChainValid: flag,
      },
      positional,
    ),
  },
  positional,
); // prettier-ignore

const eventField: Field<MigrationEvent> = object<MigrationEvent>(
  {
    schema: text, migrationId: text, phase: text, at: text, sourcePath: text, targetPath: text, sourceFormat: text,
    targetFormat: text,
    verification: object({ entryCountMatch: flag, hashChainMatch: flag, indexConsistent: flag }, positional),
    outcome: text, errorClass: optionalText, correlationId: text,
  },
  positional,
); // prettier-ignore

/** A frame with what only its bytes tell: whether hash and length of the payload's text are as it says. */
export interface ReadFrame {
  readonly frame: Frame;
  readonly payloadSha256: string;
  readonly payloadBytes: number;
}

const hashes = boundedMemo<string>();

/** The frame in bytes [from, to), without LF. Throws a fault of category json. */
export function frameOf(bytes: Uint8Array, from: number, to: number): ReadFrame {
  const read = orFault(() => parseJson(frameField, bytes, from, to));
  const { text: payload, from: payloadFrom, to: payloadTo } = read.payload;
  return {
    frame: Object.assign(read, { payload }),
    payloadBytes: payloadTo - payloadFrom,
    // By text, since a frame may outlive the bytes that it was read from.
    get payloadSha256(): string {
      return hashes(payload, () => sha256Hex(payload));
    },
  };
}

/** The index row in bytes [from, to). Throws a fault of category json; so do the readers below. */
export const rowOf = (bytes: Uint8Array, from: number, to: number): Row =>
  orFault(() => parseJson(rowField, bytes, from, to));

export const eventOf = (bytes: Uint8Array, from: number, to: number): MigrationEvent =>
  orFault(() => parseJson(eventField, bytes, from, to));

/** A whole file that must be text; throws `io-invalid-data` where it is not. */
export function checkpointOf(bytes: Uint8Array): Checkpoint {
  return wholeFile(checkpointField, bytes);
}

/** As `checkpointOf`. */
export function manifestOf(bytes: Uint8Array): Manifest {
  return wholeFile(manifestField, bytes);
}

function wholeFile<T>(field: Field<T>, bytes: Uint8Array): T {
  if (textOf(bytes) === null) throw invalidData('stream did not contain valid UTF-8');
  return orFault(() => parseJson(field, bytes));
}

function orFault<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof JsonError) throw jsonFault(error.message);
    throw error;
  }
}

/** A frame's line with its LF. */
export function frameLine(f: Frame): Uint8Array {
  return line([
    ['schema', f.schema], ['segmentSeq', f.segmentSeq], ['frameSeq', f.frameSeq], ['entrySeq', f.entrySeq],
    ['entryId', f.entryId], ['parentEntryId', f.parentEntryId ?? undefined], ['entryType', f.entryType],
    ['timestamp', f.timestamp], ['payloadSha256', f.payloadSha256], ['payloadBytes', f.payloadBytes],
    ['payload', { raw: f.payload }],
  ]); // prettier-ignore
}

/** An index row's line with its LF. */
export function rowLine(r: Row): Uint8Array {
  return line([
    ['schema', r.schema], ['entrySeq', r.entrySeq], ['entryId', r.entryId], ['segmentSeq', r.segmentSeq],
    ['frameSeq', r.frameSeq], ['byteOffset', r.byteOffset], ['byteLength', r.byteLength], ['crc32c', r.crc32c],
    ['state', r.state],
  ]); // prettier-ignore
}

/** A ledger line with its LF. */
export function eventLine(e: MigrationEvent): Uint8Array {
  const { entryCountMatch, hashChainMatch, indexConsistent } = e.verification;
  return line([
    ['schema', e.schema], ['migrationId', e.migrationId], ['phase', e.phase], ['at', e.at],
    ['sourcePath', e.sourcePath], ['targetPath', e.targetPath], ['sourceFormat', e.sourceFormat],
    ['targetFormat', e.targetFormat],
    ['verification', Object.entries({ entryCountMatch, hashChainMatch, indexConsistent })],
    ['outcome', e.outcome], ['errorClass', e.errorClass ?? undefined], ['correlationId', e.correlationId],
  ]); // prettier-ignore
}

/** A checkpoint's file. */
export function checkpointFile(c: Checkpoint): Uint8Array {
  return utf8Of(
    writePretty([
      ['schema', c.schema], ['checkpointSeq', c.checkpointSeq], ['at', c.at], ['headEntrySeq', c.headEntrySeq],
      ['headEntryId', c.headEntryId], ['snapshotRef', c.snapshotRef],
      ['compactedBeforeEntrySeq', c.compactedBeforeEntrySeq], ['chainHash', c.chainHash], ['reason', c.reason],
    ]),
  ); // prettier-ignore
}

/** A manifest's file. */
export const manifestFile = (m: Manifest): Uint8Array => utf8Of(writePretty(manifestMembers(m)));

/** The hash of a manifest: over its compact form with an empty `manifestHash`. */
export function manifestHash(m: Manifest): string {
  const integrity = { ...m.integrity, manifestHash: '' };
  return sha256Hex(writeCompact(manifestMembers({ ...m, integrity })));
}

function manifestMembers(m: Manifest): Members {
  const { head: h, counters: c, files: f, integrity: i, invariants: v } = m;
  return [
    ['schema', m.schema], ['storeVersion', m.storeVersion], ['sessionId', m.sessionId],
    ['sourceFormat', m.sourceFormat], ['createdAt', m.createdAt], ['updatedAt', m.updatedAt],
    ['head', [['segmentSeq', h.segmentSeq], ['entrySeq', h.entrySeq], ['entryId', h.entryId]]],
    ['counters', [
      ['entriesTotal', c.entriesTotal], ['messagesTotal', c.messagesTotal], ['branchesTotal', c.branchesTotal],
      ['compactionsTotal', c.compactionsTotal], ['bytesTotal', c.bytesTotal],
    ]],
    ['files', [
      ['segmentDir', f.segmentDir], ['segmentCount', f.segmentCount], ['indexPath', f.indexPath],
      ['checkpointDir', f.checkpointDir], ['migrationLedgerPath', f.migrationLedgerPath],
    ]],
    ['integrity', [
      ['chainHash', i.chainHash], ['manifestHash', i.manifestHash], ['lastCrc32c', i.lastCrc32c],
    ]],
    ['invariants', [
      ['parentLinksClosed', v.parentLinksClosed], ['monotonicEntrySeq', v.monotonicEntrySeq],
      ['monotonicSegmentSeq', v.monotonicSegmentSeq], ['indexWithinSegmentBounds', v.indexWithinSegmentBounds],
      ['branchHeadsIndexed', v.branchHeadsIndexed], ['checkpointsMonotonic', v.checkpointsMonotonic],
      ['hashChainValid', v.hashChainValid],
    ]],
  ]; // prettier-ignore
}

function line(members: Members): Uint8Array {
  return utf8Of(`${writeCompact(members)}\n`);
}
