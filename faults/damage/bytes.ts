import type { Image, Node, Path } from '../../spec/lib/image.ts';

/** Files longer than this are left alone by damage that would have to hold all their bytes. */
export const DAMAGED_BYTES_MAX = 256 * 1024 * 1024;

/**
 * The bytes of a regular file, its sparse tail as zeros; null where there is no such file or it is
 * too large.
 */
export function denseBytes(image: Image, file: Path): Uint8Array | null {
  const node = image.get(file);
  if (node === undefined || node.is !== 'file' || node.size > DAMAGED_BYTES_MAX) return null;
  if (node.size === node.bytes.length) return node.bytes;
  const whole = new Uint8Array(node.size);
  whole.set(node.bytes.subarray(0, node.size));
  return whole;
}

/** A file node that holds exactly these bytes. */
export function fileOf(bytes: Uint8Array): Node {
  return { is: 'file', bytes, size: bytes.length };
}

/** One array of all parts. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Where each line begins, and last where the file ends; a final piece without LF is a line too. */
export function lineStarts(bytes: Uint8Array): number[] {
  const starts = [0];
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
  if (starts.at(-1) !== bytes.length) starts.push(bytes.length);
  return starts;
}

/** The bytes of line `n`, or null where there is no such line. */
export function lineRange(bytes: Uint8Array, n: number): readonly [number, number] | null {
  if (!Number.isInteger(n) || n < 0) return null;
  const starts = lineStarts(bytes);
  const from = starts[n];
  const to = starts[n + 1];
  return from === undefined || to === undefined ? null : [from, to];
}

/** The directory that holds a path; '' at the top. */
export function parentOf(path: Path): Path {
  const cut = path.lastIndexOf('/');
  return cut === -1 ? '' : path.slice(0, cut);
}
