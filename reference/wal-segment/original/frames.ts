import { crc32c } from '../../lib/crc32c.ts';
import type { StoreFs } from '../../lib/fs.ts';
import { frameFixedBytes, frameLength, headerBytes } from '../format.ts';
import type { Frame } from '../types.ts';
import { bytesAt } from './files.ts';

/** How a segment ends: with its last frame, in the middle of one, or in bytes that are none. */
export type Ending = 'end' | 'truncation' | 'corruption';

/** A reader of a segment's frames, from behind the header on. */
export interface FrameReader {
  /** The next frame, or how the segment ends; that answer stays. */
  next(): Frame | Ending;
}

/** A reader over an open file of `size` bytes. */
export function frameReader(fs: StoreFs, fd: number, size: number): FrameReader {
  let at = headerBytes;
  let ending: Ending | null = null;
  return {
    next() {
      if (ending !== null) return ending;
      const found = frameAt(fs, fd, at, size);
      if (typeof found === 'string') return (ending = found);
      at += frameFixedBytes + found.payload.length;
      return found;
    },
  };
}

/** A length out of bounds is corruption, also where it points behind the end of the file. */
function frameAt(fs: StoreFs, fd: number, at: number, size: number): Frame | Ending {
  if (at >= size) return 'end';
  const lengthField = bytesAt(fs, fd, at, 4);
  if (lengthField.length < 4) return 'truncation';
  const length = lengthField.readUInt32BE(0);
  if (length < frameLength.least || length > frameLength.most) return 'corruption';
  if (at + 4 + length > size) return 'truncation';
  const bytes = bytesAt(fs, fd, at, 4 + length);
  if (crc32c(bytes.subarray(0, length)) !== bytes.readUInt32BE(length)) return 'corruption';
  return {
    seq: bytes.readBigUInt64BE(4),
    at: bytes.readBigUInt64BE(12),
    type: bytes[20] ?? 0,
    payload: Uint8Array.from(bytes.subarray(21, length)),
  };
}
