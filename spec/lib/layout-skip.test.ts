import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonError, scanOf, skipValue } from './json-scan.ts';
import type { Scan } from './json-scan.ts';
import { skipNested } from './layout-skip.ts';
import { utf8Of } from './utf8.ts';

/** Where a value ends, or the error's place. */
function endOf(skip: (scan: Scan) => void, text: string): string {
  const scan = scanOf(utf8Of(text));
  try {
    skip(scan);
    return `ends at ${scan.at}`;
  } catch (thrown) {
    if (thrown instanceof JsonError) return `fails at ${thrown.at}`;
    throw thrown;
  }
}

describe('skipping a value with one bit a level', () => {
  it('agrees with the plain scanner on JSON and on damaged JSON', () => {
    const soup = fc.array(
      fc.constantFrom(...'[ ] { } , : " a 1 - . e \\n t true null "k":'.split(' '), ' '),
      {
        maxLength: 40,
        size: 'max',
      },
    );
    const text = fc.oneof(
      fc.json(),
      soup.map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (json) => {
        expect(endOf(skipNested, json)).toBe(endOf(skipValue, json));
      }),
      { seed: 20260101, numRuns: 5000 },
    );
  });

  it('goes ten million levels deep in little memory', () => {
    const depth = 10_000_000;
    const before = process.memoryUsage();
    const bytes = new Uint8Array(2 * depth).fill(0x5b, 0, depth).fill(0x5d, depth);
    const scan = scanOf(bytes);
    skipNested(scan);
    const after = process.memoryUsage();
    expect(scan.at).toBe(2 * depth);
    const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
    expect(grown).toBeLessThan(60 * 1024 * 1024);
  });
});
