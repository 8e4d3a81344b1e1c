import { describe, expect, it } from 'vitest';
import type { Entry, Op } from '../../spec/fast-segment/ops.ts';
import { fastSegment } from '../kinds/fast-segment.ts';
import { modelOf } from './testing-model-logs.ts';
import { modelProperty, modelText } from './testing-model.ts';

// Short histories, for there are many of them.
const plan = { seed: '20203', histories: 10_000, operations: 8 };

const id = 7;
const invalid: Entry = { t: 'checkpoint', revision: 1n << 64n };
const tooLong: Entry = {
  t: 'write',
  space: 0n,
  coords: [],
  revision: 0n,
  data: new Uint8Array(64 * 1024 * 1024),
};

/**
 * Ids that no file has, numbers that no field holds, lengths where no frame ends, another handle.
 */
const odd: readonly Op[] = [
  { op: 'open', id: 2 ** 32 },
  { op: 'append', id, entry: invalid, track: true },
  { op: 'truncate', id, len: 17n },
  { op: 'open', id, h: 'other' },
  { op: 'append', id, h: 'other', entry: { t: 'checkpoint', revision: 1n }, track: true },
  { op: 'syncGroup', id, h: 'other' },
];
const large: readonly Op[] = [{ op: 'append', id, entry: tooLong, track: true }];

/** Every refusal that a store without damage can come to, by the machine. */
const codes = {
  safe: [
    'entry_invalid', 'entry_too_large', 'id_out_of_range', 'no-handle', 'not_on_boundary', 'stale_handle', 'untracked_frames',
  ],
  original: [
    'abort', 'entry_invalid', 'id_out_of_range', 'io-invalid-data', 'io-invalid-input', 'io-unexpected-eof', 'no-handle',
  ],
} as const; // prettier-ignore

describe.each(['safe', 'original'] as const)('%s', (store) => {
  it('answers what its machine allows, on every operation of 10,000 histories', async () => {
    const subject = modelOf(fastSegment, store, odd, store === 'safe' ? large : []);
    const tally = await modelProperty(subject, plan);
    console.log(modelText(subject, plan, tally));
    expect(tally.strays.slice(0, 5)).toEqual([]);
    expect(tally.histories).toBe(plan.histories);
    expect(subject.ops.filter((op) => (tally.ops.get(op) ?? 0) === 0)).toEqual([]);
    expect([...tally.codes.keys()].toSorted()).toEqual([...codes[store]]);
  });
});
