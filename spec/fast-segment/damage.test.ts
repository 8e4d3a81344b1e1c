import { expect, it } from 'vitest';
import { fileNode, type Image } from '../lib/image.ts';
import { framed, headerOf } from './bytes.ts';
import { structuralDamage } from './damage.ts';
import { pathOf } from './layout.ts';

/** A segment of one entry whose header says that it ends at `committed`. */
function segment(committed: bigint): Image {
  const frame = framed(Uint8Array.of(3, 7));
  return new Map([[pathOf(7), fileNode(Uint8Array.from([...headerOf(committed), ...frame]))]]);
}

const whys = (image: Image): readonly string[] => structuralDamage(image).map(({ why }) => why);

it('lets an odd entry be published, where the header counts what the file holds', () => {
  const isPublished = (why: string): boolean => why.endsWith('so is the committed length');
  expect(whys(segment(58n)).filter(isPublished)).toHaveLength(3);
  expect(whys(segment(16n)).filter(isPublished)).toEqual([]);
  // Another damage, or a torn write, may have left any number there.
  expect(whys(segment((1n << 64n) - 1n)).filter(isPublished)).toEqual([]);
});
