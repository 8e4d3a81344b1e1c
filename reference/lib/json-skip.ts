import type { Cursor } from './json-cursor.ts';
import { jsonError, peek, take, takeWord } from './json-cursor.ts';
import { isDigit, skipNumber } from './json-scalar.ts';
import { skipString } from './json-string.ts';

/** Takes the scalar that the cursor stands on, or answers false where none begins there. */
function skipScalar(c: Cursor, first: number): boolean {
  if (first === 0x22) skipString(c);
  else if (isDigit(first) || first === 0x2d) skipNumber(c);
  else if (first === 0x74) takeWord(c, 'true');
  else if (first === 0x66) takeWord(c, 'false');
  else if (first === 0x6e) takeWord(c, 'null');
  else return false;
  return true;
}

/**
 * Open brackets from outside in: the first 32 as bits (1 for an object), deeper ones as a byte
 * each, grown by doubling, so that a file of nothing but brackets needs no more than twice its own
 * size.
 */
interface Nesting {
  bits: number;
  deeper: Uint8Array;
  depth: number;
}

const none = new Uint8Array(0);

function push(nesting: Nesting, isObject: boolean): void {
  const { depth } = nesting;
  if (depth < 32) {
    nesting.bits = isObject ? nesting.bits | (1 << depth) : nesting.bits & ~(1 << depth);
  } else {
    if (depth - 32 === nesting.deeper.length) {
      const larger = new Uint8Array(Math.max(64, nesting.deeper.length * 2));
      larger.set(nesting.deeper);
      nesting.deeper = larger;
    }
    nesting.deeper[depth - 32] = isObject ? 1 : 0;
  }
  nesting.depth++;
}

function innermostIsObject({ bits, deeper, depth }: Nesting): boolean {
  return depth <= 32 ? (bits & (1 << (depth - 1))) !== 0 : deeper[depth - 33] === 1;
}

/**
 * Takes any one value by syntax alone: escapes are looked at no further than their digits, numbers
 * may have any size, and nesting any depth. Whether string bytes are UTF-8 is for the caller to
 * check.
 */
export function skipValue(c: Cursor): void {
  const nesting: Nesting = { bits: 0, deeper: none, depth: 0 };
  for (;;) {
    const first = peek(c);
    if (first === 0x5b || first === 0x7b) {
      c.at++;
      push(nesting, first === 0x7b);
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

/**
 * After a value: closes what ends here and moves to the next element; false where the outermost
 * value has ended.
 */
function nextElement(c: Cursor, nesting: Nesting): boolean {
  while (nesting.depth > 0) {
    const closer = innermostIsObject(nesting) ? 0x7d : 0x5d;
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
