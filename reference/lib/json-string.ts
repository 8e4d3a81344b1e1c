import { isUtf8 } from 'node:buffer';
import type { Cursor } from './json-cursor.ts';
import { jsonError, take } from './json-cursor.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Moves over bytes that stand for themselves in a string, up to a quote, a backslash or the end.
 */
function passPlain(c: Cursor): void {
  const { bytes, end } = c;
  let at = c.at;
  let high = 0;
  let byte = 0;
  for (; at < end; at++) {
    byte = bytes[at] ?? 0;
    if (byte === QUOTE || byte === BACKSLASH || byte < 0x20) break;
    high |= byte;
  }
  c.at = at;
  c.high |= high;
  if (at >= end) jsonError(c, 'the string does not end');
  if (byte < 0x20) jsonError(c, 'control character in a string');
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

/**
 * Takes a string by syntax alone: escapes are looked at no further than their digits, bytes not at
 * all.
 */
export function skipString(c: Cursor): void {
  take(c, QUOTE);
  for (;;) {
    passPlain(c);
    if (c.bytes[c.at++] === QUOTE) return;
    const letter = c.at < c.end ? String.fromCharCode(c.bytes[c.at++] ?? 0) : '';
    if (letter === 'u') readHex4(c);
    else if (!(letter in shortEscapes)) jsonError(c, 'unknown escape');
  }
}
