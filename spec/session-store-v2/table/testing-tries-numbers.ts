import { expect } from 'vitest';
import { fileNode } from '../../lib/image.ts';
import { utf8Of } from '../../lib/utf8.ts';
import type { Row } from '../ops.ts';
import { rowsIn } from './facts.ts';
import { bytesAt, edit, editLines, imageOf, index, put, segment } from './testing-stores.ts';
import {
  base,
  pairs,
  cutTo,
  behindEnd,
  noIndex,
  swap,
  repeat,
  setAside,
  checkpointed,
} from './testing-tries.ts';
import type { Try } from './testing-tries.ts';

/** Damage for the rows of `rows-numbers.ts`. */
export const numbersTries: readonly Try[] = [
  {
    row: 'R36',
    what: 'last row too short',
    image: () =>
      editLines(base, index, (l) =>
        l.with(3, (l[3] ?? '').replace(/"byteLength":\d+/, '"byteLength":9')),
      ),
    opens: 3,
  },
  {
    row: 'R36',
    what: 'last row names the first bytes',
    image: () =>
      editLines(base, index, (l) =>
        l.with(3, (l[3] ?? '').replace(/"byteOffset":\d+/, '"byteOffset":0')),
      ),
    opens: 1,
  },
  {
    row: 'R36',
    what: 'last row names an earlier segment',
    image: () =>
      editLines(imageOf({ entries: 5, max: 640n }), index, (l) =>
        l.with(4, (l[4] ?? '').replace('"segmentSeq":3', '"segmentSeq":1')),
      ),
    opens: 1,
    also: setAside(segment(2), segment(3)),
  },
  {
    row: 'R37',
    what: 'frame number 2^64-1 in the last row',
    image: () =>
      editLines(base, index, (l) =>
        l.with(3, (l[3] ?? '').replace('"frameSeq":4', '"frameSeq":18446744073709551615')),
      ),
    opens: 'frame-sequence-overflow-bootstrap',
  },
  {
    row: 'R37',
    what: 'entry number 2^64-1 in the last row',
    image: () =>
      editLines(base, index, (l) =>
        l.with(3, (l[3] ?? '').replace('"entrySeq":4', '"entrySeq":18446744073709551615')),
      ),
    opens: 'entry-sequence-overflow-bootstrap',
  },
  {
    row: 'R37b',
    what: 'entry number 2^64-1 in a frame',
    image: () =>
      noIndex(
        edit(base, segment(1), (t) => t.replace('"entrySeq":2', '"entrySeq":18446744073709551615')),
      ),
    opens: 'entry-sequence-overflow-bootstrap',
    also: (r) => expect(rowsIn(r.world.image)).toHaveLength(2),
  },
  {
    row: 'R38',
    what: 'a second writer wrote entry 5 too',
    image: () => {
      const one = imageOf({ entries: 5 });
      const tail = (path: string): string =>
        new TextDecoder().decode(bytesAt(one, path)).split('\n')[4] + '\n';
      return behindEnd(
        behindEnd(one, segment(1), tail(segment(1))),
        index,
        tail(index).replace(
          /"byteOffset":(\d+)/,
          (_, o: string) =>
            `"byteOffset":${Number(o) + Number((rowsIn(one)[4] as Row).byteLength)}`,
        ),
      );
    },
    opens: 5,
  },
  {
    row: 'R38',
    what: 'a row twice',
    image: () => editLines(base, index, (l) => repeat(l, 1)),
    opens: 4,
  },
  {
    row: 'R39',
    what: 'segment under another name',
    image: () => put(put(base, segment(1), null), 'segments/1.seg', base.get(segment(1)) ?? null),
    opens: 'active-segment-missing',
  },
  {
    row: 'R40',
    what: 'directory with the name of a segment',
    image: () => put(base, 'segments/5.seg', { is: 'dir' }),
    opens: 4,
  },
  {
    row: 'R40',
    what: 'the same without index',
    image: () => noIndex(put(base, 'segments/5.seg', { is: 'dir' })),
    opens: 'io-eisdir',
  },
  {
    row: 'R41',
    what: 'checkpoint of another chain',
    image: () =>
      edit(checkpointed(), 'checkpoints/0000000000000001.json', (t) =>
        t.replace(/"chainHash": "\w/, '"chainHash": "x'),
      ),
    opens: 4,
  },
  {
    row: 'R42',
    what: 'torn checkpoint',
    image: () => cutTo(checkpointed(), 'checkpoints/0000000000000001.json', -9),
    opens: 4,
  },
  {
    row: 'R42',
    what: 'torn ledger',
    image: () => put(base, 'migrations/ledger.jsonl', fileNode(utf8Of('{"schema":'))),
    opens: 4,
  },
  {
    row: 'R43',
    what: 'index line of 400 bytes under a limit of 350',
    image: () => edit(base, index, (t) => t.replace('"state"', `"x":"${'x'.repeat(300)}","state"`)),
    limits: { lineBytes: 350 },
    opens: 4,
  },
  {
    row: 'R43b',
    what: 'garbage of 400 bytes under a limit of 350, no index',
    image: () => noIndex(behindEnd(base, segment(1), 'x'.repeat(400))),
    limits: { lineBytes: 350 },
    opens: 'frame-unreadable',
  },
  {
    row: 'R44',
    what: 'frame twice in a sealed segment',
    image: () => editLines(pairs, segment(1), (l) => repeat(l, 0)),
    opens: 1,
    also: setAside(segment(2), segment(3)),
  },
  {
    row: 'R44',
    what: 'last frame twice',
    image: () => editLines(base, segment(1), (l) => repeat(l, 3)),
    opens: 4,
  },
  {
    row: 'R45',
    what: 'frame deleted',
    image: () => editLines(pairs, segment(2), (l) => l.slice(1)),
    opens: 2,
    also: setAside(segment(3)),
  },
  {
    row: 'R46',
    what: 'two frames swapped',
    image: () => editLines(pairs, segment(2), (l) => swap(l, 0)),
    opens: 2,
    also: setAside(segment(3)),
  },
  {
    row: 'R47',
    what: 'two rows swapped',
    image: () => editLines(base, index, (l) => swap(l, 0)),
    opens: 4,
  },
  {
    row: 'R36',
    what: 'last two rows swapped',
    image: () => editLines(base, index, (l) => swap(l, 2)),
    opens: 3,
  },
];
