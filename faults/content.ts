import type { Node } from '../spec/lib/image.ts';

/** A file as an image holds it. */
export type FileNode = Extract<Node, { readonly is: 'file' }>;

/**
 * The growing content of one file. `buffer` below `length` is data, from there to `size` the file
 * reads as zeros. Bytes below `frozen` are seen by an image and are never written again: an append
 * is free, an overwrite copies.
 */
export interface Content {
  buffer: Uint8Array;
  length: number;
  size: number;
  frozen: number;
  node: FileNode | null;
}

const NOTHING = new Uint8Array(0);

/** Content of a new, empty file. */
export function emptyContent(): Content {
  return { buffer: NOTHING, length: 0, size: 0, frozen: 0, node: null };
}

/** Content that shares the bytes of an image's file until the first write. */
export function contentOf(node: FileNode): Content {
  const length = Math.min(node.bytes.length, node.size);
  return { buffer: node.bytes, length, size: node.size, frozen: node.bytes.length, node };
}

/**
 * The file as an image's node; the same object until the content changes, its bytes shared and
 * never rewritten.
 */
export function nodeOf(content: Content): FileNode {
  if (content.node !== null) return content.node;
  content.frozen = Math.max(content.frozen, content.length);
  const bytes = content.buffer.subarray(0, content.length);
  content.node = { is: 'file', bytes, size: content.size };
  return content.node;
}

/** Writes `bytes` at `from`; a gap before it reads as zeros. */
export function writeAt(content: Content, from: number, bytes: Uint8Array): void {
  const end = from + bytes.length;
  const firstTouched = Math.min(from, content.length);
  if (firstTouched < content.frozen || end > content.buffer.length) {
    reallocate(content, Math.max(end, content.length));
  } else if (from > content.length) {
    content.buffer.fill(0, content.length, from);
  }
  content.buffer.set(bytes, from);
  content.length = Math.max(content.length, end);
  content.size = Math.max(content.size, end);
  content.node = null;
}

/** Cuts the content, or lets it grow by zeros that cost nothing. */
export function resize(content: Content, size: number): void {
  content.length = Math.min(content.length, size);
  content.size = size;
  content.node = null;
}

/**
 * Copies up to `length` bytes from `from` into `target` at `offset`; answers how many there were.
 */
export function readAt(
  content: Content,
  from: number,
  target: Uint8Array,
  offset: number,
  length: number,
): number {
  const count = Math.max(0, Math.min(length, content.size - from));
  if (count === 0) return 0;
  const dense = Math.max(0, Math.min(count, content.length - from));
  if (dense > 0) target.set(content.buffer.subarray(from, from + dense), offset);
  if (dense < count) target.fill(0, offset + dense, offset + count);
  return count;
}

function reallocate(content: Content, needed: number): void {
  const slack = Math.min(needed, 4 * 1024 * 1024);
  const buffer = new Uint8Array(Math.max(64, needed + slack));
  buffer.set(content.buffer.subarray(0, content.length));
  content.buffer = buffer;
  content.frozen = 0;
}
