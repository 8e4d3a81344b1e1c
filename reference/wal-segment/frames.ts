import { crc32c } from '@node-rs/crc32';
import { frameFixedBytes, frameLength } from './format.ts';
import type { Frame } from './types.ts';
import type { Window } from './window.ts';

/**
 * Goes over the frames of one segment from a byte on. Lengths are bounded by the format and by the
 * bytes that are there before anything is read.
 */
export class Frames {
  readonly window: Window;
  /** Where the next frame begins: behind the last one that verified. */
  end: number;
  /** The frame that `next` came to: its first byte, sequence and type. */
  at: number;
  seq = 0n;
  type = 0;
  #offset = 0;

  constructor(window: Window, from: number) {
    this.window = window;
    this.end = from;
    this.at = from;
  }

  /** Goes to the next frame; false where the bytes at `end` are none. */
  next(): boolean {
    const total = this.#verify(this.end);
    if (total === 0) return false;
    this.at = this.end;
    this.end += total;
    return true;
  }

  /** The frame that `next` came to, with bytes of its own. */
  frame(): Frame {
    const { bytes } = this.window;
    const from = this.#offset;
    const payload = roomFor(this.end - this.at - frameFixedBytes);
    payload.set(bytes.subarray(from + 21, from + 21 + payload.length));
    return { seq: this.seq, at: bytes.readBigUInt64BE(from + 12), type: this.type, payload };
  }

  /** Bytes of the frame that begins at `position`, 0 where none does. */
  #verify(position: number): number {
    const { window } = this;
    const head = window.hold(position, frameFixedBytes);
    if (head < 0) return 0;
    const length = window.bytes.readUInt32BE(head);
    if (length < frameLength.least || length > frameLength.most) return 0;
    const total = length + 4;
    const offset = window.hold(position, total);
    if (offset < 0) return 0;
    const { bytes } = window;
    const crcAt = offset + length;
    if (crc32c(bytes.subarray(offset, crcAt)) !== bytes.readUInt32BE(crcAt)) return 0;
    this.#offset = offset;
    this.seq = bytes.readBigUInt64BE(offset + 4);
    this.type = bytes[offset + 20] ?? 0;
    return total;
  }
}

/** Short payloads share a buffer: making one for each would take longer than all else. */
const slabBytes = 16_384;
let slab = new ArrayBuffer(0);
let used = 0;

function roomFor(length: number): Uint8Array {
  if (length > slabBytes / 8) return new Uint8Array(length);
  if (used + length > slab.byteLength) {
    slab = new ArrayBuffer(slabBytes);
    used = 0;
  }
  used += length;
  return new Uint8Array(slab, used - length, length);
}
