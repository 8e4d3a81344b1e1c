import { bytesOf } from '../lib/image.ts';
import type { Image, Path } from '../lib/image.ts';
import { damageBinary, tearsOfBinary } from '../lib/layout-binary-damage.ts';
import type { Edit } from '../lib/layout-damage.ts';
import { layoutOf } from '../lib/layout.ts';
import { wideBytes } from './bincode.ts';
import { framed, headerOf } from './bytes.ts';
import { format, headerBytes, segmentFile } from './layout.ts';
import { segmentsIn, survey, type Found } from './survey.ts';

/** A change of bytes [from, to) of one file that the layout suggests, and why. */
export interface Damage extends Edit {
  readonly file: Path;
}

/** Larger files are left to damage that knows no format. */
const fileBytesMost = 1 << 20;

/**
 * All structural damage of a store's segments, in the order of their paths; the same image gives
 * the same list. Each entry is damage on its own.
 */
export function structuralDamage(image: Image): readonly Damage[] {
  return segmentsIn(image).flatMap(([file, node]) => {
    if (node.size > fileBytesMost) return [];
    const bytes = bytesOf(image, file) ?? new Uint8Array();
    const { frames, header } = survey(node);
    const committed = header.is === 'whole' ? header.committed : 0n;
    const odd = frames.slice(0, 12).flatMap((one) => oddPayloads(bytes, one));
    return [
      ...damageBinary(segmentFile, bytes),
      ...committedLengths(bytes, frames),
      ...frames.slice(0, 2).flatMap((one) => [...absurdLengths(one), ...payloads(bytes, one)]),
      ...odd,
      ...odd
        .filter(({ to }) => BigInt(to) <= committed && committed <= BigInt(bytes.length))
        .map((one) => published(bytes, one, committed)),
    ]
      .filter((edit) => changes(edit, bytes))
      .map((edit) => ({ file, ...edit }));
  });
}

function changes({ from, to, bytes: by }: Edit, bytes: Uint8Array): boolean {
  return by.length !== to - from || by.some((byte, i) => byte !== bytes[from + i]);
}

const u64At = (value: bigint): Uint8Array => headerOf(value).slice(8);

/**
 * Committed lengths that mean something: none, in the header, in a frame, at one, behind the end.
 */
function committedLengths(bytes: Uint8Array, frames: readonly Found[]): readonly Edit[] {
  if (bytes.length < headerBytes) return [];
  const size = BigInt(bytes.length);
  const ends = [16n, ...frames.map(({ to }) => BigInt(to))].slice(-4);
  const lengths = [0n, 8n, 17n, ...ends, ...ends.map((end) => end + 1n), size, size + 1n];
  return [...lengths, 1n << 40n, 1n << 62n, 1n << 63n, (1n << 64n) - 1n].map((length) => ({
    from: 8,
    to: 16,
    bytes: u64At(length),
    why: `the committed length is ${length}`,
  }));
}

/** Frame lengths at which readers allocate what is not there. */
function absurdLengths({ from }: Found): readonly Edit[] {
  return [1n << 31n, (1n << 32n) - 1n, 1n << 36n, 1n << 62n, (1n << 64n) - 1n].map((length) => ({
    from,
    to: from + 8,
    bytes: u64At(length),
    why: `the length of a frame is ${length}`,
  }));
}

/** A frame with another payload, whose hash is right. */
const reframed =
  ({ from, to }: Found) =>
  (why: string, ...parts: readonly (readonly number[] | Uint8Array)[]): Edit => ({
    from,
    to,
    bytes: framed(Uint8Array.from(parts.flatMap((part) => [...part]))),
    why: `a payload ${why}, and its hash is right`,
  });

/** Payloads of nothing, of no entry, cut short, with an absurd count. */
function payloads(bytes: Uint8Array, found: Found): readonly Edit[] {
  const payload = bytes.subarray(found.from + 8, found.to - 32);
  const put = reframed(found);
  return [
    put('is empty'),
    put('is of no variant', [4], payload.subarray(1)),
    put('is cut short', payload.subarray(0, -1)),
    put('claims 2^40 coordinates', [0, 1], wideBytes(1n << 40n, 2)),
    put('claims 2^62 bytes', [0, 1, 0, 1], wideBytes(1n << 62n, 2)),
  ];
}

/** Payloads that readers take although no writer makes them. */
function oddPayloads(bytes: Uint8Array, found: Found): readonly Edit[] {
  const payload = bytes.subarray(found.from + 8, found.to - 32);
  const put = reframed(found);
  const variant = BigInt(payload[0] ?? 0);
  return [
    put('goes on behind its entry', payload, [0, 1, 2]),
    ...[0, 1].map((sort) => put('is spelled wider', wideBytes(variant, sort), payload.subarray(1))),
  ];
}

/** The same, with a committed length that goes along with it: then the segment opens. */
function published(bytes: Uint8Array, { from, to, ...odd }: Edit, committed: bigint): Edit {
  const length = committed + BigInt(odd.bytes.length - (to - from));
  const before = bytes.subarray(headerBytes, from);
  return {
    from: 8,
    to,
    bytes: Uint8Array.from([...u64At(length), ...before, ...odd.bytes]),
    why: `${odd.why}, and so is the committed length`,
  };
}

/** Positions worth a tear inside bytes that are written to `path`: [0, length]. */
export function tearsOfWrite(path: Path, bytes: Uint8Array): readonly number[] {
  const found = layoutOf(format, path.replace(/\.tmp$/, ''));
  if (found === null) return [];
  // The committed length alone, overwritten in place: every byte of it means something.
  if (bytes.length === 8) return [1, 2, 3, 4, 5, 6, 7];
  return tearsOfBinary(found.file, bytes);
}

/** Bytes [from, to) of a segment whose change may go unnoticed. */
export interface Uncovered {
  readonly file: Path;
  readonly from: number;
  readonly to: number;
  readonly member: string;
}

/**
 * What no check covers in these very bytes: the committed length, wherever it comes to name another
 * end of a frame, and all that stands behind it.
 */
export function uncoveredBytes(image: Image): readonly Uncovered[] {
  return segmentsIn(image).flatMap(([file, node]): readonly Uncovered[] => {
    const { header, size } = survey(node);
    if (header.is !== 'whole') return [];
    const { committed } = header;
    const tail = committed >= BigInt(headerBytes) && committed < BigInt(size);
    const behind = { file, from: Number(committed), to: size, member: 'behind the commit' };
    const length = { file, from: 8, to: 16, member: 'header.committedLength' };
    return tail ? [length, behind] : [length];
  });
}
