import { closeSync, openSync, readSync } from 'node:fs';

/** A file that another program goes on writing, read line by line. */
export interface Tail {
  /** The lines that were completed since it was last asked. */
  lines(): readonly string[];
  /** How much of the file has been read. */
  readonly bytes: number;
  close(): void;
}

const chunkBytes = 1 << 20;

/** A line that is longer than this is a defect of whoever writes it. */
const lineBytesMax = 512 * 1024 * 1024;

/** Opens a file that exists; each byte of it becomes one character. */
export function tailOf(path: string): Tail {
  const fd = openSync(path, 'r');
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let at = 0;
  let parts: string[] = [];
  let partBytes = 0;
  const lines = (): readonly string[] => {
    const found: string[] = [];
    for (;;) {
      const count = readSync(fd, buffer, 0, buffer.length, at);
      if (count === 0) return found;
      at += count;
      let from = 0;
      for (let end = buffer.indexOf(10); end >= 0 && end < count; end = buffer.indexOf(10, from)) {
        parts.push(buffer.toString('latin1', from, end));
        found.push(parts.length === 1 ? parts[0]! : parts.join(''));
        parts = [];
        partBytes = 0;
        from = end + 1;
      }
      partBytes += count - from;
      if (partBytes > lineBytesMax) throw new RangeError('a line of the trace has no end');
      if (from < count) parts.push(buffer.toString('latin1', from, count));
    }
  };
  return {
    lines,
    get bytes() {
      return at;
    },
    close: () => closeSync(fd),
  };
}
