import { blake3 } from '../lib/blake3.ts';
import { payloadSize, writePayload } from './codec.ts';
import type { Entry } from './types.ts';

/** What a file begins with. */
export const magic = Buffer.from('IDB_FST\0', 'latin1');
/** Magic and committed length. */
export const headerBytes = 16;
/** Where the committed length stands. */
export const committedAt = 8;
/** The length before a payload. */
export const lengthBytes = 8;
/** The BLAKE3 behind it. */
export const hashBytes = 32;
/** What a frame adds to its payload. */
export const frameFixedBytes = lengthBytes + hashBytes;

/** A u64 as it stands in the file. */
export function u64Bytes(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** The whole header of a file whose committed bytes end at `committed`. */
export function headerOf(committed: bigint): Buffer {
  return Buffer.concat([magic, u64Bytes(committed)]);
}

/** The frame of an entry: length, payload, hash. Throws `StoreError` (`entry_invalid`). */
export function frameOf(entry: Entry): Buffer {
  const length = payloadSize(entry);
  const frame = Buffer.allocUnsafe(frameFixedBytes + length);
  frame.writeBigUInt64LE(BigInt(length));
  const end = writePayload(frame, entry, lengthBytes);
  frame.set(hashOf(frame.subarray(lengthBytes, end)), end);
  return frame;
}

/** The 32 bytes that follow a payload. */
export function hashOf(payload: Uint8Array): Uint8Array {
  return blake3(payload);
}

/** Whether a frame, given whole, ends with the hash of its payload. */
export function isRight(frame: Uint8Array): boolean {
  const hashAt = frame.length - hashBytes;
  const hash = blake3(frame.subarray(lengthBytes, hashAt));
  // A view of so few bytes costs more than a loop over them.
  for (let i = 0; i < hashBytes; i++) if (frame[hashAt + i] !== hash[i]) return false;
  return true;
}
