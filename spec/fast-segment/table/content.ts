import type { Node } from '../../lib/image.ts';

type FileNode = Extract<Node, { readonly is: 'file' }>;

/** Bytes that stand so far behind all others that the zeros between are not stored. */
export interface Far {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** What a file holds: its node, and what was written far behind its bytes, in order. */
export interface Content {
  readonly node: FileNode;
  readonly far: readonly Far[];
}

/** A write that ends behind this is kept apart from the other bytes. */
const nearBytes = 64 * 1024 * 1024;

/** The bytes [from, to) of a file, cut at its end. No more than is asked for is made. */
export function readAt({ node, far }: Content, from: number, to: number): Uint8Array {
  const end = Math.min(to, node.size);
  if (from >= end) return new Uint8Array();
  if (end <= node.bytes.length) return node.bytes.subarray(from, end);
  const out = new Uint8Array(end - from);
  out.set(node.bytes.subarray(from, end));
  for (const { at, bytes } of far) {
    const [first, last] = [Math.max(from, at), Math.min(end, at + bytes.length)];
    if (first < last) out.set(bytes.subarray(first - at, last - at), first - from);
  }
  return out;
}

/** The file with `bytes` written at `at`, over what stood there or behind its end. */
export function writeAt({ node, far }: Content, at: number, bytes: Uint8Array): Content {
  const end = at + bytes.length;
  const size = Math.max(node.size, end);
  if (end > nearBytes) {
    // Of what it overlaps nothing but its own bytes is read again: later ones win in `readAt`.
    return { node: { ...node, size }, far: [...far, { at, bytes }] };
  }
  const whole = new Uint8Array(Math.max(node.bytes.length, end));
  whole.set(node.bytes);
  whole.set(bytes, at);
  return { node: { is: 'file', bytes: whole, size }, far };
}

/** The file cut to `size`, or grown to it by zeros. */
export function resized({ node, far }: Content, size: number): Content {
  const bytes = node.bytes.length > size ? node.bytes.subarray(0, size) : node.bytes;
  const kept = far
    .filter(({ at }) => at < size)
    .map((one) => ({ at: one.at, bytes: one.bytes.subarray(0, size - one.at) }));
  return { node: { is: 'file', bytes, size }, far: kept };
}
