import { asBuffer } from './bytes.ts';
import { StoreError } from './error.ts';

/**
 * A place in JSON bytes [.., end). `blanks` counts white space passed outside strings, `high`
 * gathers the bits of every string byte (0x80 is set where one was not ASCII), `arrays` says
 * whether records may stand as arrays.
 */
export interface Cursor {
  readonly bytes: Buffer;
  readonly end: number;
  readonly arrays: boolean;
  at: number;
  blanks: number;
  high: number;
}

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
  const byte = c.at < c.end ? (c.bytes[c.at] ?? 0) : -1;
  return isBlankByte(byte) ? peekBehindBlanks(c) : byte;
}

function peekBehindBlanks(c: Cursor): number {
  const from = c.at;
  let byte = 0;
  do {
    c.at++;
    byte = c.at < c.end ? (c.bytes[c.at] ?? 0) : -1;
  } while (isBlankByte(byte));
  c.blanks += c.at - from;
  return byte;
}

function isBlankByte(byte: number): boolean {
  return byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
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
