import { describe, expect, it } from 'vitest';
import type { Image } from '../lib/image.ts';
import { frameBytes, headerOf } from './bytes.ts';
import type { Entry } from './ops.ts';
import { writtenBy } from './written.ts';

const entries: readonly Entry[] = [
  { t: 'checkpoint', revision: 1n },
  { t: 'tombstone', space: 2n, coords: [3], revision: 4n },
  { t: 'checkpoint', revision: 5n },
];
const frames = entries.map(frameBytes);

function segment(committed: number, ...more: readonly Uint8Array[]): Image {
  const bytes = Buffer.concat([headerOf(BigInt(committed)), ...frames, ...more]);
  return new Map([['sessions/7.fast', { is: 'file', bytes, size: bytes.length }]]);
}

const told = (image: Image): readonly string[] =>
  writtenBy(image).map((op) => (op.op === 'append' ? `append ${op.track}` : op.op));

describe('the operations that write a segment', () => {
  it('publish what stands before the length, and only append what stands behind it', () => {
    const first = 16 + frames[0]!.length;
    expect(told(segment(first))).toEqual([
      'open', 'append true', 'syncGroup', 'append false', 'append false',
    ]); // prettier-ignore
    expect(told(segment(16))).toEqual(['open', 'append false', 'append false', 'append false']);
  });

  it('are none where a frame does not verify', () => {
    expect(told(segment(16, Uint8Array.of(1, 2, 3)))).toEqual([]);
  });
});
