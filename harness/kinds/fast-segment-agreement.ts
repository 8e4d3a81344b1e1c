import type { Entry, Op, Value } from '../../spec/fast-segment/ops.ts';
import { does, rows, ruleIds, start, type World } from '../../spec/fast-segment/table.ts';
import { storeRoot } from '../drive.ts';
import { mutantOf, witnessOf } from '../zoo/witness.ts';
import { originalPort } from './fast-segment-original.ts';

const id = 7;
const entry = (revision: bigint): Entry => ({ t: 'checkpoint', revision });
const write: Entry = {
  t: 'write',
  space: 300n,
  coords: [1, 70_000],
  revision: 1n << 40n,
  data: new TextEncoder().encode('added\n'),
};
const open: Op = { op: 'open', id };
const read: Op = { op: 'readCommitted', id };
const sealing = (deadlineMs: number, tickMs: number, ...entries: readonly Entry[]): Op => ({
  op: 'seal',
  id,
  entries,
  deadlineMs,
  tickMs,
});

/**
 * Every operation on what is there, on what a reader left, behind cuts of all sorts, and reopened.
 */
const standard: readonly Op[] = [
  { op: 'list' },
  read,
  open,
  { op: 'committedBytes', id },
  read,
  { op: 'append', id, entry: write, track: true },
  { op: 'append', id, entry: entry(1n), track: false },
  { op: 'syncGroup', id },
  read,
  open,
  read,
  sealing(1000, 1, entry(2n), entry(3n)),
  read,
  open,
  sealing(2, 1, entry(4n), entry(5n)),
  { op: 'committedBytes', id },
  read,
  { op: 'track', id, bytes: 42n },
  { op: 'syncGroup', id },
  read,
  open,
  { op: 'truncate', id, len: 30n },
  { op: 'append', id, entry: entry(6n), track: true },
  read,
  open,
  { op: 'truncate', id, len: 8n },
  { op: 'reset', id },
  { op: 'append', id, entry: entry(7n), track: true },
  { op: 'syncGroup', id },
  read,
  open,
  { op: 'truncate', id, len: 400n },
  { op: 'truncate', id, len: 1n << 63n },
  sealing(0, 0),
  { op: 'close', id },
  read,
  { op: 'list' },
];

/** Table and original of `fast-segment`; there are no limits to lower. */
export const fastSegmentWitness = witnessOf<Op, Value, World>({
  kind: 'fast-segment',
  rules: ruleIds,
  rows,
  standard,
  brief: [
    open,
    read,
    { op: 'append', id, entry: write, track: true },
    { op: 'syncGroup', id },
    read,
    sealing(1, 1, entry(1n)),
    open,
    read,
  ],
  showsRows: () => true,
  start: (image) => start(image, storeRoot),
  does: (world, op, at, { mutate }) =>
    does(world, op, at, mutate === undefined ? {} : { mutate: mutantOf(ruleIds, mutate) }),
  original: () => originalPort,
});
