import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../lib/image.ts';
import { dumpBinary } from '../lib/layout-binary-dump.ts';
import { recordsOf } from '../lib/layout-binary.ts';
import { join } from '../lib/layout-damage.ts';
import { layoutOf, uncoveredFields } from '../lib/layout.ts';
import { varintBytes, wideBytes } from './bincode.ts';
import { decodeEntry, encodeEntry, framed, headerOf } from './bytes.ts';
import { structuralDamage, tearsOfWrite } from './damage.ts';
import { format, frame, header, pathOf, segmentFile } from './layout.ts';
import type { Entry } from './ops.ts';
import { frameAt, segmentsIn, survey } from './survey.ts';
import { endsOf, entries, over, segment, segmentBytes, storeOf } from './testing.ts';

const seed = 20_261_120;
const bytes = segmentBytes();
const ends = endsOf(entries);

const u64 = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  fc.constantFrom(0n, 250n, 251n, 65_535n, 65_536n, (1n << 32n) - 1n, 1n << 32n, (1n << 64n) - 1n),
);
const address = {
  space: u64,
  coords: fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 300, size: 'max' }),
};
const anyEntry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({ t: fc.constant('write' as const), ...address, revision: u64, data: fc.uint8Array({ maxLength: 400, size: 'max' }) }),
  fc.record({ t: fc.constant('tombstone' as const), ...address, revision: u64 }),
  fc.record({ t: fc.constant('sealed' as const), block: u64, space: u64, snapshot: u64 }),
  fc.record({ t: fc.constant('checkpoint' as const), revision: u64 }),
); // prettier-ignore

describe('the codec', () => {
  it('reads back every entry, whole', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const payload = encodeEntry(entry);
        expect(decodeEntry(payload)).toEqual({ entry, end: payload.length, canonical: true });
        for (const cut of [0, payload.length >> 1, payload.length - 1]) {
          expect(decodeEntry(payload.subarray(0, cut))).toHaveProperty('why');
        }
      }),
      { seed, numRuns: 500 },
    );
  });

  it('takes any bytes, and makes nothing by what they claim', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (payload) => {
        const read = decodeEntry(payload);
        if ('why' in read) return;
        expect(read.end).toBeLessThanOrEqual(payload.length);
        const again = encodeEntry(read.entry);
        expect(decodeEntry(again)).toMatchObject({ entry: read.entry, canonical: true });
        expect(read.canonical && read.end === payload.length).toBe(
          again.every((byte, i) => byte === payload[i]) && again.length === payload.length,
        );
      }),
      { seed, numRuns: 4000 },
    );
    for (const count of [1n << 31n, (1n << 32n) - 1n, 1n << 62n, (1n << 64n) - 1n]) {
      const many = Uint8Array.from([1, 1, ...wideBytes(count, 2)]);
      expect(decodeEntry(many)).toEqual({ why: 'bad_length', claims: 4n * count });
      const long = Uint8Array.from([0, 1, 0, 1, ...varintBytes(count)]);
      expect(decodeEntry(long)).toEqual({ why: 'bad_length', claims: count });
    }
  });
});

describe('the layout', () => {
  it('names the files of sessions, and no others', () => {
    expect(layoutOf(format, pathOf(2 ** 32 - 1))?.number).toBe(4_294_967_295n);
    expect(layoutOf(format, 'sessions/0.fast')?.number).toBe(0n);
    for (const name of ['07', '+7', '4294967296', '', '-1', '7.tmp']) {
      expect(layoutOf(format, `sessions/${name}.fast`)).toBeNull();
    }
    const others = new Map([...storeOf(), ['sessions/07.fast', { is: 'dir' as const }]]);
    expect(segmentsIn(others).map(([path]) => path)).toEqual([segment]);
  });

  it('decodes a segment into header and frames, each where it stands', () => {
    const records = [...recordsOf(segmentFile, bytes)];
    expect(records.map(({ record, from }) => [record.name, from])).toEqual(
      [['header', 0], ...ends.slice(0, -1).map((end) => ['frame', end])],
    ); // prettier-ignore
    expect(records.flatMap(({ decoded }) => decoded.flaws)).toEqual([]);
    expect([header, frame].flatMap(uncoveredFields)).toEqual([]);
    expect(dumpBinary(segmentFile, bytes, 9).join('\n')).toContain('header.committedLength = 236');
    const flipped = over(bytes, 30, 0xff);
    expect(dumpBinary(segmentFile, flipped, 30).join('\n')).toMatch(/bad_checksum: hash is not/);
  });

  it.each([
    ['a hash', (at: Uint8Array) => over(at, at.length - 1, (at.at(-1) ?? 0) ^ 1)],
    ['a payload', (at: Uint8Array) => over(at, 8, 9)],
    ['a longer length', (at: Uint8Array) => over(at, 0, (at[0] ?? 0) + 1)],
    ['a length of 2^63', (at: Uint8Array) => over(at, 7, 0x80)],
    ['no entry', () => framed(Uint8Array.of(9))],
  ])('verifies no frame with %s', (_what, damage) => {
    const whole = bytes.slice(16, ends[1]);
    expect(frameAt(whole, 0)).toMatchObject({ from: 0, to: whole.length, entry: entries[0] });
    expect(frameAt(damage(whole), 0)).toBeNull();
  });
});

describe('structural damage', () => {
  const image = storeOf();
  const damage = structuralDamage(image);

  it('is the same for the same image, and always changes something', () => {
    expect(structuralDamage(image)).toEqual(damage);
    expect(damage.length).toBeGreaterThan(120);
    for (const { file, from, to, bytes: put, why } of damage) {
      const old = bytesOf(image, file) ?? join();
      expect(from >= 0 && from <= to && to <= old.length, why).toBe(true);
      expect(join(old.subarray(0, from), put, old.subarray(to)), why).not.toEqual(old);
    }
  });

  it.each([
    ['the committed length is 18446744073709551615', 1],
    ['the committed length is 17', 1],
    ['the length of a frame is 4611686018427387904', 2],
    ['a payload goes on behind its entry', 4],
    ['a payload is spelled wider', 8],
    ['frame 2, payload has its first bit flipped', 1],
    ['header 1, magic is zero', 1],
  ])('has %s', (why, least) => {
    const found = damage.filter((one) => one.why.includes(why)).length;
    expect(found).toBeGreaterThanOrEqual(least);
  });

  it('tears a committed length at each byte, and frames at each field', () => {
    expect(tearsOfWrite(segment, headerOf(300n).slice(8))).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(tearsOfWrite(`${segment}.tmp`, headerOf(16n))).toContain(8);
    expect(tearsOfWrite(segment, bytes.slice(16))).toEqual(
      expect.arrayContaining([1, 8, (ends[1] ?? 0) - 16]),
    );
    expect(tearsOfWrite('elsewhere', bytes)).toEqual([]);
  });

  it('is seen by the survey, but for what nothing covers', () => {
    const node = image.get(segment);
    if (node?.is !== 'file') throw new Error('no file');
    expect(survey(node).frames).toHaveLength(4);
  });
});
