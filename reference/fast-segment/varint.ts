/** A place in a payload that is being read. */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
  /** True once a number was met that is spelled wider than need be. */
  isWide: boolean;
}

/** Why a payload is no entry. `wantedBytes` is what a length in it asks to be allocated. */
export interface Problem {
  readonly problem: 'short' | 'bad_integer' | 'bad_variant';
  readonly wantedBytes?: bigint;
}

/** Thrown by the readers below and caught by `decodeEntry`: no caller sees it. */
export class NotAnEntry extends Error {
  readonly why: Problem;

  constructor(why: Problem) {
    super(why.problem);
    this.why = why;
  }
}

const tagOf16 = 0xfb;
const tagOf32 = 0xfc;
const tagOf64 = 0xfd;
const most64 = (1n << 64n) - 1n;

/** Bytes of the shortest form of a number below 2^53. */
export function sizeOfNumber(value: number): number {
  if (value < tagOf16) return 1;
  if (value <= 0xffff) return 3;
  return value <= 0xffff_ffff ? 5 : 9;
}

/** Bytes of the shortest form of a u64; a value that is none throws a RangeError. */
export function sizeOfU64(value: bigint): number {
  if (typeof value !== 'bigint' || value < 0n || value > most64)
    throw new RangeError(`${value} is no u64`);
  return value <= 0xffff_ffffn ? sizeOfNumber(Number(value)) : 9;
}

/** Writes the shortest form of a number below 2^32 and answers the place behind it. */
export function writeNumber(into: Buffer, value: number, at: number): number {
  if (value < tagOf16) {
    into[at] = value;
    return at + 1;
  }
  if (value <= 0xffff) {
    into[at] = tagOf16;
    return into.writeUInt16LE(value, at + 1);
  }
  into[at] = tagOf32;
  return into.writeUInt32LE(value, at + 1);
}

/** Writes the shortest form of a u64 and answers the place behind it. */
export function writeU64(into: Buffer, value: bigint, at: number): number {
  if (value <= 0xffff_ffffn) return writeNumber(into, Number(value), at);
  into[at] = tagOf64;
  return into.writeBigUInt64LE(value, at + 1);
}

/** Reads a u32 in any form that is not wider than itself. */
export function readU32(c: Cursor): number {
  const first = c.bytes[take(c, 1)]!;
  if (first < tagOf16) return first;
  if (first !== tagOf16 && first !== tagOf32) throw new NotAnEntry({ problem: 'bad_integer' });
  const isShort = first === tagOf16;
  const value = isShort ? c.bytes.readUInt16LE(take(c, 2)) : c.bytes.readUInt32LE(take(c, 4));
  if (value < (isShort ? tagOf16 : 0x1_0000)) c.isWide = true;
  return value;
}

/** Reads a u64 in any form that is not wider than itself. */
export function readU64(c: Cursor): bigint {
  if (c.bytes[c.at] !== tagOf64) return BigInt(readU32(c));
  c.at += 1;
  const value = c.bytes.readBigUInt64LE(take(c, 8));
  if (value <= 0xffff_ffffn) c.isWide = true;
  return value;
}

/**
 * Reads how many items follow, each of which takes at least one byte of the payload and
 * `itemBytes` in memory.
 */
export function readCount(c: Cursor, itemBytes: number): number {
  const count = readU64(c);
  if (count <= BigInt(c.bytes.length - c.at)) return Number(count);
  throw new NotAnEntry({ problem: 'short', wantedBytes: count * BigInt(itemBytes) });
}

/** Moves on by `length` bytes and answers where they begin. */
export function take(c: Cursor, length: number): number {
  const from = c.at;
  if (from + length > c.bytes.length) throw new NotAnEntry({ problem: 'short' });
  c.at = from + length;
  return from;
}
