import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOf } from '../../../spec/session-store-v2/classify-lines.ts';
import { piecesOf } from './lines.ts';
import type { LineLimits, Piece } from './lines.ts';

function readable(bytes: Uint8Array, step = Infinity, failAt = Infinity) {
  return {
    size: bytes.length,
    read(into: Uint8Array, at: number): number {
      if (at >= failAt) return 0;
      const got = bytes.subarray(at, at + Math.min(into.length, step));
      into.set(got);
      return got.length;
    },
  };
}

const limits: LineLimits = { windowBytes: 4, lineBytes: 16, fileBytes: 1000 };
const places = (pieces: Iterable<Piece>) =>
  [...pieces].map(({ is, from, to }) => [is, from, to] as const);

describe('piecesOf', () => {
  it('finds the same lines in windows as in the whole file', () => {
    const byte = fc.constantFrom(0x0a, 0x20, 0x61, 0x7b);
    const bytes = fc.array(byte, { maxLength: 80, size: 'max' }).map((b) => Uint8Array.from(b));
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 7 }), (file, step) => {
        const whole = linesOf(file, file.length, limits.lineBytes);
        expect(places(piecesOf(readable(file, step), limits))).toEqual(places(whole));
      }),
      { seed: 20_260_101, numRuns: 1000 },
    );
  });

  it('skips a line that is too long without holding it, and goes on behind it', () => {
    const file = Buffer.from(`a\n${'x'.repeat(40)}\nb\n`);
    expect(places(piecesOf(readable(file), limits))).toEqual([
      ['bad', 0, 2],
      ['too long', 2, 43],
      ['bad', 43, 45],
    ]);
  });

  it('says what was not read: behind the bound of a file, or behind an error', () => {
    const file = Buffer.from('a\nb\nc\nd\n');
    expect(places(piecesOf(readable(file), { ...limits, fileBytes: 5 }))).toEqual([
      ['bad', 0, 2],
      ['bad', 2, 4],
      ['unread', 4, 8],
    ]);
    expect(places(piecesOf(readable(file, 1, 5), limits))).toEqual([
      ['bad', 0, 2],
      ['bad', 2, 4],
      ['unread', 4, 8],
    ]);
    expect(places(piecesOf(readable(file, 1, 0), limits))).toEqual([['unread', 0, 8]]);
    expect(places(piecesOf(readable(Buffer.alloc(0)), limits))).toEqual([]);
  });
});
