import { describe, expect, it } from 'vitest';
import vectors from '../../fixtures/wal-segment/vectors.json' with { type: 'json' };
import { crc32cHex } from '../lib/crc32c.ts';
import { join } from '../lib/layout-damage.ts';
import { bytesOfHex, hexOf } from '../lib/sha256.ts';
import { blake3Hex, frameBytes, headerBytesOf } from './bytes.ts';
import { headOf, look } from './frames.ts';

const bytes = (digits: string): Uint8Array => bytesOfHex(digits) ?? new Uint8Array(0);
const fileOf = (all: Uint8Array) => ({ is: 'file', bytes: all, size: all.length }) as const;

describe('vectors', () => {
  it.each(vectors.frames)('frame: $what', ({ seq, at, type, payloadHex, hex }) => {
    const frame = { seq: BigInt(seq), at: BigInt(at), type, payload: bytes(payloadHex) };
    expect(hexOf(frameBytes(frame))).toBe(hex);
    const seen = look(fileOf(bytes(hex)), 0);
    expect(seen).toMatchObject({ inBounds: true, fits: true, sumRight: true, frame });
    expect(seen.to).toBe(hex.length / 2);
  });

  it.each(vectors.headers)('header: $what', ({ instance, segment, createdAtMicros, prev, hex }) => {
    const facts = { instance: BigInt(instance), segment: BigInt(segment), prev };
    const made = headerBytesOf({ ...facts, createdAtMicros: BigInt(createdAtMicros) });
    expect(hexOf(made)).toBe(hex);
    const head = { isWhole: true, magicRight: true, version: 1n, reserved: 0n, ...facts };
    expect(headOf(fileOf(bytes(hex)))).toEqual(head);
  });

  it.each(vectors.segments)('segment: $what', ({ header, frames, bytes: size, blake3 }) => {
    const parts = [vectors.headers[header], ...frames.map((i) => vectors.frames[i])];
    const whole = join(...parts.map((part) => bytes(part?.hex ?? '')));
    expect([whole.length, blake3Hex(whole)]).toEqual([size, blake3]);
  });

  it.each(vectors.crc32c)('CRC-32C: $what', ({ hex, crc32c }) => {
    expect(crc32cHex(bytes(hex)).toLowerCase()).toBe(crc32c);
  });

  it.each(vectors.blake3)('BLAKE3: $what', ({ hex, blake3 }) => {
    expect(blake3Hex(bytes(hex))).toBe(blake3);
  });
});
