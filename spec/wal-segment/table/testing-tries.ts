import type { Image } from '../../lib/image.ts';
import { join } from '../../lib/layout-damage.ts';
import { frameBytes } from '../bytes.ts';
import { pathOf } from '../names.ts';
import type { Op } from '../ops.ts';
import { bytesAt, changed, frameOf, logOf, patched } from '../testing.ts';

/** A log, what is asked of it one after the other, and what it shows. */
export interface Try {
  readonly say: string;
  readonly image: Image;
  readonly ops: readonly Op[];
}

const frames = [1n, 2n, 3n].map((seq) => frameOf(seq));
const more = [5n, 6n].map((seq) => frameOf(seq));
const log = logOf({ number: 1n, frames }, { number: 2n, frames: more }, { number: 3n, frames: [] });
const [one, two, three] = [pathOf(1n), pathOf(2n), pathOf(3n)];

const modes: readonly Op[] = [true, false].flatMap((strict) =>
  [true, false].map((chain): Op => ({ op: 'replay', after: 0n, strict, chain })),
);
const readers: readonly Op[] = [
  ...modes,
  { op: 'verify' },
  { op: 'replay', after: 2n },
  { op: 'frames', segment: 1n },
  { op: 'frames', segment: 2n },
];

const read = (say: string, image: Image): Try => ({ say, image, ops: readers });

const patch = (number: bigint, at: number, by: readonly number[], of: Image = log): Image =>
  changed(of, pathOf(number), patched(bytesAt(of, number), at, by));
const cut = (number: bigint, to: number): Image =>
  changed(log, pathOf(number), bytesAt(log, number).subarray(0, to));
const longer = (number: bigint, tail: Uint8Array): Image =>
  changed(log, pathOf(number), join(bytesAt(log, number), tail));

const alone = logOf({ number: 1n, frames });
const sizeOne = bytesAt(log, 1n).length;

const damaged: readonly Try[] = [
  read('nothing', log),
  read('no log', new Map()),
  ...[0, 3, 63, 64, 65, 67, 70, 90, sizeOne - 1].map((to) => read(`cut to ${to}`, cut(1n, to))),
  ...[0, 40, 64, 66, 80].map((to) => read(`second cut to ${to}`, cut(2n, to))),
  read('magic', patch(1n, 0, [0])),
  read('magic of the second', patch(2n, 0, [0])),
  read('version of the last', patch(2n, 5, [2], changed(log, three, null))),
  read('reserved of the last', patch(2n, 7, [2], changed(log, three, null))),
  read('instance of the last', patch(2n, 15, [2], changed(log, three, null))),
  read('number of the last', patch(2n, 23, [9], changed(log, three, null))),
  read('hash of the first', patch(1n, 40, [1])),
  read('hash of the second', patch(2n, 40, [1])),
  read('a frame of the first', patch(1n, 86, [0xff])),
  read('a frame of the second', patch(2n, 86, [0xff])),
  read('a length of 20', patch(2n, 64, [0, 0, 0, 20])),
  read('a length above the most', patch(2n, 64, [4, 0, 0, 1])),
  read('a length beyond the end', patch(2n, 64, [0, 1, 0, 0])),
  read('a length beyond the end, alone', patch(1n, 64, [0, 1, 0, 0], alone)),
  read('two zeros', longer(3n, new Uint8Array(2))),
  read('nine zeros', longer(3n, new Uint8Array(9))),
  read('second missing', changed(log, two, null)),
  read('sequences again', logOf({ number: 1n, frames: [...frames, frameOf(3n), frameOf(4n)] })),
  read(
    'unknown types',
    logOf({
      number: 1n,
      frames: [frameOf(1n), frameOf(7n, { type: 3 }), frameOf(4n), frameOf(8n)],
    }),
  ),
  read('a link', changed(changed(log, 'x', bytesAt(log, 1n)), one, { is: 'link', to: 'x' })),
  read('a dangling link', changed(log, one, { is: 'link', to: 'nowhere' })),
  read('a link to itself', changed(log, one, { is: 'link', to: one })),
  read('a directory', changed(log, two, { is: 'dir' })),
  read('a pipe', changed(log, two, { is: 'other', what: 'fifo' })),
  read('another name', changed(changed(log, three, null), 'segment_3.aedbwal', bytesAt(log, 3n))),
  read('two names', changed(log, 'segment_1.aedbwal', bytesAt(log, 1n))),
];

