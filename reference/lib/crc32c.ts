import { crc32c as crc } from '@node-rs/crc32';

/** CRC-32C (Castagnoli) of `bytes` as an unsigned 32-bit number; `123456789` gives 0xE3069283. */
export function crc32c(bytes: Uint8Array): number {
  return crc(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}

/** CRC-32C of `bytes` as eight upper-case hex digits, the spelling that offset rows use. */
export function crc32cHex(bytes: Uint8Array): string {
  return crc32c(bytes).toString(16).toUpperCase().padStart(8, '0');
}
