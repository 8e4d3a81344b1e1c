import { firstBadUtf8, textOf } from './utf8.ts';

/** Text that is no JSON, or not the JSON that was asked for; `at` is the byte offset where that shows. */
export class JsonError extends Error {
  readonly code = 'json';
  readonly at: number;

  constructor(at: number, message: string) {
    super(`${message} at byte ${at}`);
    this.name = 'JsonError';
    this.at = at;
  }
}

/** A reading position in JSON bytes; every reader below moves `at` and never beyond `to`. */
export interface Scan {
  readonly bytes: Uint8Array;
  at: number;
  readonly to: number;
}

/** A member of an object: its decoded name and where its value stands, [valueFrom, valueTo), without whitespace. */
export type Member = readonly [name: string, valueFrom: number, valueTo: number];

/** A scan of bytes [from, to). */
export function scanOf(bytes: Uint8Array, from = 0, to = bytes.length): Scan {
  return { bytes, at: from, to };
}

/** The next byte that is no JSON whitespace, not consumed, or -1 at the end. */
export function peek(scan: Scan): number {
  while (scan.at < scan.to) {
    const byte = scan.bytes[scan.at] ?? 0;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
    scan.at += 1;
  }
  return -1;
}

/** Consumes whitespace and the one byte `wanted`. */
export function take(scan: Scan, wanted: number): void {
  if (peek(scan) !== wanted) fail(scan, `expected ${String.fromCharCode(wanted)}`);
  scan.at += 1;
}

/** Throws where anything but whitespace is left. */
export function end(scan: Scan): void {
  if (peek(scan) !== -1) fail(scan, 'trailing characters');
}

/** Throws a `JsonError` at the present position. */
export function fail(scan: Scan, message: string): never {
  throw new JsonError(scan.at, message);
}

/** Consumes the letters of `word` exactly. */
export function takeWord(scan: Scan, word: string): void {
  for (let i = 0; i < word.length; i++) {
    if (scan.at >= scan.to || scan.bytes[scan.at] !== word.charCodeAt(i)) {
      fail(scan, `expected ${word}`);
    }
    scan.at += 1;
  }
}

/**
 * Consumes one value by its syntax alone: any depth, any number of digits, lone surrogate escapes and, inside
 * strings, any byte from 0x20 on. Neither recursion nor memory grows beyond one bracket a level.
 */
export function skipValue(scan: Scan): void {
  const open: number[] = [];
  for (;;) {
    let inside = openOrSkip(scan, open);
    // Closes what ends here; leaves where a comma asks for another value, or nothing is open any more.
    for (;;) {
      const frame = open.at(-1);
      if (frame === undefined) return;
      const next = peek(scan);
      if (next === frame + 2) {
        scan.at += 1;
        open.pop();
        inside = false;
        continue;
      }
      if (!inside) take(scan, 0x2c);
      if (frame === 0x7b) skipKey(scan);
      break;
    }
  }
}

/** Consumes a scalar, or an opening bracket (0x5b, 0x7b), which it pushes; true where it opened one. */
function openOrSkip(scan: Scan, open: number[]): boolean {
  const byte = peek(scan);
  if (byte === 0x5b || byte === 0x7b) {
    scan.at += 1;
    open.push(byte);
    return true;
  }
  if (byte === 0x22) skipString(scan);
  else if (byte === 0x74) takeWord(scan, 'true');
  else if (byte === 0x66) takeWord(scan, 'false');
  else if (byte === 0x6e) takeWord(scan, 'null');
  else skipNumber(scan);
  return false;
}

function skipKey(scan: Scan): void {
  if (peek(scan) !== 0x22) fail(scan, 'key must be a string');
  skipString(scan);
  take(scan, 0x3a);
}

/** Consumes a number of JSON's grammar, without looking at its magnitude. */
export function skipNumber(scan: Scan): void {
  const { bytes, to } = scan;
  if (bytes[scan.at] === 0x2d && scan.at < to) scan.at += 1;
  const first = scan.at;
  skipDigits(scan);
  if (scan.at - first > 1 && bytes[first] === 0x30) fail(scan, 'leading zero');
  if (scan.at < to && bytes[scan.at] === 0x2e) {
    scan.at += 1;
    skipDigits(scan);
  }
  if (scan.at < to && ((bytes[scan.at] ?? 0) | 0x20) === 0x65) {
    scan.at += 1;
    if (scan.at < to && (bytes[scan.at] === 0x2b || bytes[scan.at] === 0x2d)) scan.at += 1;
    skipDigits(scan);
  }
}

function skipDigits(scan: Scan): void {
  const from = scan.at;
  while (scan.at < scan.to && isDigit(scan.bytes[scan.at] ?? 0)) scan.at += 1;
  if (scan.at === from) fail(scan, 'expected a digit');
}

/** True for the bytes of `0` to `9`. */
export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Consumes a string by its syntax alone: escapes well formed, nothing below 0x20, other bytes unchecked. */
export function skipString(scan: Scan): void {
  take(scan, 0x22);
  while (scan.at < scan.to) {
    const byte = scan.bytes[scan.at] ?? 0;
    if (byte === 0x22) {
      scan.at += 1;
      return;
    }
    if (byte < 0x20) fail(scan, 'control character in string');
    scan.at += 1;
    if (byte === 0x5c) readEscape(scan);
  }
  fail(scan, 'unfinished string');
}

