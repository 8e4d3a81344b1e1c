import { lineBytesLimit, linesOf } from '../../../spec/session-store-v2/classify-lines.ts';
import type { Line } from '../../../spec/session-store-v2/classify-lines.ts';

/** The part of an open file that is read here; `read` answers 0 at the end and after an error. */
export interface Readable {
  readonly size: number;
  read(into: Uint8Array, at: number): number;
}

/** One line at its place in the whole file, or bytes that were not read. */
export type Piece = Line | { readonly is: 'unread'; readonly from: number; readonly to: number };

/** Bounds; the window is where reading begins, and it grows to hold one line. */
export interface LineLimits {
  readonly windowBytes: number;
  readonly lineBytes: number;
  readonly fileBytes: number;
}

/** Windows of 4 MiB, lines of the format's limit, 4 GiB of one file. */
export const lineLimits: LineLimits = {
  windowBytes: 4 * 1024 * 1024,
  lineBytes: lineBytesLimit,
  fileBytes: 4 * 1024 * 1024 * 1024,
};

const lf = 0x0a;

/** Every line of a file in order, judged on its own, in memory for one line and one window. */
export function* piecesOf(file: Readable, limits: LineLimits = lineLimits): Generator<Piece> {
  const end = Math.min(file.size, limits.fileBytes);
  let at = 0;
  let length = limits.windowBytes;
  while (at < end) {
    const window = fill(file, at, Math.min(length, end - at));
    const last = window.lastIndexOf(lf) + 1;
    const atEnd = at + window.length >= end;
    // A read that fails is not tried for ever; what was not read is said below.
    const short = window.length < Math.min(length, end - at);
    if (window.length === 0 || (short && last === 0)) break;
    if (last === 0 && !atEnd && window.length <= limits.lineBytes) {
      length = Math.min(length * 2, limits.lineBytes + 1);
      continue;
    }
    if (last === 0 && window.length > limits.lineBytes) {
      const to = endOfLine(file, at + window.length, end);
      yield tooLong(at, to);
      at = to;
    } else {
      const whole = atEnd && end === file.size ? window : window.subarray(0, last);
      if (whole.length === 0) break;
      for (const line of linesOf(whole, whole.length, limits.lineBytes)) {
        yield { ...line, from: at + line.from, to: at + line.to };
      }
      at += whole.length;
    }
    length = limits.windowBytes;
  }
  if (at < file.size) yield { is: 'unread', from: at, to: file.size };
}

function tooLong(from: number, to: number): Line {
  return { is: 'too long', from, to, terminated: true, frame: null, canonical: false, crc32c: '' };
}

function fill(file: Readable, at: number, length: number): Uint8Array {
  const window = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const got = file.read(window.subarray(done), at + done);
    if (got === 0) break;
    done += got;
  }
  return window.subarray(0, done);
}

/** The position behind the next LF at or after `at`, or `end`. */
function endOfLine(file: Readable, at: number, end: number): number {
  const chunk = new Uint8Array(1024 * 1024);
  for (let from = at; from < end;) {
    const got = file.read(chunk.subarray(0, Math.min(chunk.length, end - from)), from);
    if (got === 0) break;
    const found = chunk.subarray(0, got).indexOf(lf);
    if (found >= 0) return from + found + 1;
    from += got;
  }
  return end;
}
