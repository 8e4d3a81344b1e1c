import { fail, peek, skipNumber, skipString, skipValue, take } from './json-scan.ts';
import type { Scan } from './json-scan.ts';

/** Which brackets are open, one bit each: a hostile line of 100 MiB may open a hundred million. */
interface Brackets {
  bits: Uint8Array;
  depth: number;
}

/**
 * Consumes one value as `skipValue` does, but with one bit a level of nesting instead of one array
 * element, so that the deepest line a reader takes costs 13 MB.
 */
export function skipNested(scan: Scan): void {
  const brackets: Brackets = { bits: new Uint8Array(16), depth: 0 };
  for (let open = openOrSkip(scan, brackets); brackets.depth > 0;) {
    const isObject = topIsObject(brackets);
    const next = peek(scan);
    if (next === (isObject ? 0x7d : 0x5d)) {
      scan.at += 1;
      brackets.depth -= 1;
      open = false;
      while (brackets.depth > 0 && scan.bytes[scan.at] === 0x5d && scan.at < scan.to) {
        if (topIsObject(brackets)) break;
        scan.at += 1;
        brackets.depth -= 1;
      }
      continue;
    }
    if (!open) take(scan, 0x2c);
    if (isObject) skipName(scan);
    open = openOrSkip(scan, brackets);
  }
}

/**
 * Consumes a scalar, or opening brackets as long as one follows the other; true where it opened
 * any.
 */
function openOrSkip(scan: Scan, brackets: Brackets): boolean {
  const byte = peek(scan);
  if (byte === 0x5b || byte === 0x7b) {
    push(brackets, byte);
    scan.at += 1;
    if (byte === 0x5b) pushArrays(scan, brackets);
    return true;
  }
  if (byte === 0x22) skipString(scan);
  else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) skipNumber(scan);
  else skipValue(scan);
  return false;
}

/** An array that opens arrays at once is what nests deepest. */
function pushArrays(scan: Scan, brackets: Brackets): void {
  while (scan.at < scan.to && scan.bytes[scan.at] === 0x5b) {
    scan.at += 1;
    push(brackets, 0x5b);
  }
}

function push(brackets: Brackets, byte: number): void {
  const at = brackets.depth >> 3;
  if (at >= brackets.bits.length) {
    const wider = new Uint8Array(brackets.bits.length * 2);
    wider.set(brackets.bits);
    brackets.bits = wider;
  }
  const bit = 1 << (brackets.depth & 7);
  const old = brackets.bits[at] ?? 0;
  brackets.bits[at] = byte === 0x7b ? old | bit : old & ~bit;
  brackets.depth += 1;
}

function topIsObject(brackets: Brackets): boolean {
  const top = brackets.depth - 1;
  return ((brackets.bits[top >> 3] ?? 0) & (1 << (top & 7))) !== 0;
}

function skipName(scan: Scan): void {
  if (peek(scan) !== 0x22) fail(scan, 'key must be a string');
  skipString(scan);
  take(scan, 0x3a);
}
