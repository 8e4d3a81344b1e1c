import { blake3 } from '@noble/hashes/blake3.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Blake3, blake3Hex } from './blake3.ts';

const noble = (bytes: Uint8Array): string => Buffer.from(blake3(bytes)).toString('hex');

describe('BLAKE3', () => {
  it('is what the published vectors say', () => {
    expect(blake3Hex(new Uint8Array(0))).toBe(
      'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262',
    );
    expect(blake3Hex(Buffer.from('abc'))).toBe(
      '6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85',
    );
  });

  it('agrees with another implementation about chunk borders', () => {
    for (const length of [1, 63, 64, 65, 1023, 1024, 1025, 4095, 4096, 4097, 16_384, 100_001]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) % 251);
      expect(blake3Hex(bytes), `${length} bytes`).toBe(noble(bytes));
    }
  });

  it('folds several things by turns, in any parts, and goes on after it was asked', () => {
    const part = fc.record({
      to: fc.nat({ max: 2 }),
      length: fc.oneof(fc.nat({ max: 200 }), fc.nat({ max: 9000 })),
      ask: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12, size: 'max' }), (parts) => {
        const folds = [new Blake3(), new Blake3(), new Blake3()];
        const all = folds.map(() => [] as Uint8Array[]);
        for (const [i, { to, length, ask }] of parts.entries()) {
          const scratch = new Uint8Array(length).fill(i + 1);
          folds[to]?.update(scratch);
          all[to]?.push(Uint8Array.from(scratch));
          scratch.fill(0xee);
          if (ask) blake3Hex(scratch);
          if (ask) expect(folds[to]?.hex()).toBe(noble(Buffer.concat(all[to] ?? [])));
        }
        for (const [i, fold] of folds.entries()) {
          expect(fold.hex()).toBe(noble(Buffer.concat(all[i] ?? [])));
        }
      }),
      { seed: 20261120, numRuns: 300 },
    );
  });
});
