import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Image } from '../lib/image.ts';
import { join } from '../lib/layout-damage.ts';
import { headerOf, keyOf } from './bytes.ts';
import { assess, classify } from './classify.ts';
import { codes } from './codes.ts';
import { uncoveredBytes } from './damage.ts';
import { does, legalOpens, start } from './table.ts';
import { endsOf, entries, over, segment, segmentBytes, storeOf } from './testing.ts';

const bytes = segmentBytes();
const ends = endsOf(entries);
const [, one = 0, two = 0, , four = 0] = ends;
const keys = entries.map(keyOf);
const twice = [...entries, ...entries];

type Case = [what: string, image: Image, opens: number | string, why?: string, is?: string];

const cases: Case[] = [
  ['nothing', new Map(), 0],
  ['an empty segment', storeOf(headerOf(16n)), 0],
  ['a whole one', storeOf(), 4],
  ['no bytes', storeOf(join()), 0, 'torn_header', 'torn'],
  ['9 bytes of a new header', storeOf(headerOf(16n).slice(0, 9)), 0, 'torn_header', 'torn'],
  ['16 zeros', storeOf(new Uint8Array(16)), 0, 'torn_header', 'torn'],
  ['a magic, then zeros', storeOf(headerOf(0n)), 0, 'torn_header', 'torn'],
  ['10 bytes of another header', storeOf(headerOf(0x16cn).slice(0, 10)), 'header_damaged'],
  ['17 zeros', storeOf(new Uint8Array(17)), 'header_damaged'],
  ['another magic', storeOf(over(bytes, 3, 1)), 'header_damaged'],
  ['a tail behind the length', storeOf(segmentBytes(entries, BigInt(two))), 2, 'uncommitted_tail', 'torn'],
  ['garbage behind the length', storeOf(join(bytes, Uint8Array.of(1, 2))), 4, 'uncommitted_tail', 'torn'],
  ['one byte of a length', storeOf(segmentBytes(twice, 200n)), 8, 'torn_committed_length', 'torn'],
  ['a length in a frame', storeOf(segmentBytes(entries, BigInt(two + 1))), 'committed_misplaced'],
  ['a length in the header', storeOf(segmentBytes(entries, 5n)), 'committed_misplaced'],
  ['a length behind the end', storeOf(segmentBytes(entries, BigInt(four + 1))), 'committed_beyond_end'],
  ['a file cut short', storeOf(bytes.slice(0, -1)), 'committed_beyond_end'],
  ['a flipped payload', storeOf(over(bytes, one + 10, 0xaa)), 'corrupt_frame'],
  ['a length in a frame, garbage behind all', storeOf(join(segmentBytes(entries, BigInt(two + 1)), Uint8Array.of(1))), 'committed_misplaced'],
  ['a frame length of 2^64-1', storeOf(over(bytes, one, 255, 255, 255, 255, 255, 255, 255, 255)), 'corrupt_frame'],
  ['a directory', storeOf({ is: 'dir' }), 'not_a_file'],
  ['a link', storeOf({ is: 'link', to: 'x' }), 'symlink_refused'],
  ['sessions as a file', new Map([['sessions', { is: 'file' as const, bytes: join(), size: 0 }]]), 'not_a_file'],
  ['sessions as a link', new Map([['sessions', { is: 'link' as const, to: 'x' }]]), 'symlink_refused'],
]; // prettier-ignore

