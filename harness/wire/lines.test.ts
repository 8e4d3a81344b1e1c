import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineCutter } from './lines.ts';
import type { Line } from './lines.ts';

const seed = 20_260_101;

function cut(chunks: readonly Uint8Array[], maxLineBytes: number): Line[] {
  const cutter = createLineCutter(() => maxLineBytes);
  return [...chunks.flatMap((chunk) => cutter.push(chunk)), ...cutter.end()];
}

describe('createLineCutter', () => {
  it('cuts at LF and nowhere else', () => {
    const lines = cut([Buffer.from('a\r\n\u2028\u0085b\n\nrest')], 100);
    expect(lines.map((l) => (l.is === 'too long' ? l.is : l.bytes.toString()))).toEqual([
      'a\r',
      '\u2028\u0085b',
      '',
      'rest',
    ]);
    expect(lines.at(-1)?.is).toBe('unfinished');
  });

  it('takes a line of exactly the limit, skips a longer one whole and goes on after it', () => {
    const lines = cut([Buffer.from('1234\n12345'), Buffer.from('6789\nab\n')], 4);
    expect(lines.map((l) => l.is)).toEqual(['line', 'too long', 'line']);
    expect(cut([Buffer.from('12345')], 4)).toEqual([{ is: 'too long' }]);
    expect(cut([Buffer.from('')], 4)).toEqual([]);
  });

  it('gives the same lines however the stream is chunked', () => {
    const bytes = fc.uint8Array({ maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(60)), (stream, cuts) => {
        const spread = Uint8Array.from(stream, (b) => (b < 64 ? 0x0a : b));
        const points = [...new Set([0, ...cuts.map((c) => Math.min(c, spread.length))])].toSorted(
          (a, b) => a - b,
        );
        const chunks = points.map((from, i) => spread.subarray(from, points[i + 1]));
        expect(cut(chunks, 8)).toEqual(cut([spread], 8));
      }),
      { seed },
    );
  });
});
