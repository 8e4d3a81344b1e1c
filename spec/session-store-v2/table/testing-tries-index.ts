import { expect } from 'vitest';
import type { Row } from '../ops.ts';
import { rowsIn } from './facts.ts';
import { bytesAt, edit, editBytes, editLines, index, segment } from './testing-stores.ts';
import {
  base,
  pairs,
  loosePairs,
  loose,
  cutTo,
  noIndex,
  kept,
  setAside,
  bytes,
} from './testing-tries.ts';
import type { Try } from './testing-tries.ts';

/** Damage for the rows of `rows-index.ts`. */
export const indexTries: readonly Try[] = [
  {
    row: 'R1',
    what: 'no index',
    image: () => noIndex(base),
    opens: 4,
    also: (r) => expect(bytesAt(r.world.image, index)).toEqual(bytesAt(base, index)),
  },
  { row: 'R1', what: 'empty index', image: () => cutTo(base, index, 0), opens: 4 },
  {
    row: 'R2',
    what: 'garbage row',
    image: () => edit(base, index, (t) => t.replace('"entrySeq":2', '"entry')),
    opens: 4,
  },
  {
    row: 'R2',
    what: 'zeros in a row',
    image: () => editBytes(base, index, (b) => b.map((x, i) => (i > 30 && i < 40 ? 0 : x))),
    opens: 4,
  },
  {
    row: 'R2',
    what: 'no UTF-8 in a row',
    image: () => editBytes(base, index, (b) => b.with(20, 0xff)),
    opens: 4,
  },
  {
    row: 'R4',
    what: 'index of 2 rows',
    image: () => editLines(base, index, (l) => l.slice(0, 2)),
    opens: 2,
    also: (r) => expect(bytes(r, segment(1))).toBe(Number((rowsIn(base)[2] as Row).byteOffset)),
  },
  {
    row: 'R4',
    what: 'index of 3 rows, orphans behind',
    image: () => editLines(pairs, index, (l) => l.slice(0, 3)),
    opens: 3,
    also: kept(segment(3)),
  },
  {
    row: 'R5',
    what: 'row of a parent deleted',
    image: () => editLines(base, index, (l) => l.toSpliced(1, 1)),
    opens: 'parent-missing',
  },
  {
    row: 'R5',
    what: 'row of no parent deleted',
    image: () => editLines(loose, index, (l) => l.toSpliced(1, 1)),
    opens: 3,
    count: 4n,
  },
  { row: 'R6', what: 'last frame torn', image: () => cutTo(base, segment(1), -10), opens: 3 },
  {
    row: 'R6b',
    what: 'first of three segments torn',
    image: () => cutTo(pairs, segment(1), -10),
    opens: 1,
    also: setAside(segment(2), segment(3)),
  },
  {
    row: 'R6c',
    what: 'second segment emptied',
    image: () => cutTo(pairs, segment(2), 0),
    opens: 'parent-missing',
  },
  {
    row: 'R6c',
    what: 'second segment cut at a line end, no parents',
    image: () => editLines(loosePairs, segment(2), (l) => l.slice(0, 1)),
    opens: 5,
    count: 6n,
  },
  {
    row: 'R7',
    what: 'wrong CRC in a row',
    image: () => edit(base, index, (t) => t.replace(/"crc32c":"\w+"/, '"crc32c":"00000000"')),
    opens: 4,
  },
  {
    row: 'R7',
    what: 'lower-case CRC in a row',
    image: () =>
      edit(base, index, (t) =>
        t.replace(/"crc32c":"(\w+)"/, (_, c: string) => `"crc32c":"${c.toLowerCase()}"`),
      ),
    opens: 4,
  },
];
