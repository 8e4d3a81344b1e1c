import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blake3Hex } from '../lib/blake3.ts';
import { crc32c } from '../lib/crc32c.ts';
import { envOver, freshRoot, plant } from '../session-store-v2/testing.ts';
import { decodeHeader, encodeHeader, segmentName, segmentNumber } from './format.ts';
import { frames, verify } from './store.ts';
import { bytesOf, filesOf } from './testing.ts';
import type { Frame } from './types.ts';

// The worked examples of the format page, byte for byte.

interface Vectors {
  readonly frames: readonly {
    readonly what: string;
    readonly seq: string;
    readonly at: string;
    readonly type: number;
    readonly payloadHex: string;
    readonly hex: string;
  }[];
  readonly headers: readonly {
    readonly what: string;
    readonly instance: string;
    readonly segment: string;
    readonly createdAtMicros: string;
    readonly prev: string;
    readonly hex: string;
  }[];
  readonly segments: readonly {
    readonly what: string;
    readonly header: number;
    readonly frames: readonly number[];
    readonly bytes: number;
    readonly blake3: string;
  }[];
  readonly crc32c: readonly {
    readonly what: string;
    readonly hex: string;
    readonly crc32c: string;
  }[];
  readonly blake3: readonly {
    readonly what: string;
    readonly hex: string;
    readonly blake3: string;
  }[];
}

const file = new URL('../../fixtures/wal-segment/vectors.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

const frameOf = ({ seq, at, type, payloadHex }: Vectors['frames'][number]): Frame => ({
  seq: BigInt(seq),
  at: BigInt(at),
  type,
  payload: Uint8Array.from(Buffer.from(payloadHex, 'hex')),
});

const segmentBytes = ({ header, frames: used }: Vectors['segments'][number]): Buffer => {
  const parts = [vectors.headers[header]?.hex, ...used.map((i) => vectors.frames[i]?.hex)];
  return Buffer.from(parts.join(''), 'hex');
};

describe('the worked examples', () => {
  it.each(vectors.frames)('frame: $what', (vector) => {
    expect(bytesOf([frameOf(vector)]).toString('hex')).toBe(vector.hex);
    const root = freshRoot();
    const bytes = Buffer.concat([Buffer.from(vectors.headers[0]?.hex ?? '', 'hex'), Buffer.from(vector.hex, 'hex')]); // prettier-ignore
    plant(root, filesOf({ 1: bytes }));
    expect(frames(envOver(), root, 1n)).toEqual([frameOf(vector)]);
  });

  it.each(vectors.headers)('header: $what', ({ instance, segment, createdAtMicros, prev, hex }) => {
    const said = {
      instance: BigInt(instance),
      seq: BigInt(segment),
      createdAtMicros: BigInt(createdAtMicros),
      prev,
    };
    expect(encodeHeader(said).toString('hex')).toBe(hex);
    const read = decodeHeader(Buffer.from(hex, 'hex'));
    expect(read).toEqual({ ...said, isMagic: true, version: 1, reserved: 0 });
  });

  it.each(vectors.segments)('segment: $what', (vector) => {
    const bytes = segmentBytes(vector);
    expect(bytes).toHaveLength(vector.bytes);
    expect(blake3Hex(bytes)).toBe(vector.blake3);
    const root = freshRoot();
    plant(root, filesOf({ 1: bytes }));
    expect(verify(envOver(), root)).toEqual([
      { segment: 1n, prev: '0'.repeat(64), hash: vector.blake3 },
    ]);
  });

  it('a chain: the second header holds the hash of the first segment', () => {
    const [first] = vectors.segments;
    if (first === undefined) throw new Error('no segment');
    const root = freshRoot();
    const next = Buffer.from(vectors.headers[1]?.hex ?? '', 'hex');
    plant(root, filesOf({ 1: segmentBytes(first), 2: next }));
    expect(verify(envOver(), root)).toHaveLength(2);
  });

  it.each(vectors.crc32c)('CRC-32C: $what', ({ hex, crc32c: wanted }) => {
    expect(crc32c(Buffer.from(hex, 'hex')).toString(16).padStart(8, '0')).toBe(wanted);
  });

  it.each(vectors.blake3)('BLAKE3: $what', ({ hex, blake3: wanted }) => {
    expect(blake3Hex(Buffer.from(hex, 'hex'))).toBe(wanted);
  });
});

describe('names', () => {
  it('have 16 digits at least, and as many as the number needs', () => {
    expect(segmentName(1n)).toBe('segment_0000000000000001.aedbwal');
    expect(segmentName(18_446_744_073_709_551_615n)).toBe('segment_18446744073709551615.aedbwal');
  });

  it.each([
    ['segment_0000000000000001.aedbwal', 1n],
    ['segment_1.aedbwal', 1n],
    ['segment_+1.aedbwal', 1n],
    ['segment_segment_1.aedbwal', 1n],
    ['segment_18446744073709551615.aedbwal', 18_446_744_073_709_551_615n],
    ['segment_18446744073709551616.aedbwal', null],
    ['segment_000000000000000000000000000000007.aedbwal', 7n],
    ['segment_-1.aedbwal', null],
    ['segment_++1.aedbwal', null],
    ['segment_.aedbwal', null],
    ['segment_1.aedbwal.tmp', null],
    ['1.aedbwal', null],
    ['segment_1', null],
  ])('%s is %s', (name, seq) => {
    expect(segmentNumber(name)).toBe(seq);
  });
});
