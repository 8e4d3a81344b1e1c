import { expect } from 'vitest';
import { fileNode } from '../../lib/image.ts';
import { editLines, imageOf, index, openOf, put, segment } from './testing-stores.ts';
import { base, pairs, loosePairs, cutTo, noIndex, kept, gone, bytes } from './testing-tries.ts';
import type { Try } from './testing-tries.ts';

/** Damage for the rows of `rows-order.ts`. */
export const orderTries: readonly Try[] = [
  {
    row: 'R20',
    what: 'middle segment missing, parents cross',
    image: () => put(pairs, segment(2), null),
    opens: 'parent-missing',
    also: (r) =>
      expect(
        openOf(put(r.world.image, segment(2), pairs.get(segment(2)) ?? null)).outcome,
      ).toMatchObject({ code: 'parent-missing' }),
  },
  {
    row: 'R21',
    what: 'middle segment missing, no parents',
    image: () => put(loosePairs, segment(2), null),
    opens: 4,
    count: 6n,
  },
  {
    row: 'R22',
    what: 'active segment missing',
    image: () => put(pairs, segment(3), null),
    opens: 4,
  },
  {
    row: 'R23',
    what: 'only segment missing',
    image: () => put(base, segment(1), null),
    opens: 0,
    also: (r) => expect(bytes(r, index)).toBe(0),
  },
  {
    row: 'R24',
    what: 'orphan segment',
    image: () => put(base, segment(2), pairs.get(segment(2)) ?? null),
    opens: 4,
    also: kept(segment(2)),
  },
  {
    row: 'R24b',
    what: 'orphan segment, and a torn index',
    image: () =>
      cutTo(
        put(imageOf({ entries: 2, max: 640n }), segment(2), pairs.get(segment(2)) ?? null),
        index,
        -3,
      ),
    opens: 4,
  },
  {
    row: 'R25',
    what: 'empty segment behind',
    image: () => put(base, segment(2), fileNode(new Uint8Array())),
    opens: 4,
    also: kept(segment(2)),
  },
  {
    row: 'R25',
    what: 'nothing but an empty segment',
    image: () => put(noIndex(base), segment(1), fileNode(new Uint8Array())),
    opens: 0,
    also: gone(index),
  },
  {
    row: 'R26',
    what: 'frame without row',
    image: () => editLines(base, index, (l) => l.slice(0, 3)),
    opens: 3,
  },
  {
    row: 'R26b',
    what: 'first frame of a segment without row',
    image: () => editLines(imageOf({ entries: 3, max: 640n }), index, (l) => l.slice(0, 2)),
    opens: 2,
    also: kept(segment(2)),
  },
  {
    row: 'R26c',
    what: 'first entry of the store without row',
    image: () => noIndex(imageOf({ entries: 1 })),
    opens: 1,
  },
  { row: 'R26d', what: 'row torn', image: () => cutTo(base, index, -5), opens: 4 },
];
