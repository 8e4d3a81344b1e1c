import type { StoreFs } from './fs.ts';

/**
 * One line of a file. `bytes` holds its LF where there is one, and is only valid until the next
 * line is asked for.
 */
export interface Line {
  readonly bytes: Buffer;
  readonly byteOffset: number;
  readonly terminated: boolean;
}

/** Reads a file line by line, holding no more than one line and one chunk. */
export interface LineReader {
  /**
   * The next line; null at the end; `too long` where the limit is reached before an LF and before
   * the end.
   */
  next(): Line | null | 'too long';
  /**
   * Moves on by one byte and answers it; null at the end. For a terminator that was written after
   * the line was read.
   */
  skipByte(): number | null;
  /** True where nothing follows what was taken. */
  atEnd(): boolean;
}

const CHUNK_BYTES = 64 * 1024;

/** Lines of `fd` from its beginning; `limitBytes` counts the LF. */
export function lineReader(fs: StoreFs, fd: number, limitBytes: number): LineReader {
  let buffer = Buffer.alloc(CHUNK_BYTES);
  let from = 0;
  let to = 0;
  let fileOffset = 0;

  /**
   * Makes room by moving what is unread to the front or by doubling, then reads once; false at the
   * end.
   */
  const fill = (): boolean => {
    if (from > 0) {
      buffer.copyWithin(0, from, to);
      to -= from;
      from = 0;
    }
    if (to === buffer.length) {
      const larger = Buffer.alloc(buffer.length * 2);
      buffer.copy(larger, 0, 0, to);
      buffer = larger;
    }
    const got = fs.readSync(fd, buffer, to, buffer.length - to, fileOffset + to);
    to += got;
    return got > 0;
  };

  const taken = (length: number, terminated: boolean): Line => {
    const line = {
      bytes: buffer.subarray(from, from + length),
      byteOffset: fileOffset,
      terminated,
    };
    from += length;
    fileOffset += length;
    return line;
  };

  return {
    next() {
      let searched = 0;
      for (;;) {
        const lf = buffer.subarray(from, Math.min(to, from + limitBytes)).indexOf(0x0a, searched);
        if (lf !== -1) return taken(lf + 1, true);
        searched = Math.min(to - from, limitBytes);
        if (to - from > limitBytes) return 'too long';
        if (!fill()) return to === from ? null : taken(to - from, false);
      }
    },
    skipByte() {
      if (from === to && !fill()) return null;
      const byte = buffer[from] ?? 0;
      taken(1, false);
      return byte;
    },
    atEnd: () => from === to && !fill(),
  };
}

/**
 * True where a line holds nothing but Unicode white space (its terminator included); NUL and a BOM
 * are not blank.
 */
export function isBlank(line: Uint8Array): boolean {
  let at = 0;
  while (at < line.length) {
    const width = blankWidth(line, at);
    if (width === 0) return false;
    at += width;
  }
  return true;
}

/** The UTF-8 length of the white space character at `at`, 0 where there is none. */
function blankWidth(line: Uint8Array, at: number): number {
  const a = line[at] ?? 0;
  if ((a >= 0x09 && a <= 0x0d) || a === 0x20) return 1;
  if (a < 0x80) return 0;
  const b = line[at + 1] ?? 0;
  if (a === 0xc2) return b === 0x85 || b === 0xa0 ? 2 : 0;
  const c = line[at + 2] ?? 0;
  if (a === 0xe1) return b === 0x9a && c === 0x80 ? 3 : 0;
  if (a === 0xe3) return b === 0x80 && c === 0x80 ? 3 : 0;
  if (a !== 0xe2) return 0;
  if (b === 0x81) return c === 0x9f ? 3 : 0;
  const inRow = (c >= 0x80 && c <= 0x8a) || c === 0xa8 || c === 0xa9 || c === 0xaf;
  return b === 0x80 && inRow ? 3 : 0;
}
