import { end, fail, isDigit, peek, scanOf, take, takeWord } from './json-cursor.ts';
import type { Scan } from './json-cursor.ts';
import { decoded, readString, skipString } from './json-string.ts';

export * from './json-cursor.ts';
export { readString, skipString } from './json-string.ts';

/**
 * A member of an object: its decoded name and where its value stands, [valueFrom, valueTo), without
 * whitespace.
 */
export type Member = readonly [name: string, valueFrom: number, valueTo: number];

/**
 * Consumes one value by its syntax alone: any depth, any number of digits, lone surrogate escapes
 * and, inside strings, any byte from 0x20 on. Neither recursion nor memory grows beyond one bracket
 * a level.
 */
export function skipValue(scan: Scan): void {
  const open: number[] = [];
  for (;;) {
    let inside = openOrSkip(scan, open);
    // Closes what ends here; leaves where a comma asks for another value, or nothing is open any
    // more.
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

/**
 * Consumes a scalar, or an opening bracket (0x5b, 0x7b), which it pushes; true where it opened one.
 */
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

/**
 * The members of the one object that bytes [from, to) hold, in their order, duplicates included.
 * Values are unread.
 */
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

/**
 * Consumes an array; `read` is called before each element, with its position, and must consume it.
 */
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
