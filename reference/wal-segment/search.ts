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
  for (let at = from; at + frameFixedBytes <= window.size; at++) {
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

/** Bytes of what could be a frame at `at` by all but its checksum; 0 where nothing could. */
function plausibleBytes(window: Window, at: number, lastSeq: bigint): number {
  const head = window.hold(at, frameFixedBytes);
  if (head < 0) return 0;
  const { bytes } = window;
  // Nearly every byte ends here.
  if ((bytes[head] ?? 0) > 4) return 0;
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
