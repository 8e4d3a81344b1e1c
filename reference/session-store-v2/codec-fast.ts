import { isUtf8 } from 'node:buffer';
import type { Cursor } from '../lib/json.ts';
import { cursorOver, skipValue } from '../lib/json.ts';
import { StoreError } from '../lib/error.ts';
import { schemas } from './codec-records.ts';
import type { Frame, Row } from './types.ts';

// Every line that a store of ours wrote is spelled in one way, so opening one compares fixed bytes
// instead of parsing. Whatever is spelled otherwise answers null here and goes to the tolerant
// reader; nothing is decided here alone.

const spell = (fixed: string): Uint8Array => Buffer.from(fixed);
const F = {
  segmentSeq: spell(`{"schema":"${schemas.frame}","segmentSeq":`),
  frameSeq: spell(',"frameSeq":'),
  entrySeq: spell(',"entrySeq":'),
  entryId: spell(',"entryId":"'),
  parentEntryId: spell(',"parentEntryId":"'),
  entryType: spell(',"entryType":"'),
  timestamp: spell(',"timestamp":"'),
  payloadSha256: spell(',"payloadSha256":"'),
  payloadBytes: spell(',"payloadBytes":'),
  payload: spell(',"payload":'),
} as const;
const R = {
  entrySeq: spell(`{"schema":"${schemas.row}","entrySeq":`),
  entryId: spell(',"entryId":"'),
  segmentSeq: spell(',"segmentSeq":'),
  frameSeq: spell(',"frameSeq":'),
  byteOffset: spell(',"byteOffset":'),
  byteLength: spell(',"byteLength":'),
  crc32c: spell(',"crc32c":"'),
  end: spell(',"state":"active"}'),
} as const;

/** Moves over `fixed`; false where other bytes stand there. */
function pass(c: Cursor, fixed: Uint8Array): boolean {
  const { bytes, at } = c;
  if (at + fixed.length > c.end) return false;
  for (let i = 0; i < fixed.length; i++) if (bytes[at + i] !== fixed[i]) return false;
  c.at = at + fixed.length;
  return true;
}

/** Takes up to 15 digits; -1 where none or more stand there, or a zero leads. */
function digits(c: Cursor): number {
  const { bytes } = c;
  const from = c.at;
  const stop = Math.min(c.end, from + 16);
  let value = 0;
  let at = from;
  for (; at < stop; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  const count = at - from;
  if (count === 0 || count > 15 || (count > 1 && bytes[from] === 0x30)) return -1;
  c.at = at;
  return value;
}

/**
 * Takes a string's characters and its closing quote, if nothing in it is escaped; null otherwise.
 */
function plain(c: Cursor): string | null {
  const { bytes, end } = c;
  const from = c.at;
  let high = 0;
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x22) {
      c.at = at + 1;
      return slice(c, high, from);
    }
    if (byte === 0x5c || byte < 0x20) return null;
    high |= byte;
  }
  return null;
}

function slice(c: Cursor, high: number, from: number): string | null {
  if (high < 0x80) return c.bytes.toString('latin1', from, c.at - 1);
  if (!isUtf8(c.bytes.subarray(from, c.at - 1))) return null;
  return c.bytes.toString('utf8', from, c.at - 1);
}

/**
 * The raw text of the value that the cursor stands on, if no white space stands between its parts;
 * else null.
 */
function payloadOf(c: Cursor): string | null {
  const from = c.at;
  c.high = 0;
  try {
    skipValue(c);
  } catch (error) {
    if (error instanceof StoreError) return null;
    throw error;
  }
  if (c.blanks > 0) return null;
  if (c.high < 0x80) return c.bytes.toString('latin1', from, c.at);
  return isUtf8(c.bytes.subarray(from, c.at)) ? c.bytes.toString('utf8', from, c.at) : null;
}

/**
 * The frame in bytes [from, to) where they are spelled as a store writes them, without LF; else
 * null.
 */
export function scanFrame(bytes: Buffer, from: number, to: number): Frame | null {
  const c = cursorOver(bytes, { from, to });
  if (!pass(c, F.segmentSeq)) return null;
  const segmentSeq = digits(c);
  if (segmentSeq < 0 || !pass(c, F.frameSeq)) return null;
  const frameSeq = digits(c);
  if (frameSeq < 0 || !pass(c, F.entrySeq)) return null;
  const entrySeq = digits(c);
  if (entrySeq < 0 || !pass(c, F.entryId)) return null;
  const entryId = plain(c);
  if (entryId === null) return null;
  const parentEntryId = pass(c, F.parentEntryId) ? plain(c) : undefined;
  if (parentEntryId === null || !pass(c, F.entryType)) return null;
  const entryType = plain(c);
  if (entryType === null || !pass(c, F.timestamp)) return null;
  const timestamp = plain(c);
  if (timestamp === null || !pass(c, F.payloadSha256)) return null;
  const payloadSha256 = plain(c);
  if (payloadSha256 === null || !pass(c, F.payloadBytes)) return null;
  const payloadBytes = digits(c);
  if (payloadBytes < 0 || !pass(c, F.payload)) return null;
  const payload = payloadOf(c);
  if (payload === null || c.at !== to - 1 || bytes[c.at] !== 0x7d) return null;
  return {
    schema: schemas.frame,
    segmentSeq: BigInt(segmentSeq),
    frameSeq: BigInt(frameSeq),
    entrySeq: BigInt(entrySeq),
    entryId,
    parentEntryId: parentEntryId ?? null,
    entryType,
    timestamp,
    payloadSha256,
    payloadBytes: BigInt(payloadBytes),
    payload,
  };
}

/**
 * The index row in bytes [from, to) where they are spelled as a store writes them, without LF; else
 * null.
 */
export function scanRow(bytes: Buffer, from: number, to: number): Row | null {
  const c = cursorOver(bytes, { from, to });
  if (!pass(c, R.entrySeq)) return null;
  const entrySeq = digits(c);
  if (entrySeq < 0 || !pass(c, R.entryId)) return null;
  const entryId = plain(c);
  if (entryId === null || !pass(c, R.segmentSeq)) return null;
  const segmentSeq = digits(c);
  if (segmentSeq < 0 || !pass(c, R.frameSeq)) return null;
  const frameSeq = digits(c);
  if (frameSeq < 0 || !pass(c, R.byteOffset)) return null;
  const byteOffset = digits(c);
  if (byteOffset < 0 || !pass(c, R.byteLength)) return null;
  const byteLength = digits(c);
  if (byteLength < 0 || !pass(c, R.crc32c)) return null;
  const crc32c = plain(c);
  if (crc32c === null || !pass(c, R.end) || c.at !== to) return null;
  return {
    schema: schemas.row,
    entrySeq: BigInt(entrySeq),
    entryId,
    segmentSeq: BigInt(segmentSeq),
    frameSeq: BigInt(frameSeq),
    byteOffset: BigInt(byteOffset),
    byteLength: BigInt(byteLength),
    crc32c,
    state: 'active',
  };
}
