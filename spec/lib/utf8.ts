const encoder = new TextEncoder();
// ignoreBOM keeps a leading U+FEFF in the text, as the original's reader does.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The UTF-8 bytes of `text`; a lone surrogate becomes U+FFFD, so check `isWellFormed` first where
 * it matters.
 */
export function utf8Of(text: string): Uint8Array {
  return encoder.encode(text);
}

/**
 * The text of bytes [from, to), or null where they are no strict UTF-8 (no surrogates, no overlong
 * forms).
 */
export function textOf(bytes: Uint8Array, from = 0, to = bytes.length): string | null {
  const badAt = firstBadUtf8(bytes, from, to);
  return badAt === -1 ? strict.decode(bytes.subarray(from, to)) : null;
}

/** Where the first byte stands in [from, to) that strict UTF-8 does not allow there, or -1. */
export function firstBadUtf8(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let at = from;
  while (at < to) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) {
      at += 1;
      continue;
    }
    const length = sequenceLength(lead);
    if (length === 0 || at + length > to) return at;
    // The second byte's range excludes overlong forms, surrogates and what lies beyond U+10FFFF.
    const second = bytes[at + 1] ?? 0;
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) return at;
    for (let i = 2; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return at;
    at += length;
  }
  return -1;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

/** True where no surrogate of `text` stands alone, so that it has a UTF-8 form. */
export function isWellFormed(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = text.charCodeAt(i + 1);
    if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return false;
    i += 1;
  }
  return true;
}

/**
 * Code points with the Unicode property White_Space beyond ASCII; `trim()` differs by U+0085 and
 * U+FEFF.
 */
const wideSpaces = new Set([
  0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008,
  0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
]);

/** True where bytes [from, to), which are valid UTF-8, hold nothing but Unicode White_Space. */
export function isBlank(bytes: Uint8Array, from = 0, to = bytes.length): boolean {
  let at = from;
  while (at < to) {
    const lead = bytes[at] ?? 0;
    if (lead === 0x20 || (lead >= 0x09 && lead <= 0x0d)) {
      at += 1;
    } else if (lead >= 0xc2 && lead <= 0xef) {
      const length = lead < 0xe0 ? 2 : 3;
      const second = (bytes[at + 1] ?? 0) & 0x3f;
      const point =
        length === 2
          ? ((lead & 0x1f) << 6) | second
          : ((lead & 0x0f) << 12) | (second << 6) | ((bytes[at + 2] ?? 0) & 0x3f);
      if (!wideSpaces.has(point)) return false;
      at += length;
    } else {
      return false;
    }
  }
  return true;
}

/**
 * Orders texts by code point, which is the order of their UTF-8 bytes; JavaScript's own order
 * differs beyond U+D7FF.
 */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Lifts surrogates above U+E000..U+FFFF, where the characters they make belong. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
