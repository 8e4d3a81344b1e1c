import type { Cursor } from './json-cursor.ts';
import { jsonError, peek, takeWord } from './json-cursor.ts';

const U64_MAX = 18446744073709551615n;

/** True for `0` to `9`. */
export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function skipDigits(c: Cursor): number {
  const from = c.at;
  while (c.at < c.end && isDigit(c.bytes[c.at])) c.at++;
  return c.at - from;
}

/** Takes a number of the JSON grammar, of any size. */
export function skipNumber(c: Cursor): void {
  if (c.bytes[c.at] === 0x2d) c.at++;
  const first = c.at;
  const digits = skipDigits(c);
  if (digits === 0 || (digits > 1 && c.bytes[first] === 0x30)) jsonError(c, 'invalid number');
  if (c.at < c.end && c.bytes[c.at] === 0x2e) {
    c.at++;
    if (skipDigits(c) === 0) jsonError(c, 'invalid number');
  }
  if (c.at < c.end && ((c.bytes[c.at] ?? 0) | 0x20) === 0x65) {
    c.at++;
    if (c.at < c.end && (c.bytes[c.at] === 0x2b || c.bytes[c.at] === 0x2d)) c.at++;
    if (skipDigits(c) === 0) jsonError(c, 'invalid number');
  }
}

/** Takes a number and answers its text. */
export function readNumberText(c: Cursor): string {
  const from = c.at;
  skipNumber(c);
  return c.bytes.toString('latin1', from, c.at);
}

/**
 * Takes a whole number 0..2^64-1, spelled with digits only; `1.0`, `1e0`, `-0`, `01` and strings
 * throw.
 */
export function readU64(c: Cursor): bigint {
  const first = peek(c);
  if (!isDigit(first)) jsonError(c, 'expected a u64');
  const from = c.at;
  const digits = skipDigits(c);
  const next = c.at < c.end ? (c.bytes[c.at] ?? 0) : 0;
  if ((digits > 1 && first === 0x30) || next === 0x2e || (next | 0x20) === 0x65) {
    jsonError(c, 'expected a u64');
  }
  if (digits > 20) jsonError(c, 'expected a u64');
  const value = BigInt(c.bytes.toString('latin1', from, c.at));
  if (value > U64_MAX) jsonError(c, 'expected a u64');
  return value;
}

/** Takes `true` or `false`. */
export function readBool(c: Cursor): boolean {
  const first = peek(c);
  if (first === 0x74) takeWord(c, 'true');
  else if (first === 0x66) takeWord(c, 'false');
  else jsonError(c, 'expected a bool');
  return first === 0x74;
}
