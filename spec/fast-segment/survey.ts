import { bytesOf } from '../lib/image.ts';
import type { Image, Node } from '../lib/image.ts';
import { decodeBinary, rawBytes, uintOf } from '../lib/layout-binary.ts';
import { decodeEntry, headerOf } from './bytes.ts';
import * as layout from './layout.ts';
import { pathOf } from './layout.ts';
import type { Entry } from './ops.ts';

/** A frame that verifies, at [from, to) of its file. */
export interface Found {
  readonly from: number;
  readonly to: number;
  readonly entry: Entry;
  /** False where no writer of ours spells it so. */
  readonly canonical: boolean;
}

/** A file's header: whole, torn while a new segment was made, or none. */
type Header = Whole | { readonly is: 'torn' } | { readonly is: 'damaged' };

interface Whole {
  readonly is: 'whole';
  readonly committed: bigint;
}

/** What the bytes of one segment are, judged by nothing else. */
export interface Survey {
  readonly size: number;
  readonly header: Header;
  /** Frames from the header on, until the first that does not verify. */
  readonly frames: readonly Found[];
  /** Where they end. */
  readonly soundEnd: number;
}

const { headerBytes, frameFixedBytes, payloadBytesMost } = layout;
const emptyHeader = headerOf(BigInt(headerBytes));
/** Sparse files are looked at no further: nobody wrote so many bytes. */
const bytesMost = 256 * 1024 * 1024;

type FileNode = Extract<Node, { readonly is: 'file' }>;
const surveys = new WeakMap<FileNode, Survey>();

/** What stands in a file; worked out once for each node. */
export function survey(node: FileNode): Survey {
  let found = surveys.get(node);
  if (found === undefined) surveys.set(node, (found = surveyed(node)));
  return found;
}

function surveyed(node: FileNode): Survey {
  const { size } = node;
  const bytes =
    size === node.bytes.length
      ? node.bytes
      : (bytesOf(new Map([['f', { ...node, size: Math.min(size, storedBytes(node)) }]]), 'f') ??
        new Uint8Array());
  const header = headerIn(bytes, size);
  const frames: Found[] = [];
  let at = headerBytes;
  while (header.is === 'whole') {
    const found = frameAt(bytes, at);
    if (found === null) break;
    frames.push(found);
    at = found.to;
  }
  return { size, header, frames, soundEnd: at };
}

/** As far as a frame can begin among stored bytes, and end: zeros behind them verify nowhere. */
const storedBytes = (node: FileNode): number =>
  Math.min(bytesMost, node.bytes.length + payloadBytesMost + frameFixedBytes);

function headerIn(bytes: Uint8Array, size: number): Header {
  const isNew = size === headerBytes && isLike(bytes, (byte, i) => byte === emptyHeader[i]);
  const isTorn =
    size <= headerBytes && isLike(bytes, (byte, i) => byte === 0 || byte === emptyHeader[i]);
  if (isTorn && !isNew) return { is: 'torn' };
  const decoded = decodeBinary(layout.header, bytes, 0, Math.min(headerBytes, bytes.length));
  if (decoded.flaws.some((flaw) => flaw.refusedBy !== 'none')) return { is: 'damaged' };
  return { is: 'whole', committed: uintOf(decoded, 'committedLength') };
}

const isLike = (bytes: Uint8Array, fits: (byte: number, at: number) => boolean): boolean =>
  bytes.subarray(0, headerBytes).every(fits);

/** The frame that begins at `from` and verifies; null where none does. */
export function frameAt(bytes: Uint8Array, from: number): Found | null {
  const left = bytes.length - from - frameFixedBytes;
  if (left < 0) return null;
  const length = lengthAt(bytes, from);
  if (length > BigInt(Math.min(left, payloadBytesMost))) return null;
  const decoded = decodeBinary(layout.frame, bytes, from);
  if (decoded.end === null || decoded.flaws.length > 0) return null;
  const payload = rawBytes(bytes, decoded.values.get('payload'));
  const read = decodeEntry(payload);
  if ('why' in read) return null;
  const canonical = read.canonical && read.end === payload.length;
  return { from, to: decoded.end, entry: read.entry, canonical };
}

function lengthAt(bytes: Uint8Array, at: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigUint64(0, true);
}

/** The segments of a store, by path: those that `original` would open under a session's id. */
export function segmentsIn(image: Image): readonly (readonly [path: string, node: FileNode])[] {
  return [...image]
    .flatMap(([path, node]) => {
      const id = /^sessions\/(\d{1,10})\.fast$/.exec(path)?.[1];
      if (id === undefined || node.is !== 'file' || pathOf(Number(id)) !== path) return [];
      return Number(id) < 2 ** 32 ? [[path, node] as const] : [];
    })
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}
