/**
 * Text that is no JSON, or not the JSON that was asked for; `at` is the byte offset where that
 * shows.
 */
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

/** True for the bytes of `0` to `9`. */
export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
