import type { TextForm } from './layout.ts';
import { writeString } from './json-write.ts';
import { firstBadUtf8, textOf } from './utf8.ts';
import { sha256Hex } from './sha256.ts';

/**
 * A JSON string decoded: its text, what is wrong with it, and whether it is spelled as a writer
 * spells it.
 */
export interface Text {
  readonly value: string;
  readonly wrong: string | null;
  readonly plain: boolean;
}

/** Longer strings are not held as text: a hostile id may fill a whole line of 100 MiB. */
const heldBytesMax = 1 << 20;

/**
 * The JSON string at [from, to), quotes included, whose syntax is known to be right. One that is
 * longer than 1 MiB is named by its length and hash instead, which still tells two of them apart.
 */
export function decodeText(bytes: Uint8Array, from: number, to: number): Text {
  const short = to - from <= 66 ? plainAscii(bytes, from + 1, to - 1) : null;
  if (short !== null) return { value: short, wrong: null, plain: true };
  const badAt = firstBadUtf8(bytes, from, to);
  if (badAt >= 0) return { value: '', wrong: `no UTF-8 at byte ${badAt}`, plain: true };
  if (hasLoneSurrogate(bytes, from, to)) {
    return { value: '', wrong: 'an escape leaves a surrogate alone', plain: true };
  }
  if (to - from > heldBytesMax) {
    const hash = sha256Hex(bytes.subarray(from, to));
    return { value: `(${to - from - 2} bytes, SHA-256 ${hash})`, wrong: null, plain: true };
  }
  const source = textOf(bytes, from, to) ?? '""';
  const value = String(JSON.parse(source));
  return { value, wrong: null, plain: writeString(value) === source };
}

/** Most names and ids: ASCII without escapes. */
function plainAscii(bytes: Uint8Array, from: number, to: number): string | null {
  let text = '';
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80 || byte === 0x5c) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}

function hasLoneSurrogate(bytes: Uint8Array, from: number, to: number): boolean {
  let high = -1; // where a low surrogate must follow
  for (let at = from; at < to; at++) {
    if (bytes[at] !== 0x5c) continue;
    const isUnit = bytes[at + 1] === 0x75;
    const unit = isUnit ? unitAt(bytes, at + 2) : 0;
    const isLow = unit >= 0xdc00 && unit <= 0xdfff;
    if ((high >= 0 && (!isLow || at !== high)) || (high < 0 && isLow)) return true;
    high = unit >= 0xd800 && unit <= 0xdbff ? at + 6 : -1;
    at += isUnit ? 5 : 1;
  }
  return high >= 0;
}

/** The four hex digits at `at`, whose syntax is known to be right. */
function unitAt(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let i = at; i < at + 4; i++) {
    const byte = bytes[i] ?? 0;
    unit = unit * 16 + (byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57);
  }
  return unit;
}

const forms: Readonly<Record<TextForm, RegExp>> = {
  sha256: /^[0-9a-f]{64}$/,
  crc32c: /^[0-9A-F]{8}$/,
  time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
};

/** True where the text is spelled as writers spell such a value. */
export function fits(form: TextForm, text: string): boolean {
  return forms[form].test(text);
}
