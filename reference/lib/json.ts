import { isUtf8 } from 'node:buffer';
import { asBuffer } from './bytes.ts';
import { StoreError } from './error.ts';

/**
 * A place in JSON bytes [.., end). `blanks` counts white space passed outside strings, `high` gathers the bits of
 * every string byte (0x80 is set where one was not ASCII), `arrays` says whether records may stand as arrays.
 */
export interface Cursor {
  readonly bytes: Buffer;
  readonly end: number;
  readonly arrays: boolean;
  at: number;
  blanks: number;
  high: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const U64_MAX = 18446744073709551615n;

/** A cursor over bytes [from, to). */
export function cursorOver(
  bytes: Uint8Array,
  options: { arrays?: boolean; from?: number; to?: number } = {},
): Cursor {
  return {
    bytes: asBuffer(bytes),
    end: options.to ?? bytes.length,
    arrays: options.arrays ?? false,
    at: options.from ?? 0,
    blanks: 0,
    high: 0,
  };
}

/** Throws the `json` error for the place where the cursor stands. */
export function jsonError(c: Cursor, what: string): never {
  throw new StoreError('json', `${what} at byte ${c.at}`);
}

/** The next byte that is no white space, not taken; -1 at the end. */
export function peek(c: Cursor): number {
  const { bytes, end } = c;
  let at = c.at;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) {
      c.blanks += at - c.at;
      c.at = at;
      return byte;
    }
    at++;
  }
  c.blanks += at - c.at;
  c.at = at;
  return -1;
}

/** Takes one byte after white space, or throws. */
export function take(c: Cursor, byte: number): void {
  if (peek(c) !== byte) jsonError(c, `expected ${JSON.stringify(String.fromCharCode(byte))}`);
  c.at++;
}

/** Takes the letters of a literal that the cursor stands on (`null`, `true`, `false`). */
export function takeWord(c: Cursor, word: string): void {
  for (let i = 0; i < word.length; i++) {
    if (c.at >= c.end || c.bytes[c.at] !== word.charCodeAt(i)) jsonError(c, `expected ${word}`);
    c.at++;
  }
}

/** Moves over bytes that stand for themselves in a string, up to a quote, a backslash or the end. */
function passPlain(c: Cursor): void {
  const { bytes, end } = c;
  let at = c.at;
  let high = 0;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE || byte === BACKSLASH) break;
    if (byte < 0x20) {
      c.at = at;
      jsonError(c, 'control character in a string');
    }
    high |= byte;
    at++;
  }
  c.at = at;
  c.high |= high;
  if (at >= end) jsonError(c, 'the string does not end');
}

/** Takes a string and answers its text; bytes that are not UTF-8 and lone surrogates throw. */
export function readString(c: Cursor): string {
  take(c, QUOTE);
  let text = '';
  for (;;) {
    const from = c.at;
    passPlain(c);
    text += plainText(c, from);
    if (c.bytes[c.at++] === QUOTE) return text;
    text += readEscape(c);
  }
}

function plainText(c: Cursor, from: number): string {
  if (c.high < 0x80) return c.bytes.toString('latin1', from, c.at);
  if (!isUtf8(c.bytes.subarray(from, c.at))) jsonError(c, 'a string is not UTF-8');
  return c.bytes.toString('utf8', from, c.at);
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t',
}; // prettier-ignore

function readEscape(c: Cursor): string {
  const letter = c.at < c.end ? String.fromCharCode(c.bytes[c.at++] ?? 0) : '';
  if (letter !== 'u') return shortEscapes[letter] ?? jsonError(c, 'unknown escape');
  const unit = readHex4(c);
  if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
  if (unit > 0xdbff || c.bytes[c.at] !== BACKSLASH || c.bytes[c.at + 1] !== 0x75) {
    jsonError(c, 'lone surrogate');
  }
  c.at += 2;
  const low = readHex4(c);
  if (low < 0xdc00 || low > 0xdfff) jsonError(c, 'lone surrogate');
  return String.fromCharCode(unit, low);
}

function readHex4(c: Cursor): number {
  if (c.at + 4 > c.end) jsonError(c, 'the escape does not end');
  const digits = c.bytes.toString('latin1', c.at, c.at + 4);
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) jsonError(c, 'bad \\u escape');
  c.at += 4;
  return Number.parseInt(digits, 16);
}

function skipString(c: Cursor): void {
  take(c, QUOTE);
  for (;;) {
    passPlain(c);
    if (c.bytes[c.at++] === QUOTE) return;
    const letter = c.at < c.end ? String.fromCharCode(c.bytes[c.at++] ?? 0) : '';
    if (letter === 'u') readHex4(c);
    else if (!(letter in shortEscapes)) jsonError(c, 'unknown escape');
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function skipDigits(c: Cursor): number {
  const from = c.at;
  while (c.at < c.end && isDigit(c.bytes[c.at])) c.at++;
  return c.at - from;
}

/** Takes a number of the JSON grammar, of any size, and answers its text. */
export function readNumberText(c: Cursor): string {
  const from = c.at;
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
  return c.bytes.toString('latin1', from, c.at);
}

/** Takes a whole number 0..2^64-1, spelled with digits only; `1.0`, `1e0`, `-0`, `01` and strings throw. */
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

/** Takes the scalar that the cursor stands on, or answers false where none begins there. */
function skipScalar(c: Cursor, first: number): boolean {
  if (first === QUOTE) skipString(c);
  else if (isDigit(first) || first === 0x2d) readNumberText(c);
  else if (first === 0x74) takeWord(c, 'true');
  else if (first === 0x66) takeWord(c, 'false');
  else if (first === 0x6e) takeWord(c, 'null');
  else return false;
  return true;
}

/** Open brackets, one byte each (0x5d or 0x7d, the byte that closes it), grown by doubling. */
interface Nesting {
  closers: Uint8Array;
  depth: number;
}

function push(nesting: Nesting, closer: number): void {
  if (nesting.depth === nesting.closers.length) {
    const larger = new Uint8Array(nesting.depth * 2);
    larger.set(nesting.closers);
    nesting.closers = larger;
  }
  nesting.closers[nesting.depth++] = closer;
}

/**
 * Takes any one value by syntax alone: escapes are looked at no further than their digits, numbers may have any size,
 * and nesting any depth. Whether string bytes are UTF-8 is for the caller to check.
 */
export function skipValue(c: Cursor): void {
  const nesting: Nesting = { closers: new Uint8Array(32), depth: 0 };
  for (;;) {
    const first = peek(c);
    if (first === 0x5b || first === 0x7b) {
      c.at++;
      push(nesting, first + 2);
      if (peek(c) !== first + 2) {
        if (first === 0x7b) skipKey(c);
        continue;
      }
    } else if (!skipScalar(c, first)) {
      jsonError(c, 'expected a value');
    }
    if (!nextElement(c, nesting)) return;
  }
}

function skipKey(c: Cursor): void {
  skipString(c);
  take(c, 0x3a);
}

/** After a value: closes what ends here and moves to the next element; false where the outermost value has ended. */
function nextElement(c: Cursor, nesting: Nesting): boolean {
  while (nesting.depth > 0) {
    const closer = nesting.closers[nesting.depth - 1] ?? 0;
    const byte = peek(c);
    if (byte === 0x2c) {
      c.at++;
      if (closer === 0x7d) skipKey(c);
      return true;
    }
    if (byte !== closer) jsonError(c, 'expected a comma or the end');
    c.at++;
    nesting.depth--;
  }
  return false;
}
