/**
 * The encoding of entries: bincode 2 in its standard configuration. An unsigned number is one byte
 * below 251, else a byte that says how many little-endian bytes follow; wider spellings than need
 * be are read too.
 */

/** Widths that a first byte of 251 to 254 announces. */
const widths: readonly number[] = [2, 4, 8, 16];
const firstWide = 251;

/** The bytes of an unsigned number below 2^64, as every writer spells it. */
export function varintBytes(value: bigint): readonly number[] {
  if (value < 0n || value >= 1n << 64n) throw new TypeError(`no u64: ${value}`);
  if (value < BigInt(firstWide)) return [Number(value)];
  const sort = value < 1n << 16n ? 0 : value < 1n << 32n ? 1 : 2;
  return wideBytes(value, sort);
}

/** The same number in the wider spelling `sort`: 0 for 2 bytes, 1 for 4, 2 for 8. */
export function wideBytes(value: bigint, sort: number): readonly number[] {
  const bytes = [firstWide + sort];
  for (let i = 0, rest = value; i < (widths[sort] ?? 0); i++, rest >>= 8n) {
    bytes.push(Number(rest & 0xffn));
  }
  return bytes;
}

/** Why bytes are no entry. `claims` is what a length asks to be allocated, in bytes. */
export interface Unreadable {
  readonly why: 'cut_short' | 'bad_number' | 'bad_variant' | 'bad_length';
  readonly claims: bigint;
}

/** Thrown inside the decoder and caught by it. */
export class Undecodable extends Error {
  readonly flaw: Unreadable;

  constructor(why: Unreadable['why'], claims = 0n) {
    super(why);
    this.flaw = { why, claims };
  }
}

/** Reads one value behind the other; `canonical` until a number is spelled wider than need be. */
export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  canonical: boolean;
}

/** An unsigned number that a `bits` wide field holds. */
export function readUint(cursor: Cursor, bits: 32 | 64): bigint {
  const first = byteAt(cursor);
  if (first < firstWide) return BigInt(first);
  const width = widths[first - firstWide] ?? 0;
  if (width === 0 || width * 8 > bits) throw new Undecodable('bad_number');
  let value = 0n;
  for (let i = 0; i < width; i++) value |= BigInt(byteAt(cursor)) << BigInt(8 * i);
  const least = width === 2 ? BigInt(firstWide) : 1n << BigInt(4 * width);
  if (value < least) cursor.canonical = false;
  return value;
}

function byteAt(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at];
  if (byte === undefined) throw new Undecodable('cut_short');
  cursor.at += 1;
  return byte;
}

/**
 * The length of a list whose elements take at least a byte each, and `elementBytes` in memory. One
 * that the bytes left cannot hold is refused before anything is made for it.
 */
function readLength(cursor: Cursor, elementBytes: number): number {
  const length = readUint(cursor, 64);
  if (length > BigInt(cursor.bytes.length - cursor.at)) {
    throw new Undecodable('bad_length', length * BigInt(elementBytes));
  }
  return Number(length);
}

/** A list of u32. */
export function readU32s(cursor: Cursor): readonly number[] {
  const count = readLength(cursor, 4);
  const values: number[] = [];
  for (let i = 0; i < count; i++) values.push(Number(readUint(cursor, 32)));
  return values;
}

/** A list of bytes, as a copy. */
export function readBytes(cursor: Cursor): Uint8Array {
  const length = readLength(cursor, 1);
  cursor.at += length;
  return cursor.bytes.slice(cursor.at - length, cursor.at);
}
