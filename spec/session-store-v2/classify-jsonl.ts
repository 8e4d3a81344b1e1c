import type { Image, Path } from '../lib/image.ts';
import { firstBadUtf8, isBlank } from '../lib/utf8.ts';
import { lineBytesLimit } from './classify-lines.ts';

/** One non-blank line of a JSONL file that is read whole; `value` is null where it is no record. */
export interface Line<T> {
  readonly from: number;
  readonly to: number;
  readonly terminated: boolean;
  readonly value: T | null;
}

/** Decodes bytes [from, to), or answers null. */
export type ReadLine<T> = (bytes: Uint8Array, from: number, to: number) => T | null;

const latin1 = new TextDecoder('latin1');

/** The same reader, which remembers short lines: they repeat over thousands of images. */
export function remembering<T>(read: ReadLine<T>): ReadLine<T> {
  const known = new Map<string, T | null>();
  return (bytes, from, to) => {
    if (to - from > 4096) return read(bytes, from, to);
    const name = latin1.decode(bytes.subarray(from, to));
    const found = known.get(name);
    if (found !== undefined) return found;
    if (known.size >= 4096) known.clear();
    const value = read(bytes, from, to);
    known.set(name, value);
    return value;
  };
}

/**
 * The non-blank lines of a JSONL file; a sparse tail, or a line beyond the limit, is one unreadable
 * record.
 */
export function recordsOf<T>(image: Image, path: Path, decode: ReadLine<T>): readonly Line<T>[] {
  const node = image.get(path);
  if (node?.is !== 'file') return [];
  const { bytes, size } = node;
  const records: Line<T>[] = [];
  let from = 0;
  while (from < size) {
    const lf = from < bytes.length ? bytes.indexOf(0x0a, from) : -1;
    const terminated = lf !== -1;
    const to = terminated ? lf : size;
    const readable = to <= bytes.length && to - from < lineBytesLimit;
    const value = readable ? decode(bytes, from, to) : null;
    if (value !== null || !readable || !isBlankText(bytes, from, to)) {
      records.push({ from, to: terminated ? to + 1 : to, terminated, value });
    }
    from = terminated ? to + 1 : to;
  }
  return records;
}

function isBlankText(bytes: Uint8Array, from: number, to: number): boolean {
  return firstBadUtf8(bytes, from, to) === -1 && isBlank(bytes, from, to);
}
