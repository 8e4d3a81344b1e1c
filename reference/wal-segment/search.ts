import { crc32c } from '@node-rs/crc32';
import { frameFixedBytes, frameLength, payloadTypes } from './format.ts';
import type { Window } from './window.ts';

/** Checksums may cost this many times the bytes that are searched, and a MiB. */
const budget = { times: 64, bytes: 1 << 20 } as const;

/**
 * True where some frame that a replay would apply stands at `from` or anywhere behind it: it
 * verifies, and its sequence is above `lastSeq`. Bytes that are made to look like a thousand frames
 * end the search: then there may be one.
 */
export function hasFrameBehind(window: Window, from: number, lastSeq: bigint): boolean {
  let left = budget.times * (window.size - from) + budget.bytes;
  for (let at = nextLength(window, from); at >= 0; at = nextLength(window, at + 1)) {
    const total = plausibleBytes(window, at, lastSeq);
    if (total === 0) continue;
    left -= total;
    if (left < 0) return true;
    const offset = window.hold(at, total);
    if (offset < 0) continue;
    const { bytes } = window;
    const crcAt = offset + total - 4;
    if (crc32c(bytes.subarray(offset, crcAt)) === bytes.readUInt32BE(crcAt)) return true;
  }
  return false;
}

/** The next byte at which a length within bounds could begin, or -1; nearly all bytes end here. */
function nextLength(window: Window, from: number): number {
  const end = window.size - frameFixedBytes + 1;
  for (let at = from; at < end;) {
    const length = Math.min(end - at, 1 << 16);
    const offset = window.hold(at, length + 3);
    if (offset < 0) return -1;
    const { bytes } = window;
    for (let i = offset; i < offset + length; i++) {
      const high = bytes[i] ?? 0;
      const isShort = high === 0 && bytes[i + 1] === 0 && bytes[i + 2] === 0;
      if (high <= 4 && !(isShort && (bytes[i + 3] ?? 0) < frameLength.least))
        return at + i - offset;
    }
    at += length;
  }
  return -1;
}

/** Bytes of what could be a frame at `at` by all but its checksum; 0 where nothing could. */
function plausibleBytes(window: Window, at: number, lastSeq: bigint): number {
  const head = window.hold(at, frameFixedBytes);
  if (head < 0) return 0;
  const { bytes } = window;
  const length = bytes.readUInt32BE(head);
  if (length < frameLength.least || length > frameLength.most) return 0;
  if (at + 4 + length > window.size) return 0;
  if (!payloadTypes.includes(bytes[head + 20] ?? 0)) return 0;
  return bytes.readBigUInt64BE(head + 4) > lastSeq ? length + 4 : 0;
}

/** True where bytes [from, size) are all zero. */
export function isZeros(window: Window, from: number): boolean {
  for (let at = from; at < window.size;) {
    const length = Math.min(window.size - at, 1 << 16);
    const offset = window.hold(at, length);
    if (offset < 0) return false;
    for (let i = offset; i < offset + length; i++) if (window.bytes[i] !== 0) return false;
    at += length;
  }
  return true;
}
