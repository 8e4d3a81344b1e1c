const hexByte = /^[0-9a-f]{2}$/;
const backslash = 0x5c;
const letterX = 0x78;

/**
 * A file name's bytes as text: valid UTF-8 as it stands, any other byte as `\xNN`. A backslash that
 * would read as such an escape is written `\x5c`, so no two names share a text.
 */
export function nameOfBytes(bytes: Uint8Array): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0 || looksEscaped(bytes, at)) {
      text += `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
      at += 1;
    } else {
      text += Buffer.from(bytes.subarray(at, at + length)).toString('utf8');
      at += length;
    }
  }
  return text;
}

/** The bytes of a name or path that `nameOfBytes` wrote. */
export function bytesOfName(name: string): Buffer {
  if (!name.includes('\\x')) return Buffer.from(name, 'utf8');
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = name.indexOf('\\x'); at >= 0; at = name.indexOf('\\x', at)) {
    const hex = name.slice(at + 2, at + 4);
    if (!hexByte.test(hex)) {
      at += 2;
      continue;
    }
    parts.push(Buffer.from(name.slice(from, at), 'utf8'), Buffer.from(hex, 'hex'));
    at += 4;
    from = at;
  }
  parts.push(Buffer.from(name.slice(from), 'utf8'));
  return Buffer.concat(parts);
}

function looksEscaped(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== backslash || bytes[at + 1] !== letterX) return false;
  return hexByte.test(String.fromCharCode(bytes[at + 2] ?? 0, bytes[at + 3] ?? 0));
}

/** Length of the well-formed UTF-8 sequence at `at`, 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length === 0 || first > 0xf4 || at + length > bytes.length) return 0;
  const second = bytes[at + 1] ?? 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}
