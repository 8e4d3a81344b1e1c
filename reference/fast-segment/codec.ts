import { isUint8Array } from 'node:util/types';
import { StoreError } from '../lib/error.ts';
import type { Entry } from './types.ts';
import type { Cursor, Problem } from './varint.ts';
import {
  NotAnEntry,
  readCount,
  readU32,
  readU64,
  sizeOfNumber,
  sizeOfU64,
  take,
  writeNumber,
  writeU64,
} from './varint.ts';

/** What stands first in a payload, by the kind of entry. */
const variants = [
  'write',
  'tombstone',
  'sealed',
  'checkpoint',
] as const satisfies readonly Entry['t'][];

/** Bytes of the one form in which we write an entry. Throws `StoreError` (`entry_invalid`). */
export function payloadSize(entry: Entry): number {
  try {
    return 1 + sizeOfMembers(entry);
  } catch (error) {
    throw new StoreError('entry_invalid', `no such entry: ${String(error)}`, { cause: error });
  }
}

function sizeOfMembers(entry: Entry): number {
  switch (entry.t) {
    case 'write': {
      const { data } = entry;
      if (!isUint8Array(data)) throw new RangeError('data is no Uint8Array');
      return (
        addressSize(entry) + sizeOfU64(entry.revision) + sizeOfNumber(data.length) + data.length
      );
    }
    case 'tombstone':
      return addressSize(entry) + sizeOfU64(entry.revision);
    case 'sealed':
      return sizeOfU64(entry.block) + sizeOfU64(entry.space) + sizeOfU64(entry.snapshot);
    case 'checkpoint':
      return sizeOfU64(entry.revision);
    default:
      throw new RangeError('no such kind of entry');
  }
}

type Address = Pick<Extract<Entry, { t: 'tombstone' }>, 'space' | 'coords'>;

function addressSize({ space, coords }: Address): number {
  let size = sizeOfU64(space) + sizeOfNumber(coords.length);
  for (const coord of coords) {
    if (coord >>> 0 !== coord) throw new RangeError(`${coord} is no u32`);
    size += sizeOfNumber(coord);
  }
  return size;
}

/** Writes an entry at `at`, for which `payloadSize` has made room; answers the place behind it. */
export function writePayload(into: Buffer, entry: Entry, at: number): number {
  into[at] = variants.indexOf(entry.t);
  switch (entry.t) {
    case 'write': {
      const revised = writeU64(into, entry.revision, writeAddress(into, entry, at + 1));
      const counted = writeNumber(into, entry.data.length, revised);
      into.set(entry.data, counted);
      return counted + entry.data.length;
    }
    case 'tombstone':
      return writeU64(into, entry.revision, writeAddress(into, entry, at + 1));
    case 'sealed': {
      const spaced = writeU64(into, entry.space, writeU64(into, entry.block, at + 1));
      return writeU64(into, entry.snapshot, spaced);
    }
    case 'checkpoint':
      return writeU64(into, entry.revision, at + 1);
  }
}

function writeAddress(into: Buffer, { space, coords }: Address, at: number): number {
  let end = writeNumber(into, coords.length, writeU64(into, space, at));
  for (const coord of coords) end = writeNumber(into, coord, end);
  return end;
}

/** An entry, and whether a payload holds just that in the one form in which we write it. */
export interface Decoded {
  readonly entry: Entry;
  readonly canonical: boolean;
}

/**
 * Reads the entry that a payload begins with, whatever forms its numbers have. Its data is a copy.
 * Nothing is allocated for a length that the payload does not hold.
 */
export function decodeEntry(bytes: Buffer): Decoded | Problem {
  const c: Cursor = { bytes, at: 0, isWide: false };
  try {
    const entry = readEntry(c);
    return { entry, canonical: isCanonical(c) };
  } catch (error) {
    return problemOf(error);
  }
}

/** The same without the entry: nothing is built, however many coordinates it has. */
export function checkEntry(bytes: Buffer): Pick<Decoded, 'canonical'> | Problem {
  const c: Cursor = { bytes, at: 0, isWide: false };
  try {
    passEntry(c);
    return { canonical: isCanonical(c) };
  } catch (error) {
    return problemOf(error);
  }
}

const isCanonical = ({ bytes, at, isWide }: Cursor): boolean => !isWide && at === bytes.length;

function problemOf(error: unknown): Problem {
  if (error instanceof NotAnEntry) return error.why;
  throw error;
}

function passEntry(c: Cursor): void {
  const t = variants[readU32(c)];
  if (t === undefined) throw new NotAnEntry({ problem: 'bad_variant' });
  if (t === 'write' || t === 'tombstone') {
    readU64(c);
    for (let left = readCount(c, 4); left > 0; left--) readU32(c);
  }
  const numbers = t === 'sealed' ? 3 : 1;
  for (let i = 0; i < numbers; i++) readU64(c);
  if (t === 'write') take(c, readCount(c, 1));
}

function readEntry(c: Cursor): Entry {
  const t = variants[readU32(c)];
  switch (t) {
    case 'write': {
      const { space, coords } = readAddress(c);
      const revision = readU64(c);
      const length = readCount(c, 1);
      const from = take(c, length);
      const data = new Uint8Array(length);
      data.set(c.bytes.subarray(from, from + length));
      return { t, space, coords, revision, data };
    }
    case 'tombstone': {
      const { space, coords } = readAddress(c);
      return { t, space, coords, revision: readU64(c) };
    }
    case 'sealed':
      return { t, block: readU64(c), space: readU64(c), snapshot: readU64(c) };
    case 'checkpoint':
      return { t, revision: readU64(c) };
    default:
      throw new NotAnEntry({ problem: 'bad_variant' });
  }
}

function readAddress(c: Cursor): Address {
  const space = readU64(c);
  const count = readCount(c, 4);
  const coords: number[] = [];
  for (let left = count; left > 0; left--) coords.push(readU32(c));
  return { space, coords };
}
