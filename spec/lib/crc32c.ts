const polynomial = 0x82f63b78; // Castagnoli, reflected

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  return crc;
});

/** CRC-32C of bytes [from, to) as an unsigned 32-bit number. */
export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = 0xffffffff;
  for (let i = from; i < to; i++) {
    crc = (table[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** CRC-32C of bytes [from, to) as session-store-v2 writes it: eight upper-case hex digits. */
export function crc32cHex(bytes: Uint8Array, from = 0, to = bytes.length): string {
  return crc32c(bytes, from, to).toString(16).toUpperCase().padStart(8, '0');
}
