import { crc32c } from '../lib/crc32c.ts';
import type { Node } from '../lib/image.ts';
import { decodeBinary, rawBytes, uintOf } from '../lib/layout-binary.ts';
import { hexOf } from '../lib/sha256.ts';
import { blake3Hex } from './bytes.ts';
import { countedFixedBytes, frameLengthMost, header } from './layout.ts';
import type { Frame } from './ops.ts';

export type FileNode = Extract<Node, { readonly is: 'file' }>;

/** Where the frames of a segment begin. */
export const headerBytes = 64;
/** The bytes of a frame's length, which does not count itself. */
export const lengthBytes = 4;

/** Bytes [from, to) of a file as far as it reaches; a sparse tail as zeros. */
export function slice({ bytes, size }: FileNode, from: number, to: number): Uint8Array {
  const end = Math.min(to, size);
  if (end <= bytes.length) return bytes.subarray(from, Math.max(from, end));
  const whole = new Uint8Array(Math.max(0, end - from));
  whole.set(bytes.subarray(Math.min(from, bytes.length), bytes.length));
  return whole;
}

/** What the bytes of a header say; of one that is cut short, zeros for what is missing. */
export interface Head {
  /** Whether all 64 bytes are there. */
  readonly isWhole: boolean;
  readonly magicRight: boolean;
  readonly version: bigint;
  readonly reserved: bigint;
  readonly instance: bigint;
  readonly segment: bigint;
  /** BLAKE3 of the segment before, hex. */
  readonly prev: string;
}

const magic = 0x41454442n;
const heads = new WeakMap<FileNode, Head>();

/** Reads the header of a segment. */
export function headOf(file: FileNode): Head {
  let head = heads.get(file);
  if (head === undefined) heads.set(file, (head = readHead(file)));
  return head;
}

function readHead(file: FileNode): Head {
  const there = slice(file, 0, headerBytes);
  const whole = new Uint8Array(headerBytes);
  whole.set(there);
  const decoded = decodeBinary(header, whole);
  const number = (name: string): bigint => uintOf(decoded, name);
  return {
    isWhole: there.length === headerBytes,
    magicRight: number('magic') === magic,
    version: number('formatVersion'),
    reserved: number('reserved'),
    instance: number('instanceId'),
    segment: number('segmentSeq'),
    prev: hexOf(rawBytes(whole, decoded.values.get('prevSegmentHash'))),
  };
}

/** What stands at a place where a frame should begin, looked at as every reader does. */
export interface Look {
  /** Bytes from here to the end of the file. */
  readonly left: number;
  /** What the frame says of its length, or null where not even that is there. */
  readonly length: number | null;
  /** Where it ends by its own word, length included. */
  readonly to: number;
  readonly inBounds: boolean;
  /** Whether all of it is in the file. */
  readonly fits: boolean;
  readonly sumRight: boolean;
  /** What it says, where it is all there and long enough to say it. */
  readonly frame: Frame | null;
}

const looks = new WeakMap<FileNode, Map<number, Look>>();

/** Looks at the frame that begins at `at`; nothing is allocated by what a length says. */
export function look(file: FileNode, at: number): Look {
  let known = looks.get(file);
  if (known === undefined) looks.set(file, (known = new Map()));
  let seen = known.get(at);
  if (seen === undefined) known.set(at, (seen = lookAt(file, at)));
  return seen;
}

function lookAt(file: FileNode, at: number): Look {
  const left = file.size - at;
  const none = { left, inBounds: false, fits: false, sumRight: false, frame: null };
  if (left < lengthBytes) return { ...none, length: null, to: file.size };
  const length = lengthAt(file, at);
  const to = at + lengthBytes + length;
  const inBounds = length >= countedFixedBytes && length <= frameLengthMost;
  const fits = to <= file.size;
  if (!inBounds || !fits) return { ...none, length, to, inBounds, fits };
  const bytes = slice(file, at, to);
  const sumRight = crc32c(bytes.subarray(0, -4)) === viewOf(bytes).getUint32(bytes.length - 4);
  return { left, length, to, inBounds, fits, sumRight, frame: frameIn(bytes) };
}

/** The length that stands at `at`, of which four bytes are in the file. */
export function lengthAt(file: FileNode, at: number): number {
  return viewOf(slice(file, at, at + lengthBytes)).getUint32(0);
}

function frameIn(bytes: Uint8Array): Frame {
  const view = viewOf(bytes);
  return {
    seq: view.getBigUint64(4),
    at: view.getBigUint64(12),
    type: view.getUint8(20),
    payload: bytes.subarray(21, -4),
  };
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

const hashes = new WeakMap<FileNode, string>();

/** Files above this are not hashed: it would take minutes. */
export const hashedBytesMost = 256 * 1024 * 1024;

/** BLAKE3 of a whole file in lower-case hex, or null where it is longer than is ever hashed. */
export function hashOfFile(file: FileNode): string | null {
  if (file.size > hashedBytesMost) return null;
  let hash = hashes.get(file);
  if (hash === undefined) hashes.set(file, (hash = blake3Hex(slice(file, 0, file.size))));
  return hash;
}
