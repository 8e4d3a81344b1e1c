import type { Frame, Op, Value } from '../../spec/wal-segment/ops.ts';
import { does, rows, ruleIds, start, type World } from '../../spec/wal-segment/table.ts';
import { storeRoot } from '../drive.ts';
import { mutantOf, witnessOf } from '../zoo/witness.ts';
import { originalPort } from './wal-segment-original.ts';

/** Sequences above those of any history. */
function batch(first: bigint, ...types: readonly number[]): readonly Frame[] {
  return types.map((type, i) => {
    const seq = first + BigInt(i);
    return { seq, at: seq, type, payload: new TextEncoder().encode(`added ${seq}`) };
  });
}

const late = 1n << 40n;
const open: Op = { op: 'open', instance: 9n, maxBytes: 400n };
const readers: readonly Op[] = [
  { op: 'replay', after: 0n },
  { op: 'replay', after: 0n, strict: false },
  { op: 'replay', after: 0n, chain: false },
  { op: 'replay', after: 0n, strict: false, chain: false },
  { op: 'verify' },
];

/** All readers in all modes, every operation of a handle, and what a restart makes of it. */
const standard: readonly Op[] = [
  ...readers,
  { op: 'replay', after: 3n, strict: false, chain: false },
  { op: 'frames', segment: 1n },
  { op: 'frames', segment: 2n },
  { op: 'frames', segment: 3n },
  { op: 'append', frames: batch(late, 1), sync: false },
  open,
  { op: 'append', frames: [], sync: true },
  { op: 'append', frames: batch(late, 1, 2), sync: false },
  { op: 'shouldRotate' },
  { op: 'force' },
  { op: 'shouldRotate' },
  ...readers,
  { op: 'rotate' },
  { op: 'shouldRotate' },
  { op: 'append', frames: batch(late + 9n, 4, 9, 1), sync: true },
  { op: 'append', frames: batch(late + 10n, 1), sync: true },
  { op: 'sync' },
  { op: 'close' },
  ...readers,
  { op: 'open', instance: 9n, seq: 2n, maxAgeMicros: 0n },
  { op: 'shouldRotate' },
  { op: 'append', frames: batch(1n, 2), sync: true },
  { op: 'close' },
  { op: 'open', instance: 9n, seq: 7n },
  { op: 'append', frames: batch(late + 99n, 1), sync: true },
  ...readers,
];

/** Table and original of `wal-segment`; there are no limits to lower. */
export const walSegmentWitness = witnessOf<Op, Value, World>({
  kind: 'wal-segment',
  rules: ruleIds,
  rows,
  standard,
  brief: [...readers, open, { op: 'append', frames: batch(late, 1), sync: true }, ...readers],
  showsRows: () => true,
  start: (image) => start(image, storeRoot),
  does: (world, op, at, { mutate }) =>
    does(world, op, at, mutate === undefined ? {} : { mutate: mutantOf(ruleIds, mutate) }),
  original: () => originalPort,
});
