import { describe, expect, it } from 'vitest';
import type { Op as FastOp, Opened, Value as FastValue } from '../../spec/fast-segment/ops.ts';
import type { Frame, Op as WalOp, Value as WalValue } from '../../spec/wal-segment/ops.ts';
import { fastSegment } from '../kinds/fast-segment.ts';
import { walSegment } from '../kinds/wal-segment.ts';
import { crossLogs, crossLogsText, type CrossSubject } from './testing-cross-logs.ts';

const plan = { seed: '20304', asked: 300 };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const wal: CrossSubject<WalOp, WalValue> = {
  kind: walSegment,
  open: { op: 'open', instance: 9n },
  read: { op: 'replay', after: 0n },
  close: { op: 'close' },
  add: (name, _opened, shown) => {
    const seq = ((shown as readonly Frame[]).at(-1)?.seq ?? 0n) + 1n;
    const frame = { seq, at: 1n, type: 1, payload: utf8(name) };
    return [{ op: 'append', frames: [frame], sync: true }];
  },
  leftovers: [],
};

const id = 7;
const fast: CrossSubject<FastOp, FastValue> = {
  kind: fastSegment,
  open: { op: 'open', id },
  read: { op: 'readCommitted', id },
  close: { op: 'close', id },
  add: (name, opened) => [
    // The original leaves what was never committed, and would publish it with what it appends.
    { op: 'truncate', id, len: (opened as Opened).committed },
    {
      op: 'seal',
      id,
      entries: [{ t: 'write', space: 1n, coords: [], revision: 1n, data: utf8(name) }],
      deadlineMs: 1000,
    },
  ],
  leftovers: ['uncommitted_tail'],
};

describe.each(['safe', 'original'] as const)('what %s wrote', (writer) => {
  it('the other opens to the same frames, appends to, and hands back', async () => {
    const tally = await crossLogs(wal, writer, plan);
    console.log(crossLogsText('wal-segment', writer, tally));
    expect(tally.wrong.slice(0, 5)).toEqual([]);
    expect(tally.tried).toBe(plan.asked);
    expect(tally.entries).toBeGreaterThan(3 * plan.asked);
  });

  it('the other opens to the same entries, seals more, and hands back', async () => {
    const tally = await crossLogs(fast, writer, plan);
    console.log(crossLogsText('fast-segment', writer, tally));
    expect(tally.wrong.slice(0, 5)).toEqual([]);
    expect(tally.tried).toBe(plan.asked);
    expect(tally.entries).toBeGreaterThan(2 * plan.asked);
  });
});
