import type { Files } from './files.ts';

const chunkBytes = 1 << 20;

/**
 * One line as the reader shows it, valid until the next one: bytes [from, to) of `bytes` without
 * the LF. Of a line that is `tooLong` no bytes are shown.
 */
export interface Line {
  bytes: Buffer;
  from: number;
  to: number;
  /** Where the line begins in the file. */
  offset: number;
  /** The line's bytes in the file, its LF included. */
  length: number;
  /** True where an LF ends it; false for the last bytes of a file without one. */
  ended: boolean;
  tooLong: boolean;
}

/**
 * How far to read: `size` bytes of the file, lines up to `lineBytes`, and when to stop inside an
 * endless line.
 */
export interface Span {
  readonly size: number;
  readonly lineBytes: number;
  readonly giveUpBytes: number;
}

/**
 * Shows every line of the file to `visit` until that answers false. Memory is bounded by the
 * longest line allowed, never by the file; a line too long is the last one shown where more than
 * `giveUpBytes` lie between its beginning and the end of the file.
 */
export function readLines(
  files: Files,
  fd: number,
  span: Span,
  visit: (line: Line) => boolean,
): void {
  const reader = new LineReader(files, fd, span);
  while (reader.next()) if (!visit(reader.line)) return;
}

class LineReader {
  readonly line: Line;
  readonly #files: Files;
  readonly #fd: number;
  readonly #span: Span;
  #bytes: Buffer;
  /** The file offset of the buffer's first byte, and how many bytes of the buffer are filled. */
  #base = 0;
  #filled = 0;
  /** Where the open line begins in the buffer, and how far it was searched for its LF. */
  #start = 0;
  #searched = 0;
  /** Bytes of the open line that were let go because it is too long. */
  #dropped = 0;
  #gaveUp = false;

  constructor(files: Files, fd: number, span: Span) {
    this.#files = files;
    this.#fd = fd;
    this.#span = span;
    this.#bytes = Buffer.allocUnsafe(Math.max(1, Math.min(span.size, chunkBytes)));
    this.line = { bytes: this.#bytes, from: 0, to: 0, offset: 0, length: 0, ended: false, tooLong: false }; // prettier-ignore
  }

  next(): boolean {
    while (!this.#gaveUp) {
      const lf = this.#bytes.indexOf(0x0a, this.#searched);
      if (lf >= 0 && lf < this.#filled) return this.#show(lf, true);
      this.#searched = this.#filled;
      if (this.#isEndless()) return this.#show(this.#filled, false);
      if (!this.#fill()) return this.#open() > 0 && this.#show(this.#filled, false);
    }
    return false;
  }

  /** True in a line too long already, where more of the file is left than is worth reading. */
  #isEndless(): boolean {
    const left = this.#span.size - (this.#base + this.#start - this.#dropped);
    this.#gaveUp = this.#dropped > 0 && left > this.#span.giveUpBytes;
    return this.#gaveUp;
  }

  /** The bytes of the open line so far. */
  #open(): number {
    return this.#dropped + this.#filled - this.#start;
  }

  #show(end: number, ended: boolean): boolean {
    const { line } = this;
    const inBuffer = end - this.#start + (ended ? 1 : 0);
    line.bytes = this.#bytes;
    line.from = this.#start;
    line.to = end;
    line.offset = this.#base + this.#start - this.#dropped;
    line.length = this.#dropped + inBuffer;
    line.ended = ended;
    line.tooLong = line.length + (ended ? 0 : 1) > this.#span.lineBytes;
    this.#start += inBuffer;
    this.#searched = this.#start;
    this.#dropped = 0;
    return true;
  }

  /** Reads on; false at the end of the file. */
  #fill(): boolean {
    const left = this.#span.size - this.#base - this.#filled;
    if (left <= 0) return false;
    this.#makeRoom();
    const want = Math.min(left, this.#bytes.length - this.#filled);
    const position = this.#base + this.#filled;
    const got = this.#files.readInto(this.#fd, this.#bytes, this.#filled, want, position);
    this.#filled += got;
    return got > 0;
  }

  #makeRoom(): void {
    if (this.#filled < this.#bytes.length) return;
    if (this.#start > 0) {
      this.#bytes.copyWithin(0, this.#start, this.#filled);
    } else if (this.#filled > this.#span.lineBytes || this.#dropped > 0) {
      this.#dropped += this.#filled;
      this.#start = this.#filled;
    } else {
      const larger = Buffer.allocUnsafe(Math.min(this.#filled * 2, this.#span.lineBytes + 1));
      this.#bytes.copy(larger, 0, 0, this.#filled);
      this.#bytes = larger;
      return;
    }
    this.#base += this.#start;
    this.#filled -= this.#start;
    this.#searched = this.#filled;
    this.#start = 0;
  }
}

const unicodeBlank = /^\p{White_Space}*$/u;

/**
 * True where a line shows only Unicode white space: the original skips such lines (JavaScript's
 * `trim` differs).
 */
export function isBlank(line: Line): boolean {
  const first = line.bytes[line.from] as number;
  if (line.tooLong || (line.to > line.from && first > 0x20 && first < 0x80)) return false;
  return unicodeBlank.test(line.bytes.toString('utf8', line.from, line.to));
}
