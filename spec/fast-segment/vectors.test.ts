import { describe, expect, it } from 'vitest';
import vectors from '../../fixtures/fast-segment/vectors.json' with { type: 'json' };
import { bytesOfHex, hexOf } from '../lib/sha256.ts';
import { readUint, varintBytes, wideBytes, type Cursor } from './bincode.ts';
import { decodeEntry, encodeEntry, frameBytes, hashOf, headerOf } from './bytes.ts';
import type { Entry } from './ops.ts';

const bytes = (hex: string): Uint8Array => bytesOfHex(hex) ?? new Uint8Array();

function entryOf(name: string): Entry {
  const found = vectors.entries.find((one) => one.name === name)?.entry;
  if (found === undefined) throw new Error(`no vector ${name}`);
  const { coords = [], dataHex = '' } = found;
  const u64 = (text: string | undefined): bigint => BigInt(text ?? '');
  switch (found.t) {
    case 'write':
      return {
        t: 'write', space: u64(found.space), coords, revision: u64(found.revision),
        data: bytes(dataHex),
      }; // prettier-ignore
    case 'tombstone':
      return { t: 'tombstone', space: u64(found.space), coords, revision: u64(found.revision) };
    case 'sealed':
      return {
        t: 'sealed', block: u64(found.block), space: u64(found.space),
        snapshot: u64(found.snapshot),
      }; // prettier-ignore
    default:
      return { t: 'checkpoint', revision: u64(found.revision) };
  }
}

const cursor = (hex: string): Cursor => ({ bytes: bytes(hex), at: 0, canonical: true });

describe('vectors of the format', () => {
  it.each(vectors.varints)('spells $value as $hex', ({ value, hex }) => {
    expect(hexOf(Uint8Array.from(varintBytes(BigInt(value))))).toBe(hex);
    const at = cursor(hex);
    expect(readUint(at, 64)).toBe(BigInt(value));
    expect(at).toMatchObject({ at: hex.length / 2, canonical: true });
  });

  it.each(vectors.entries)('encodes entry $name', ({ name, payload, blake3 }) => {
    const entry = entryOf(name);
    expect(hexOf(encodeEntry(entry))).toBe(payload);
    const end = payload.length / 2;
    expect(decodeEntry(bytes(payload))).toEqual({ entry, end, canonical: true });
    if (blake3 !== undefined) expect(hexOf(hashOf(bytes(payload)))).toBe(blake3);
  });

  it('makes the frame, the empty file and the sealed file', () => {
    expect(hexOf(frameBytes(entryOf('A')))).toBe(vectors.frameA);
    expect(hexOf(headerOf(16n))).toBe(vectors.emptyFile);
    const { entries, committed, hex } = vectors.sealedFile;
    const parts = [headerOf(BigInt(committed)), ...entries.map((e) => frameBytes(entryOf(e)))];
    expect(parts.map(hexOf).join('')).toBe(hex);
    expect(hexOf(hashOf(new Uint8Array()))).toBe(vectors.empty.payloadHash);
  });
});

describe('numbers', () => {
  it.each([0, 1, 2])('reads a number in the wider spelling %i, and says so', (sort) => {
    const at = cursor(hexOf(Uint8Array.from(wideBytes(5n, sort))));
    expect(readUint(at, 64)).toBe(5n);
    expect(at.canonical).toBe(false);
  });

  it('refuses a spelling wider than the field, the widest and the one that is none', () => {
    for (const [hex, bits] of [
      ['fd0500000000000000', 32],
      ['fe', 64],
      ['ff', 64],
    ] as const) {
      expect(() => readUint(cursor(hex), bits)).toThrow('bad_number');
    }
    expect(readUint(cursor('fc05000000'), 32)).toBe(5n);
    expect(() => readUint(cursor('fb05'), 64)).toThrow('cut_short');
    expect(() => varintBytes(1n << 64n)).toThrow(TypeError);
    expect(() => encodeEntry({ t: 'tombstone', space: 0n, coords: [1.5], revision: 0n })).toThrow(
      TypeError,
    );
  });
});
