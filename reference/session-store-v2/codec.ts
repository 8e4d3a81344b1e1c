import { asBuffer, sameBytes } from '../lib/bytes.ts';
import { cursorOver, jsonError, peek } from '../lib/json.ts';
import type { Cursor } from '../lib/json.ts';
import type { Field } from '../lib/record.ts';
import { readWhole } from '../lib/record.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { scanFrame, scanRow } from './codec-fast.ts';
import {
  checkpointRecord,
  eventRecord,
  frameRecord,
  manifestRecord,
  rowRecord,
  schemas,
} from './codec-records.ts';
import type { Checkpoint, Frame, Manifest, MigrationEvent, Row } from './types.ts';

/**
 * `arrays`: whether a record may also stand as an array of its values in order, as serde allows.
 */
export interface Reading {
  readonly arrays: boolean;
}

/** The chain hash of no entries. */
export const genesisChain = '0'.repeat(64);

/**
 * The chain hash after an entry: SHA-256 over the 128 ASCII digits of the chain before and of the
 * payload's hash.
 */
export function chainStep(chain: string, payloadSha256: string): string {
  return sha256Hex(chain + payloadSha256);
}

/** A segment line without its LF; `payload` goes in as it stands. */
export function encodeFrame(frame: Frame): Buffer {
  return Buffer.from(frameRecord.print(frame, null));
}

/** An index line without its LF. */
export function encodeRow(row: Row): Buffer {
  return Buffer.from(rowRecord.print(row, null));
}

/** A ledger line without its LF. */
export function encodeEvent(event: MigrationEvent): Buffer {
  return Buffer.from(eventRecord.print(event, null));
}

/** The bytes of a checkpoint file: indented by two, no LF at the end. */
export function encodeCheckpoint(checkpoint: Checkpoint): Buffer {
  return Buffer.from(checkpointRecord.print(checkpoint, ''));
}

/** The bytes of the manifest file: indented by two, no LF at the end. */
export function encodeManifest(manifest: Manifest): Buffer {
  return Buffer.from(manifestRecord.print(manifest, ''));
}

/** SHA-256 of the manifest's compact form with an empty `manifestHash`. */
export function manifestHash(manifest: Manifest): string {
  const integrity = { ...manifest.integrity, manifestHash: '' };
  return sha256Hex(manifestRecord.print({ ...manifest, integrity }, null));
}

/**
 * Reads a segment line with or without its terminator. `canonical` says that a store writes just
 * these bytes for this frame: the known schema, members in order, no white space outside strings.
 * Bytes of an unknown member's value are not checked to be UTF-8, as in the original when it reads
 * a frame by its index row. Throws `json`.
 */
export function decodeFrame(
  line: Uint8Array,
  reading: Reading,
): { readonly frame: Frame; readonly canonical: boolean } {
  const bytes = asBuffer(line);
  const scan = scanFrame(bytes, 0, bytes.length);
  if (scan !== null) return { frame: scan, canonical: true };
  const c = cursorOver(bytes, reading);
  const frame = readToEnd(c, frameRecord);
  const known = frame.schema === schemas.frame && c.blanks === 0;
  return { frame, canonical: known && sameBytes(encodeFrame(frame), bytes) };
}

/**
 * Reads an index line; `canonical` as for frames, with the known `state` as well. Throws `json`.
 */
export function decodeRow(
  line: Uint8Array,
  reading: Reading,
): { readonly row: Row; readonly canonical: boolean } {
  const bytes = asBuffer(line);
  const scan = scanRow(bytes, 0, bytes.length);
  if (scan !== null) return { row: scan, canonical: true };
  const row = readToEnd(cursorOver(bytes, reading), rowRecord);
  const known = row.schema === schemas.row && row.state === 'active';
  return { row, canonical: known && sameBytes(encodeRow(row), bytes) };
}

/**
 * Reads a ledger line. Throws `json`. Here and below `canonical` is worked out when it is asked
 * for: opening a store reads these records and has no use for it.
 */
export function decodeEvent(
  line: Uint8Array,
  reading: Reading,
): { readonly event: MigrationEvent; readonly canonical: boolean } {
  const event = readWhole(eventRecord, line, reading);
  const known = event.schema === schemas.event;
  return {
    event,
    get canonical() {
      return known && sameBytes(encodeEvent(event), line);
    },
  };
}

/** Reads a checkpoint file; nothing in it is verified. Throws `json`. */
export function decodeCheckpoint(
  bytes: Uint8Array,
  reading: Reading,
): { readonly checkpoint: Checkpoint; readonly canonical: boolean } {
  const checkpoint = readWhole(checkpointRecord, bytes, reading);
  const known = checkpoint.schema === schemas.checkpoint;
  return {
    checkpoint,
    get canonical() {
      return known && sameBytes(encodeCheckpoint(checkpoint), bytes);
    },
  };
}

/** Reads a manifest file; nothing in it is verified. Throws `json`. */
export function decodeManifest(
  bytes: Uint8Array,
  reading: Reading,
): { readonly manifest: Manifest; readonly canonical: boolean } {
  const manifest = readWhole(manifestRecord, bytes, reading);
  const known = manifest.schema === schemas.manifest;
  return {
    manifest,
    get canonical() {
      return known && sameBytes(encodeManifest(manifest), bytes);
    },
  };
}

function readToEnd<T>(c: Cursor, field: Field<T>): T {
  const value = field.read(c);
  if (peek(c) !== -1) jsonError(c, 'something follows the record');
  return value;
}
