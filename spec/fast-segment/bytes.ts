import { blake3 } from '@noble/hashes/blake3.js';
import type { Key } from '../lib/judge.ts';
import { encodeBinary } from '../lib/layout-binary.ts';
import { hexOf, sha256Hex } from '../lib/sha256.ts';
import { readBytes, readU32s, readUint, Undecodable, varintBytes } from './bincode.ts';
import type { Cursor, Unreadable } from './bincode.ts';
import * as layout from './layout.ts';
import type { Address, Entry } from './ops.ts';

/** The payload of an entry. Throws a TypeError where a number does not fit its field. */
export function encodeEntry(entry: Entry): Uint8Array {
  switch (entry.t) {
    case 'write': {
      const { revision, data } = entry;
      const front = [0, ...addressBytes(entry), ...varintBytes(revision)];
      const length = varintBytes(BigInt(data.length));
      const bytes = new Uint8Array(front.length + length.length + data.length);
      bytes.set(front);
      bytes.set(length, front.length);
      bytes.set(data, front.length + length.length);
      return bytes;
    }
    case 'tombstone':
      return Uint8Array.from([1, ...addressBytes(entry), ...varintBytes(entry.revision)]);
    case 'sealed': {
      const { block, space, snapshot } = entry;
      return Uint8Array.from([2, ...[block, space, snapshot].flatMap(varintBytes)]);
    }
    case 'checkpoint':
      return Uint8Array.from([3, ...varintBytes(entry.revision)]);
  }
}

function addressBytes({ space, coords }: Address): readonly number[] {
  if (!coords.every((c) => Number.isInteger(c) && c >= 0 && c < 2 ** 32)) {
    throw new TypeError(`no u32 among ${coords.join(', ')}`);
  }
  return [
    ...varintBytes(space),
    ...varintBytes(BigInt(coords.length)),
    ...coords.flatMap((c) => varintBytes(BigInt(c))),
  ];
}

/**
 * An entry at the beginning of bytes. `end` is where it ends: what follows is ignored by readers.
 * `canonical` is false where a number is spelled wider than need be.
 */
export interface Read {
  readonly entry: Entry;
  readonly end: number;
  readonly canonical: boolean;
}

/** The entry that a payload begins with, or why it is none; nothing is made by what it claims. */
export function decodeEntry(bytes: Uint8Array): Read | Unreadable {
  const cursor: Cursor = { bytes, at: 0, canonical: true };
  try {
    const entry = readEntry(cursor);
    return { entry, end: cursor.at, canonical: cursor.canonical };
  } catch (error) {
    if (error instanceof Undecodable) return error.flaw;
    throw error;
  }
}

function readEntry(cursor: Cursor): Entry {
  const variant = readUint(cursor, 32);
  if (variant === 0n || variant === 1n) {
    const space = readUint(cursor, 64);
    const coords = readU32s(cursor);
    const revision = readUint(cursor, 64);
    if (variant === 1n) return { t: 'tombstone', space, coords, revision };
    return { t: 'write', space, coords, revision, data: readBytes(cursor) };
  }
  if (variant === 2n) {
    const block = readUint(cursor, 64);
    const space = readUint(cursor, 64);
    return { t: 'sealed', block, space, snapshot: readUint(cursor, 64) };
  }
  if (variant === 3n) return { t: 'checkpoint', revision: readUint(cursor, 64) };
  throw new Undecodable('bad_variant');
}

/** The frame of an entry. Throws a TypeError where a number does not fit its field. */
export function frameBytes(entry: Entry): Uint8Array {
  return framed(encodeEntry(entry));
}

/** The frame of any payload. */
export function framed(payload: Uint8Array): Uint8Array {
  return encodeBinary(layout.frame, { payload });
}

/** The 16 bytes of a header that publishes `committed`. */
export function headerOf(committed: bigint): Uint8Array {
  return encodeBinary(layout.header, { committedLength: committed });
}

/** BLAKE3 of bytes. */
export const hashOf = (bytes: Uint8Array): Uint8Array => blake3(bytes);

const plainBytesMost = 48;

/**
 * The identity of an entry, as its payload is written; data is shown as it is where it is short
 * and printable.
 */
export function keyOf(entry: Entry): Key {
  let key = keys.get(entry);
  if (key === undefined) keys.set(entry, (key = written(entry)));
  return key;
}

const keys = new WeakMap<Entry, Key>();

function written(entry: Entry): Key {
  if (entry.t === 'checkpoint') return `checkpoint r${entry.revision}`;
  if (entry.t === 'sealed') {
    return `block ${entry.block} sealed in space ${entry.space}, snapshot ${entry.snapshot}`;
  }
  const place = `${entry.space}:[${entry.coords.join(',')}] r${entry.revision}`;
  return entry.t === 'tombstone' ? `tombstone ${place}` : `write ${place} ${dataText(entry.data)}`;
}

function dataText(data: Uint8Array): string {
  if (data.length > plainBytesMost) return `${data.length} bytes sha256:${sha256Hex(data)}`;
  const isPlain = data.every((byte) => byte >= 0x20 && byte < 0x7f && byte !== 0x27);
  return isPlain ? `'${String.fromCharCode(...data)}'` : `0x${hexOf(data)}`;
}

/** A key as a person recognises its entry: without the digits of a hash. */
export function keyText(key: Key): string {
  return key.replace(/ sha256:([0-9a-f]{8})[0-9a-f]+$/, ' $1…');
}