const escapes: Readonly<Record<number, string>> = {
  0x22: '"', 0x5c: '\\', 0x2f: '/', 0x62: '\b', 0x66: '\f', 0x6e: '\n', 0x72: '\r', 0x74: '\t',
}; // prettier-ignore

/** Consumes what follows a backslash and answers the UTF-16 unit that it spells. */
function readEscape(scan: Scan): string {
  if (scan.at >= scan.to) fail(scan, 'unfinished escape');
  const byte = scan.bytes[scan.at] ?? 0;
  scan.at += 1;
  if (byte !== 0x75) return escapes[byte] ?? fail(scan, 'unknown escape');
  let unit = 0;
  for (let i = 0; i < 4; i++) {
    const digit = scan.at < scan.to ? hexDigit(scan.bytes[scan.at] ?? 0) : -1;
    if (digit < 0) fail(scan, 'expected a hex digit');
    unit = unit * 16 + digit;
    scan.at += 1;
  }
  return String.fromCharCode(unit);
}

function hexDigit(byte: number): number {
  if (isDigit(byte)) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Consumes a string that must be text: valid UTF-8, and no escape that leaves a surrogate alone. */
export function readString(scan: Scan): string {
  if (peek(scan) !== 0x22) fail(scan, 'expected a string');
  const { bytes, to } = scan;
  scan.at += 1;
  let text = '';
  let from = scan.at;
  while (scan.at < to) {
    const byte = bytes[scan.at] ?? 0;
    if (byte < 0x20) fail(scan, 'control character in string');
    if (byte !== 0x22 && byte !== 0x5c) {
      scan.at += 1;
      continue;
    }
    text += pieceOf(scan, from);
    scan.at += 1;
    if (byte === 0x22) return text;
    text += readCharacter(scan);
    from = scan.at;
  }
  return fail(scan, 'unfinished string');
}

/** One escaped character; a high surrogate must be followed at once by an escaped low one. */
function readCharacter(scan: Scan): string {
  const unit = readEscape(scan);
  const code = unit.charCodeAt(0);
  if (code < 0xd800 || code > 0xdfff) return unit;
  if (code > 0xdbff) fail(scan, 'lone surrogate');
  takeWord(scan, '\\u');
  scan.at -= 1;
  const second = readEscape(scan);
  if (second < '\udc00' || second > '\udfff') fail(scan, 'lone surrogate');
  return unit + second;
}

function pieceOf(scan: Scan, from: number): string {
  if (scan.at === from) return '';
  let ascii = '';
  for (let i = from; i < scan.at; i++) {
    const byte = scan.bytes[i] ?? 0;
    if (byte >= 0x80) return decoded(scan, from, scan.at);
    ascii += String.fromCharCode(byte);
  }
  return ascii;
}

function decoded(scan: Scan, from: number, to: number): string {
  const text = textOf(scan.bytes, from, to);
  if (text === null) {
    throw new JsonError(firstBadUtf8(scan.bytes, from, to), 'invalid unicode code point');
  }
  return text;
}

/** Consumes one value and answers where it stood, and its text, which must be valid UTF-8. */
export function readRaw(scan: Scan): {
  readonly text: string;
  readonly from: number;
  readonly to: number;
} {
  if (peek(scan) === -1) fail(scan, 'expected a value');
  const from = scan.at;
  skipValue(scan);
  return { text: decoded(scan, from, scan.at), from, to: scan.at };
}

/** The members of the one object that bytes [from, to) hold, in their order, duplicates included. Values are unread. */
export function membersOf(bytes: Uint8Array, from = 0, to = bytes.length): readonly Member[] {
  const scan = scanOf(bytes, from, to);
  const members: Member[] = [];
  eachMember(scan, (name) => {
    peek(scan);
    const valueFrom = scan.at;
    skipValue(scan);
    members.push([name, valueFrom, scan.at]);
  });
  end(scan);
  return members;
}

/** Consumes an object; `read` is called behind each colon and must consume the value. */
export function eachMember(scan: Scan, read: (name: string) => void): void {
  take(scan, 0x7b);
  if (peek(scan) === 0x7d) {
    scan.at += 1;
    return;
  }
  for (;;) {
    if (peek(scan) !== 0x22) fail(scan, 'key must be a string');
    const name = readString(scan);
    take(scan, 0x3a);
    read(name);
    if (peek(scan) === 0x7d) break;
    take(scan, 0x2c);
  }
  scan.at += 1;
}

/** Consumes an array; `read` is called before each element, with its position, and must consume it. */
export function eachElement(scan: Scan, read: (position: number) => void): void {
  take(scan, 0x5b);
  if (peek(scan) === 0x5d) {
    scan.at += 1;
    return;
  }
  for (let position = 0; ; position++) {
    read(position);
    if (peek(scan) === 0x5d) break;
    take(scan, 0x2c);
  }
  scan.at += 1;
}
