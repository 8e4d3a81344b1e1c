import { describe, expect, it } from 'vitest';
import { decodeEntry, payloadSize, writePayload } from './codec.ts';
import { frameOf, hashOf, headerOf } from './frame.ts';
import type { Entry } from './types.ts';

const write: Entry = {
  t: 'write',
  space: 1n,
  coords: [10, 20],
  revision: 1n,
  data: Uint8Array.of(1, 2, 3),
};
const tombstone: Entry = { t: 'tombstone', space: 251n, coords: [300, 70_000], revision: 65_536n };
const sealed: Entry = { t: 'sealed', block: 1n, space: 2n, snapshot: 3n };
const checkpoint = (revision: bigint): Entry => ({ t: 'checkpoint', revision });

function payloadOf(entry: Entry): Buffer {
  const bytes = Buffer.alloc(payloadSize(entry));
  expect(writePayload(bytes, entry, 0)).toBe(bytes.length);
  return bytes;
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const most64 = 2n ** 64n - 1n;

describe('the vectors of the format', () => {
  it.each([
    [250n, 'fa'],
    [251n, 'fbfb00'],
    [65_535n, 'fbffff'],
    [65_536n, 'fc00000100'],
    [2n ** 32n - 1n, 'fcffffffff'],
    [2n ** 32n, 'fd0000000001000000'],
    [most64, 'fdffffffffffffffff'],
  ])('spells the number %s as %s', (value, spelt) => {
    const payload = payloadOf(checkpoint(value));
    expect(payload.toString('hex')).toBe(`03${spelt}`);
    expect(decodeEntry(payload)).toEqual({
      entry: checkpoint(value),
      canonical: true,
    });
  });

  it.each([
    [
      write,
      '0001020a140103010203',
      'd6c9ebe8e8c879ffe98f9795bef5994eee4ac64434d5fa3944bbf2fdbcfc1968',
    ],
    [
      tombstone,
      '01fbfb0002fb2c01fc70110100fc00000100',
      '3c47774593b34cd9d3249d7605f5ecf870353d766cb41212d667aa8ca7e69150',
    ],
    [sealed, '02010203', 'a8164cb8370ab04a6ba747bb63baca74dbcdbfdb02eb230bae8e17fd7f16165f'],
    [checkpoint(7n), '0307', '0dd754868a5c8fb5b97b30ed633a525191a42d454168d5afcc4e727299191fc4'],
  ])('writes and reads %o', (entry, payload, hash) => {
    expect(payloadOf(entry).toString('hex')).toBe(payload);
    expect(Buffer.from(hashOf(hex(payload))).toString('hex')).toBe(hash);
    const length = Buffer.alloc(8);
    length.writeUInt8(payload.length / 2);
    expect(frameOf(entry).toString('hex')).toBe(`${length.toString('hex')}${payload}${hash}`);
    expect(decodeEntry(hex(payload))).toEqual({ entry, canonical: true });
  });

  it('writes the whole file of two sealed entries, and that of none', () => {
    const frames = Buffer.concat([frameOf(write), frameOf(checkpoint(7n))]);
    const file = Buffer.concat([headerOf(16n + BigInt(frames.length)), frames]);
    expect(file.toString('hex')).toBe(
      '4944425f465354006c000000000000000a000000000000000001020a140103010203d6c9ebe8e8c879ffe98f97' +
        '95bef5994eee4ac64434d5fa3944bbf2fdbcfc1968020000000000000003070dd754868a5c8fb5b97b30ed63' +
        '3a525191a42d454168d5afcc4e727299191fc4',
    );
    expect(headerOf(16n).toString('hex')).toBe('4944425f465354001000000000000000');
  });
});

describe('what a payload may be besides', () => {
  it.each([
    ['a number wider than need be', '03 fb0500', 5n],
    ['the widest form', '03 fd0500000000000000', 5n],
    ['a variant wider than need be', 'fb0300 05', 5n],
    ['bytes behind the entry', '03 05 ffff', 5n],
  ])('%s is read', (_what, payload, revision) => {
    expect(decodeEntry(hex(payload))).toEqual({ entry: checkpoint(revision), canonical: false });
  });

  it.each([
    ['nothing', '', 'short'],
    ['a number cut short', '03 fc0000', 'short'],
    ['a u64 in 128 bits', `03 fe${'00'.repeat(16)}`, 'bad_integer'],
    ['no form of a number', '03 ff', 'bad_integer'],
    ['a variant that is none', '04', 'bad_variant'],
    ['a variant in 64 bits', `fd${'00'.repeat(8)}`, 'bad_integer'],
    ['a coordinate in 64 bits', `01 00 01 fd${'00'.repeat(8)} 00`, 'bad_integer'],
    ['data cut short', '00 00 00 00 05 01020304', 'short'],
  ])('%s is no entry', (_what, payload, problem) => {
    expect(decodeEntry(hex(payload))).toMatchObject({ problem });
  });

  it('says what an absurd length asks for, and does not allocate it', () => {
    const long = 'fdffffffffffffffff';
    expect(decodeEntry(hex(`00 00 00 00 ${long}`))).toEqual({
      problem: 'short',
      wantedBytes: most64,
    });
    expect(decodeEntry(hex(`01 00 ${long}`))).toEqual({
      problem: 'short',
      wantedBytes: 4n * most64,
    });
  });

  it.each([
    { ...tombstone, coords: [2 ** 32] },
    { ...tombstone, coords: [-1] },
    { ...tombstone, coords: [0.5] },
    { ...tombstone, space: -1n },
    { ...tombstone, revision: most64 + 1n },
    { t: 'nothing' } as unknown as Entry,
  ])('%o cannot be written', (entry) => {
    expect(() => payloadSize(entry)).toThrow(expect.objectContaining({ code: 'entry_invalid' }));
  });
});
