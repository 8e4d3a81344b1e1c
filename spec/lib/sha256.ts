import { sha256 } from '@noble/hashes/sha2.js';
import { utf8Of } from './utf8.ts';

const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Bytes as lower-case hex. */
export function hexOf(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += digits[byte] ?? '';
  return hex;
}

/**
 * The bytes that hex digits of either case spell, or null where `hex` is not an even number of
 * them.
 */
export function bytesOfHex(hex: string): Uint8Array | null {
  if (hex.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(hex)) return null;
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}

/** SHA-256 of bytes, or of the UTF-8 form of a text, as lower-case hex. */
export function sha256Hex(data: Uint8Array | string): string {
  return hexOf(sha256(typeof data === 'string' ? utf8Of(data) : data));
}
