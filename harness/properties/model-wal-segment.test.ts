import { describe, expect, it } from 'vitest';
import type { Frame, Op } from '../../spec/wal-segment/ops.ts';
import { walSegment } from '../kinds/wal-segment.ts';
import { modelOf } from './testing-model-logs.ts';
import { modelProperty, modelText } from './testing-model.ts';

// Short histories, for there are many of them.
const plan = { seed: '20103', histories: 10_000, operations: 8 };

const last = (1n << 64n) - 1n;
const tooLong = new Uint8Array(67_108_864 - 20);
const frame = (seq: bigint, payload = new Uint8Array(3)): Frame => ({
  seq,
  at: 1n,
  type: 1,
  payload,
});

/**
 * A segment that no other can follow, sequences that no u64 holds, a frame that no reader takes.
 */
const odd: readonly Op[] = [
  { op: 'frames', segment: 1n << 63n },
  { op: 'open', instance: 9n, seq: last },
  { op: 'rotate' },
];
const oddOfSafe: readonly Op[] = [
  { op: 'append', frames: [frame(-1n)], sync: false },
  { op: 'append', frames: [frame(last, tooLong)], sync: true },
];

/** Every refusal that a log without damage can come to, by the machine. */
const codes = {
  safe: [
    'frame_too_large', 'no-handle', 'no_such_segment', 'not_increasing', 'not_u64', 'numbers_used_up', 'segment_sealed', 'stale_handle',
    'unknown_payload_type',
  ],
  original: ['chain_mismatch', 'no-handle', 'no_such_segment', 'non_monotonic', 'unknown_payload_type'],
} as const; // prettier-ignore

describe.each(['safe', 'original'] as const)('%s', (store) => {
  it('answers what its machine allows, on every operation of 10,000 histories', async () => {
    const subject = modelOf(walSegment, store, store === 'safe' ? [...odd, ...oddOfSafe] : odd);
    const tally = await modelProperty(subject, plan);
    console.log(modelText(subject, plan, tally));
    expect(tally.strays.slice(0, 5)).toEqual([]);
    expect(tally.histories).toBe(plan.histories);
    expect(subject.ops.filter((op) => (tally.ops.get(op) ?? 0) === 0)).toEqual([]);
    expect([...tally.codes.keys()].toSorted()).toEqual([...codes[store]]);
  });
});
