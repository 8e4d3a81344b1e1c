import { fileNode } from '../lib/image.ts';
import type { Image, Node } from '../lib/image.ts';
import { join } from '../lib/layout-damage.ts';
import { blake3Hex, frameBytes, headerBytesOf, noHash } from './bytes.ts';
import { pathOf } from './names.ts';
import type { Frame } from './ops.ts';

/** A frame of a sequence; its payload says which. */
export function frameOf(seq: bigint, more: Partial<Frame> = {}): Frame {
  const payload = new TextEncoder().encode(`p${seq}`);
  return { seq, at: seq * 10n, type: 1, payload, ...more };
}

/** What a segment of a test holds beside its frames. */
export interface Made {
  readonly number: bigint;
  readonly frames: readonly Frame[];
  /** The hash in its header, where it is not that of the segment before; hex. */
  readonly prev?: string;
  /** Bytes behind the last frame. */
  readonly tail?: Uint8Array;
}

/** The bytes of a segment. */
export function segmentBytes({ number, frames, prev = noHash, tail }: Made): Uint8Array {
  const header = headerBytesOf({ instance: 9n, segment: number, createdAtMicros: 7n, prev });
  return join(header, ...frames.map(frameBytes), tail ?? new Uint8Array(0));
}

/** A log of segments in the order given, each of which holds the hash of the one before. */
export function logOf(...all: readonly Made[]): Image {
  const image = new Map<string, Node>();
  let prev = noHash;
  for (const made of all) {
    const bytes = segmentBytes({ prev, ...made });
    image.set(pathOf(made.number), fileNode(bytes));
    prev = blake3Hex(bytes);
  }
  return image;
}

/** An image with one entry set, or taken out (null). */
export function changed(image: Image, path: string, to: Node | Uint8Array | null): Image {
  const next = new Map(image);
  if (to === null) next.delete(path);
  else next.set(path, to instanceof Uint8Array ? fileNode(to) : to);
  return next;
}

/** The bytes of a segment of an image; none where there is none. */
export function bytesAt(image: Image, number: bigint): Uint8Array {
  const node = image.get(pathOf(number));
  return node?.is === 'file' ? node.bytes : new Uint8Array(0);
}

/** Bytes with some at a place replaced. */
export function patched(bytes: Uint8Array, at: number, by: readonly number[]): Uint8Array {
  const next = bytes.slice();
  next.set(by, at);
  return next;
}
