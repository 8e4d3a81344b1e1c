import { expect } from 'vitest';
import { crc32cHex } from '../../lib/crc32c.ts';
import { utf8Of } from '../../lib/utf8.ts';
import type { Row } from '../ops.ts';
import { rowsIn } from './facts.ts';
import { bytesAt, edit, editBytes, editLines, imageOf, index, segment } from './testing-stores.ts';
import {
  base,
  pairs,
  wide,
  cutTo,
  behindEnd,
  noIndex,
  crlf,
  kept,
  setAside,
  forGood,
} from './testing-tries.ts';
import type { Try } from './testing-tries.ts';

/** Damage for the rows of `rows-segments.ts`. */
export const segmentsTries: readonly Try[] = [
  {
    row: 'R8',
    what: 'payload changed',
    image: () => edit(base, segment(1), (t) => t.replace('{"n":2}', '{"n":7}')),
    opens: 'payload-mismatch',
    also: forGood('payload-mismatch'),
  },
  {
    row: 'R8',
    what: 'payload length changed',
    image: () => edit(base, segment(1), (t) => t.replace('"payloadBytes":7', '"payloadBytes":8')),
    opens: 'payload-mismatch',
  },
  {
    row: 'R9',
    what: 'type changed',
    image: () => edit(base, segment(1), (t) => t.replace('"message"', '"massage"')),
    opens: 4,
  },
  {
    row: 'R9',
    what: 'id of a leaf changed',
    image: () => edit(base, segment(1), (t) => t.replace('"entryId":"e4"', '"entryId":"e9"')),
    opens: 4,
  },
  {
    row: 'R10',
    what: 'no LF at the end, no index',
    image: () => noIndex(cutTo(base, segment(1), -1)),
    opens: 4,
    also: (r) => expect(r.world.image.get(segment(1))).toEqual(base.get(segment(1))),
  },
  {
    row: 'R10',
    what: 'no LF at the end of a middle segment',
    image: () => cutTo(pairs, segment(2), -1),
    opens: 6,
  },
  {
    row: 'R11',
    what: 'torn bytes behind',
    image: () => behindEnd(base, segment(1), '{"schema":"pi'),
    opens: 4,
    also: (r) => expect(r.world.image).toEqual(base),
  },
  {
    row: 'R12',
    what: 'last frame torn, no index',
    image: () => noIndex(cutTo(base, segment(1), -10)),
    opens: 3,
  },
  {
    row: 'R13',
    what: 'torn inside a character',
    image: () => noIndex(cutTo(wide, segment(1), -4)),
    opens: 'frame-unreadable',
    also: forGood('frame-unreadable'),
  },
  {
    row: 'R14',
    what: 'frame without its member',
    image: () => edit(base, segment(1), (t) => t.replace('"frameSeq":2', '"frameSex":2')),
    opens: 'frame-unparsable',
    also: kept(segment(1)),
  },
  {
    row: 'R15',
    what: 'hole of zeros',
    image: () => editBytes(base, segment(1), (b) => b.map((x, i) => (i > 320 && i < 400 ? 0 : x))),
    opens: 'frame-unparsable',
  },
  {
    row: 'R15b',
    what: 'last frame becomes garbage without LF',
    image: () => editBytes(base, segment(1), (b) => b.map((x, i) => (i > b.length - 50 ? 0 : x))),
    opens: 3,
  },
  {
    row: 'R16',
    what: 'blank lines, no index',
    image: () =>
      noIndex(
        editLines(base, segment(1), (l) => l.toSpliced(1, 0, '\n', ' \t\r\n', '\u0085\u3000\n')),
      ),
    opens: 4,
    also: (r) =>
      expect((rowsIn(r.world.image)[1] as Row).byteOffset).toBe(
        (rowsIn(base)[1] as Row).byteOffset + 11n,
      ),
  },
  {
    row: 'R16b',
    what: 'blank line in a sealed segment',
    image: () => editLines(pairs, segment(1), (l) => l.toSpliced(1, 0, '\n')),
    opens: 6,
    also: kept(segment(1)),
  },
  {
    row: 'R16c',
    what: 'one blank byte in the active segment',
    image: () => editLines(base, segment(1), (l) => l.toSpliced(1, 0, '\n')),
    opens: 4,
  },
  {
    row: 'R16c',
    what: 'two blank bytes in the active segment',
    image: () => editLines(base, segment(1), (l) => l.toSpliced(1, 0, ' \n')),
    opens: 3,
  },
  {
    row: 'R16d',
    what: 'blank bytes behind',
    image: () => behindEnd(base, segment(1), '\n \n\t'),
    opens: 4,
    also: (r) => expect(r.world.image).toEqual(base),
  },
  {
    row: 'R17',
    what: 'CR LF, no index',
    image: () => noIndex(edit(base, segment(1), crlf)),
    opens: 4,
    also: (r, b) => {
      expect(rowsIn(r.world.image)[0]?.crc32c).toBe(
        crc32cHex(
          utf8Of(crlf(new TextDecoder().decode(bytesAt(base, segment(1)))).split('\n')[0] + '\n'),
        ),
      );
      kept(segment(1))(r, b);
    },
  },
  {
    row: 'R17b',
    what: 'CR LF in two frames',
    image: () => edit(imageOf({ entries: 2 }), segment(1), crlf),
    opens: 2,
  },
  {
    row: 'R17b',
    what: 'CR LF in four frames',
    image: () => edit(base, segment(1), crlf),
    opens: 3,
  },
  {
    row: 'R17b',
    what: 'CR LF in a sealed segment',
    image: () => edit(pairs, segment(2), crlf),
    opens: 6,
  },
  {
    row: 'R17c',
    what: 'CR LF in the index',
    image: () => edit(base, index, crlf),
    opens: 4,
    also: kept(index),
  },
  {
    row: 'R17d',
    what: 'type of frame 1 three bytes longer',
    image: () => edit(base, segment(1), (t) => t.replace('"message"', '"messageses"')),
    opens: 3,
  },
  {
    row: 'R18',
    what: 'wrong segment number',
    image: () => edit(pairs, segment(2), (t) => t.replace('"segmentSeq":2', '"segmentSeq":3')),
    opens: 2,
    also: setAside(segment(3)),
  },
  {
    row: 'R18',
    what: 'wrong frame number',
    image: () => edit(pairs, segment(2), (t) => t.replace('"frameSeq":2', '"frameSeq":1')),
    opens: 3,
    also: setAside(segment(3)),
  },
  {
    row: 'R19',
    what: 'entry number lowered',
    image: () => edit(pairs, segment(2), (t) => t.replace('"entrySeq":3', '"entrySeq":2')),
    opens: 2,
    also: setAside(segment(3)),
  },
  {
    row: 'R19b',
    what: 'entry number 3 becomes 9',
    image: () => edit(base, segment(1), (t) => t.replace('"entrySeq":3', '"entrySeq":9')),
    opens: 3,
    count: 9n,
  },
  {
    row: 'R19b',
    what: 'last entry number becomes 9',
    image: () => edit(base, segment(1), (t) => t.replace('"entrySeq":4', '"entrySeq":9')),
    opens: 4,
    count: 9n,
  },
];