describe('what bytes are', () => {
  it.each(cases)('%s', (...[, image, opens, why, is]) => {
    const [legal, ...others] = assess(image).legals;
    expect(others).toEqual([]);
    if (typeof opens === 'string') {
      expect(legal).toEqual({ open: 'refused', codes: [opens], readable: [] });
      expect(codes.map(({ code }) => code)).toContain(opens);
      const file = image.get(segment);
      if (file?.is === 'file') {
        expect(classify(image)).toMatchObject([{ is: 'corrupt', why: opens }]);
      }
      return;
    }
    expect(legal).toEqual({ open: 'ok', keys: [...keys, ...keys].slice(0, opens) });
    const found = classify(image);
    if (why === undefined) expect(found).toEqual([]);
    else {
      expect(found).toMatchObject([{ is, why, file: segment }]);
      expect(assess(image).owed.repairs).toMatchObject([{ file: segment, why }]);
    }
  });

  it('judges every segment, and shows but the one', () => {
    const image = new Map([...storeOf(), ['sessions/8.fast', { is: 'file' as const, bytes: bytes.slice(0, 8), size: 8 }]]); // prettier-ignore
    expect(classify(image)).toMatchObject([{ is: 'torn', file: 'sessions/8.fast' }]);
    expect(assess(image).legals).toMatchObject([{ open: 'ok', keys }]);
  });
});

describe('laws', () => {
  const seed = 20_261_120;

  it('notices every flipped bit, but of the length where that names another end', () => {
    const missed: string[] = [];
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const image = storeOf(over(bytes, at, (bytes[at] ?? 0) ^ (1 << bit)));
        if (classify(image).every(({ is }) => is !== 'torn' && is !== 'corrupt')) {
          missed.push(`${at}`);
        }
      }
    }
    expect(missed).toEqual([]);
    const [length] = uncoveredBytes(storeOf());
    expect(length).toMatchObject({ from: 8, to: 16, member: 'header.committedLength' });
    for (const end of ends.slice(0, -1)) {
      const shown = assess(storeOf(segmentBytes(entries, BigInt(end)))).legals;
      expect(shown).toEqual([{ open: 'ok', keys: keys.slice(0, ends.indexOf(end)) }]);
    }
  });

  it('gives a prefix or a refusal for every cut, and never more than was committed', () => {
    for (let to = 0; to <= bytes.length; to++) {
      const [legal] = assess(storeOf(bytes.slice(0, to))).legals;
      if (legal?.open !== 'ok') continue;
      expect(keys.slice(0, legal.keys.length)).toEqual(legal.keys);
      expect(to <= 9 || to === bytes.length || legal.keys.length > 0).toBe(true);
    }
  });

  it('takes any bytes at all, in table and classification', () => {
    const pieces = fc.oneof(
      fc.constantFrom(bytes.slice(0, 8), bytes.slice(0, 16), bytes.slice(16, one), headerOf(1n << 62n)),
      fc.uint8Array({ maxLength: 60 }),
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((n) => headerOf(n).slice(8)),
    ); // prettier-ignore
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 6 }), (parts) => {
        const image = storeOf(join(...parts));
        const { legals } = assess(image);
        expect(legals).toHaveLength(1);
        expect(legalOpens(image).length).toBeGreaterThan(0);
        const [opened] = does(start(image), { op: 'open', id: 7 });
        const ways = does(opened!.world, { op: 'readCommitted', id: 7 });
        expect(ways.length).toBeGreaterThan(0);
      }),
      { seed, numRuns: 400 },
    );
  });

  it('makes nothing for the zeros of a sparse file', () => {
    const size = 2 ** 46;
    const image = storeOf({ is: 'file', bytes, size });
    expect(classify(image)).toMatchObject([{ why: 'uncommitted_tail', from: four, to: size }]);
    expect(legalOpens(image)).toMatchObject([{ open: 'ok', keys }]);
    const late = { op: 'seal', id: 7, entries: [], deadlineMs: 0 } as const;
    const grown = storeOf(segmentBytes(entries, BigInt(size)));
    const [opened] = does(start(grown), { op: 'open', id: 7 });
    const sizes = does(opened!.world, late).map(({ outcome, world }) => {
      const node = world.image.get(segment);
      return [outcome.is, node?.is === 'file' && node.size];
    });
    expect(sizes).toEqual([['ok', size], ['fail', four]]); // prettier-ignore
  });
});
