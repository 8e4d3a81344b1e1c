import { describe, expect, it } from 'vitest';
import { bytesOf } from '../lib/image.ts';
import { crc32cHex } from '../lib/crc32c.ts';
import { join } from '../lib/layout-damage.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { structuralDamage, tearsOfWrite } from './damage.ts';
import { sampleImage } from './sample.ts';

/** Payloads of the first vector (format page, Vectors), so that the sample has known bytes. */
const vector = [
  '{"n":1}',
  '{"text":"h\u00e9llo\\n\u2028\\u0001"}',
  '[1,2.5,-0.0,null,true,18446744073709551615]',
];
const payload = (n: number): string => vector[n - 1] ?? `{"n":${n}}`;

describe('the sample store', () => {
  it('is the store of the vectors, byte for byte', () => {
    const image = sampleImage({ entries: 3, perSegment: 3, payload });
    const hash = (path: string): string => sha256Hex(bytesOf(image, path) ?? '');
    expect(hash('segments/0000000000000001.seg')).toBe(
      '159e46d40a0ea43fa1e48a85b58a5fc7b147c141dfdd3a3d80a2dbce655d286d',
    );
    expect(hash('index/offsets.jsonl')).toBe(
      '13a0ccac847e1cc8746a9d27ae3144ad49c16b576112e622a4c3458a6bd5f297',
    );
    expect(hash('manifest.json')).toBe(
      'ed9bd38fc6fa421ac0e030805298c14736d2c91f521358febbd1710b0332a9f7',
    );
    expect(hash('checkpoints/0000000000000001.json')).toBe(
      '1d1643b20ea9d08aba9f700d0949854915a0db6e984ec844432642fc5b3c9f4c',
    );
    const rotated = sampleImage({ entries: 3, perSegment: 2, payload });
    expect(crc32cHex(bytesOf(rotated, 'segments/0000000000000002.seg') ?? join())).toBe('DF0F6290');
  });
});

describe('structural damage', () => {
  const image = sampleImage({ entries: 8, perSegment: 3 });
  const damage = structuralDamage(image);

  it('is the same for the same image, and always changes something', () => {
    expect(structuralDamage(image)).toEqual(damage);
    expect(damage.length).toBeGreaterThan(500);
    for (const { file, from, to, bytes, why } of damage) {
      const old = bytesOf(image, file) ?? join();
      expect(from >= 0 && from <= to && to <= old.length, why).toBe(true);
      const after = join(old.subarray(0, from), bytes, old.subarray(to));
      expect(sha256Hex(after), why).not.toBe(sha256Hex(old));
    }
  });

  it.each([
    ['every file', /^(segment|index|checkpoint|manifest|ledger):/, 5],
    ['bad CRC', /index: line \d, row.crc32c has one/, 1],
    ['bad hash', /frame.payloadSha256 has one/, 1],
    ['mismatched coordinates', /frame.(segmentSeq|frameSeq|entrySeq) is one more/, 3],
    ['a missing newline', /newline missing/, 1],
    ['fused records', /fused with the next line/, 1],
    ['a NUL hole', /NUL hole/, 3],
    ['swapped, duplicated and deleted lines', /(swapped with|line duplicated|line deleted)/, 3],
    ['torn records', /torn at byte/, 10],
    ['checksum-preserving edits', /hash right, CRC not/, 2],
    ['positional arrays', /positional array/, 1],
  ])('has %s', (_, pattern, least) => {
    const found = new Set(damage.filter((d) => pattern.test(d.why)).map((d) => d.why));
    expect(found.size).toBeGreaterThanOrEqual(least);
  });

  it('leaves large and foreign files alone', () => {
    const odd = new Map(image).set('segments/notes.txt', { is: 'file', bytes: join(), size: 5 });
    odd.set('segments/0000000000000009.seg', { is: 'file', bytes: join(), size: 2 ** 40 });
    expect(structuralDamage(odd).length).toBe(damage.length);
  });

  it('tears a write inside every member and behind its last byte', () => {
    const line = bytesOf(image, 'segments/0000000000000003.seg') ?? join();
    const cuts = tearsOfWrite('segments/0000000000000003.seg', line);
    expect(cuts.at(-1)).toBe(line.length);
    expect(cuts.length).toBeGreaterThan(30);
    expect(tearsOfWrite('segments/other', line)).toEqual([]);
  });
});
