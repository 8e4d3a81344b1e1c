import { JsonError, fail, isDigit, peek, take, takeWord } from './json-cursor.ts';
import type { Scan } from './json-cursor.ts';
import { firstBadUtf8, textOf } from './utf8.ts';

/**
 * Consumes a string by its syntax alone: escapes well formed, nothing below 0x20, other bytes
 * unchecked.
 */
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
  0x22: '"',
  0x5c: '\\',
  0x2f: '/',
  0x62: '\b',
  0x66: '\f',
  0x6e: '\n',
  0x72: '\r',
  0x74: '\t',
};

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

/**
 * Consumes a string that must be text: valid UTF-8, and no escape that leaves a surrogate alone.
 */
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

/** The text of bytes [from, to), which must be valid UTF-8. */
export function decoded(scan: Scan, from: number, to: number): string {
  const text = textOf(scan.bytes, from, to);
  if (text === null) {
    throw new JsonError(firstBadUtf8(scan.bytes, from, to), 'invalid unicode code point');
  }
  return text;
}
