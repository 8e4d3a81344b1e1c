import { readUpTo } from '../lib/bytes.ts';
import type { StoreFs } from '../lib/fs.ts';
import { checkEntry, decodeEntry } from './codec.ts';
import { frameFixedBytes, isRight, lengthBytes } from './frame.ts';
import type { Entry } from './types.ts';

/** The longest payload that a reader takes and `safe` writes. */
export const payloadMost = 64 * 1024 * 1024;

/** A frame that verifies, at [from, to) of its file. */
interface Placed {
  readonly from: number;
  readonly to: number;
  /** False where no writer of ours spells it so, or bytes follow the entry. */
  readonly canonical: boolean;
}

/** A frame that verifies, with its entry. */
export interface Frame extends Placed {
  readonly entry: Entry;
}

/** A part of an open file. */
export interface Range {
  readonly fs: StoreFs;
  readonly fd: number;
  readonly from: number;
  readonly to: number;
}

const windowBytes = 256 * 1024;

/**
 * The frames of a part of a file, one by one, up to its end or to the first that does not verify.
 * What is held at once is a window of 256 KiB or one frame, whichever is more.
 */
export function framesOf(range: Range): Generator<Frame, void> {
  return verified(range, (payload, from, to) => {
    const found = decodeEntry(payload);
    if ('problem' in found) return null;
    return { from, to, entry: found.entry, canonical: found.canonical };
  });
}

/** The same frames without their entries. */
export function placesOf(range: Range): Generator<Placed, void> {
  return verified(range, (payload, from, to) => {
    const found = checkEntry(payload);
    return 'problem' in found ? null : { from, to, canonical: found.canonical };
  });
}

function* verified<T>(
  range: Range,
  frameOf: (payload: Buffer, from: number, to: number) => T | null,
): Generator<T, void> {
  const read = windowOver(range);
  let at = range.from;
  for (;;) {
    const length = payloadLength(read(at, lengthBytes), range.to - at);
    if (length === null) return;
    const to = at + frameFixedBytes + length;
    const frame = read(at, to - at);
    if (frame === null || !isRight(frame)) return;
    const found = frameOf(frame.subarray(lengthBytes, lengthBytes + length), at, to);
    if (found === null) return;
    yield found;
    at = to;
  }
}

/** The length of a payload that may stand in the `left` bytes of its frame, or null. */
function payloadLength(bytes: Buffer | null, left: number): number | null {
  if (bytes === null || bytes.readUInt32LE(4) !== 0) return null;
  const length = bytes.readUInt32LE(0);
  return length <= payloadMost && length + frameFixedBytes <= left ? length : null;
}

/**
 * Reads [at, at + length) of a part of a file, or null where it has fewer bytes. What it answers
 * is overwritten by the next call.
 */
function windowOver({ fs, fd, to }: Range): (at: number, length: number) => Buffer | null {
  let window = Buffer.alloc(0);
  let began = 0;
  return (at, length) => {
    if (at + length > to) return null;
    if (at < began || at + length > began + window.length) {
      const wanted = Math.max(length, Math.min(windowBytes, to - at));
      const bytes = Buffer.allocUnsafe(wanted);
      window = bytes.subarray(0, readUpTo(fs, fd, bytes, at));
      began = at;
    }
    const bytes = window.subarray(at - began, at - began + length);
    return bytes.length === length ? bytes : null;
  };
}