const open = (seq?: bigint, more_: object = {}): Op => ({
  op: 'open',
  instance: 9n,
  ...(seq === undefined ? {} : { seq }),
  ...more_,
});
const append = (...seqs: readonly bigint[]): Op => ({
  op: 'append',
  frames: seqs.map((seq) => frameOf(seq)),
  sync: true,
});
const then: readonly Op[] = [{ op: 'rotate' }, append(20n), { op: 'close' }, ...readers];

const managed: readonly Try[] = [
  { say: 'open the last', image: log, ops: [open(), append(9n), ...then] },
  { say: 'open the first', image: log, ops: [open(1n), append(9n), ...then] },
  { say: 'open behind', image: log, ops: [open(7n), append(9n), ...then] },
  { say: 'open a piece', image: cut(3n, 10), ops: [open(), append(9n), ...then] },
  { say: 'open an empty file', image: cut(3n, 0), ops: [open(), append(9n), ...then] },
  {
    say: 'open a torn tail',
    image: longer(3n, new Uint8Array(2)),
    ops: [open(), append(9n), ...then],
  },
  { say: 'open a wrong magic', image: patch(3n, 0, [0]), ops: [open(), append(9n), ...then] },
  { say: 'begin', image: new Map(), ops: [open(), append(), append(1n, 2n), ...then] },
  {
    say: 'append what no replay gets past',
    image: alone,
    ops: [
      open(),
      append(3n, 3n),
      { op: 'append', frames: [frameOf(9n, { type: 3 })], sync: false },
      ...readers,
    ],
  },
  {
    say: 'a batch over the size',
    image: alone,
    ops: [open(1n, { maxBytes: 100n }), append(9n, 10n, 11n), { op: 'shouldRotate' }, ...then],
  },
  {
    say: 'why a rotation is due',
    image: alone,
    ops: [
      open(1n, { maxAgeMicros: 1n << 62n }),
      { op: 'shouldRotate' },
      { op: 'force' },
      { op: 'shouldRotate' },
      { op: 'rotate' },
      { op: 'shouldRotate' },
      open(1n, { maxAgeMicros: 0n }),
      { op: 'shouldRotate' },
      open(1n, { maxBytes: 10n, maxAgeMicros: 0n }),
      { op: 'shouldRotate' },
      { op: 'sync' },
    ],
  },
  {
    say: 'the last number',
    image: new Map(),
    ops: [open((1n << 64n) - 1n), append(1n), { op: 'rotate' }, append(2n), ...readers],
  },
  {
    say: 'another writer',
    image: log,
    ops: [
      open(),
      append(9n),
      { op: 'other', instance: 9n, frames: [frameOf(10n)] },
      append(11n),
      ...then,
    ],
  },
  {
    say: 'nothing is open',
    image: log,
    ops: [append(1n), { op: 'sync' }, { op: 'rotate' }, { op: 'frames', segment: 9n }],
  },
  { say: 'a piece is read', image: cut(1n, 10), ops: [{ op: 'frames', segment: 1n }] },
  {
    say: 'a directory is opened',
    image: changed(log, three, { is: 'dir' }),
    ops: [open(), append(9n)],
  },
  { say: 'frames are read', image: cut(2n, 64), ops: [{ op: 'frames', segment: 2n }] },
  {
    say: 'a whole frame behind',
    image: longer(3n, frameBytes(frameOf(9n))),
    ops: [open(), ...then],
  },
];

/** Logs and operations that between them go through every row and every decision. */
export const tries: readonly Try[] = [...damaged, ...managed];
