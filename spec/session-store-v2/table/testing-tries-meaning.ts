import { edit, editBytes, imageOf, index, segment } from './testing-stores.ts';
import { none, base, noIndex, forGood } from './testing-tries.ts';
import type { Try } from './testing-tries.ts';

/** Damage for the rows of `rows-meaning.ts`. */
export const meaningTries: readonly Try[] = [
  {
    row: 'R27',
    what: 'one id twice',
    image: () =>
      edit(imageOf({ parentOf: none }), segment(1), (t) =>
        t.replace('"entryId":"e4"', '"entryId":"e3"'),
      ),
    opens: 'entry-id-duplicate',
  },
  {
    row: 'R28',
    what: 'parent unknown',
    image: () =>
      edit(base, segment(1), (t) => t.replace('"parentEntryId":"e3"', '"parentEntryId":"e8"')),
    opens: 'parent-missing',
  },
  {
    row: 'R29',
    what: 'circle of parents',
    image: () =>
      edit(base, segment(1), (t) => t.replace('"parentEntryId":"e1"', '"parentEntryId":"e4"')),
    opens: 'parent-cycle',
  },
  {
    row: 'R29',
    what: 'its own parent',
    image: () =>
      edit(base, segment(1), (t) => t.replace('"parentEntryId":"e1"', '"parentEntryId":"e2"')),
    opens: 'parent-cycle',
  },
  {
    row: 'R30',
    what: 'parent appended later',
    image: () => imageOf({ parentOf: (n) => (n === 1 ? 'e3' : null) }),
    opens: 4,
  },
  {
    row: 'R31',
    what: 'another schema and state in a row',
    image: () =>
      edit(base, index, (t) =>
        t.replace('offset_index', 'onset_index').replace('"active"', '"superseded"'),
      ),
    opens: 4,
  },
  {
    row: 'R31',
    what: 'another schema in a frame',
    image: () => noIndex(edit(base, segment(1), (t) => t.replace('segment_frame', 'fragment'))),
    opens: 4,
  },
  {
    row: 'R32',
    what: 'unknown members',
    image: () =>
      edit(base, index, (t) => t.replaceAll('"state"', '"x":{"y":["\\ud800"]},"x":1,"state"')),
    opens: 4,
  },
  {
    row: 'R33',
    what: 'member twice in a row',
    image: () => edit(base, index, (t) => t.replace('"entrySeq":1', '"entrySeq":1,"entrySeq":1')),
    opens: 4,
  },
  {
    row: 'R33',
    what: 'member twice in a frame',
    image: () =>
      edit(base, segment(1), (t) => t.replace('"entrySeq":1', '"entrySeq":1,"entrySeq":1')),
    opens: 'frame-unparsable',
  },
  {
    row: 'R33',
    what: 'the same without index',
    image: () =>
      noIndex(
        edit(base, segment(1), (t) => t.replace('"entrySeq":1', '"entrySeq":1,"entrySeq":1')),
      ),
    opens: 'frame-unparsable',
  },
  {
    row: 'R34',
    what: 'no UTF-8 in a frame',
    image: () => editBytes(base, segment(1), (b) => b.with(300, 0xff)),
    opens: 'frame-unreadable',
    also: forGood('frame-unreadable'),
  },
  {
    row: 'R35',
    what: 'frame of 290 bytes under a limit of 250',
    image: () => base,
    limits: { lineBytes: 250 },
    max: 300n,
    opens: 'frame-too-long',
  },
];
