import { describe, expect, it } from 'vitest';
import type * as fast from '../../spec/fast-segment/ops.ts';
import type * as wal from '../../spec/wal-segment/ops.ts';
import { asciiJson } from './ascii.ts';
import { WireError, type WireCodec } from './codec.ts';
import { fastSegmentCodec } from './fast-segment.ts';
import { walSegmentCodec } from './wal-segment.ts';

const at = '2026-01-01T00:00:00.000Z';
const site = { handle: 'case7.', dir: '/data/s', at };
const big = 2n ** 64n - 1n;

const reports = {
  repairs: [
    { did: 'cut', file: 'f', from: 0, to: 2 ** 53 - 1, why: 'torn_tail', keptIn: 'q' },
    { did: 'rebuilt', file: 'f', from: 8, to: 16, why: '' },
  ],
  notices: [{ code: 'chain_restart', file: 'f', detail: 'd' }, { code: 'n' }],
} as const;
const frame: wal.Frame = { seq: big, at: 2n ** 53n + 1n, type: 255, payload: new Uint8Array([0]) };
const frames = [frame, { ...frame, payload: new Uint8Array(0) }];
const closed: wal.Closed = { segment: 1n, hash: 'ab', sizeBytes: big };
const entries: readonly fast.Entry[] = [
  { t: 'write', space: big, coords: [0, 2 ** 32 - 1], revision: 1n, data: new Uint8Array([255]) },
  { t: 'tombstone', space: 0n, coords: [], revision: big },
  { t: 'sealed', block: big, space: 2n ** 53n + 1n, snapshot: 0n },
  { t: 'checkpoint', revision: 251n },
];

/** One operation and one value of each kind of operation; the types make the lists complete. */
type Samples<O extends { readonly op: string }, V> = {
  readonly [K in O['op']]: readonly [Extract<O, { op: K }>, V[K & keyof V]];
};

const ofWal: Samples<wal.Op, wal.Values> = {
  open: [
    { op: 'open', seq: 3n, instance: big, maxBytes: 0n, maxAgeMicros: 1n, onGap: 'keep-prefix' },
    { segment: 3n, sizeBytes: 64n, ...reports },
  ],
  append: [{ op: 'append', frames, sync: true }, null],
  other: [{ op: 'other', instance: 1n, frames }, null],
  sync: [{ op: 'sync' }, null],
  force: [{ op: 'force' }, null],
  shouldRotate: [{ op: 'shouldRotate' }, 'size'],
  rotate: [{ op: 'rotate' }, closed],
  close: [{ op: 'close' }, closed],
  frames: [{ op: 'frames', segment: big }, frames],
  verify: [{ op: 'verify' }, [{ segment: 1n, prev: '00', hash: 'ff' }]],
  replay: [{ op: 'replay', after: 0n, strict: false, chain: true }, []],
};

const ofFast: Samples<fast.Op, fast.Values> = {
  open: [
    { op: 'open', id: 7 },
    { committed: 16n, ...reports },
  ],
  append: [{ op: 'append', id: 7, entry: entries[0]!, track: true }, 50n],
  track: [{ op: 'track', id: 7, bytes: big }, null],
  syncGroup: [{ op: 'syncGroup', id: 7 }, null],
  truncate: [{ op: 'truncate', id: 7, len: 2n ** 63n }, null],
  reset: [{ op: 'reset', id: 7 }, null],
  readCommitted: [{ op: 'readCommitted', id: 7 }, entries],
  seal: [{ op: 'seal', id: 7, entries, deadlineMs: 5, tickMs: 1 }, 'timed_out'],
  committedBytes: [{ op: 'committedBytes', id: 7 }, big],
  close: [{ op: 'close', id: 7 }, null],
  list: [{ op: 'list' }, [0, 7, 2 ** 32 - 1]],
};

/** The same operation and the same value, over a line and back. */
function comesBack<O extends { readonly op: string }, R>(
  codec: WireCodec<O, R>,
  op: O,
  value: R,
): ReturnType<typeof codec.readCall> {
  const { method, params } = codec.call(op, site);
  expect(method).toBe(`${codec.kind}/${op.op}`);
  const line = asciiJson(params);
  expect(line).toMatch(/^[\x20-\x7e]*$/);
  const read = codec.readCall(op.op, JSON.parse(line));
  expect(read.op).toEqual(op);
  const result = asciiJson(codec.result(op.op, value));
  expect(codec.readResult(op, JSON.parse(result))).toEqual(value);
  return read;
}

describe('the codec of wal-segment', () => {
  const readers = new Set(['frames', 'verify', 'replay', 'other']);

  it.each(Object.values(ofWal))('$op comes back as it went', (op, value) => {
    const { handle, dir } = comesBack<wal.Op, wal.Value>(walSegmentCodec, op, value);
    expect(handle).toBe(readers.has(op.op) ? null : 'case7.');
    expect(dir).toBe(op.op === 'open' || readers.has(op.op) ? '/data/s' : null);
  });

  it.each([
    { seq: 1, at: '0', type: 1, payload: '' },
    { seq: '1', at: '0', type: 256, payload: '' },
    { seq: '1', at: '0', type: 1, payload: 'a' },
    { seq: '1', at: '0', type: 1 },
  ])('refuses %j as a frame', (wrong) => {
    const params = { h: 'a', frames: [wrong], sync: true, at };
    expect(() => walSegmentCodec.readCall('append', params)).toThrow(WireError);
  });
});

describe('the codec of fast-segment', () => {
  it.each(Object.values(ofFast))('$op comes back as it went', (op, value) => {
    const { handle, dir } = comesBack<fast.Op, fast.Value>(fastSegmentCodec, op, value);
    expect(handle).toBe(op.op === 'list' ? null : 'case7.7');
    expect(dir).toBe(op.op === 'open' || op.op === 'list' ? '/data/s' : null);
  });

  it('calls each handle of a session by a name of its own', () => {
    const name = (h?: string): unknown =>
      fastSegmentCodec.call({ op: 'reset', id: 7, ...(h === undefined ? {} : { h }) }, site).params[
        'h'
      ];
    expect([name(), name(''), name('b')]).toEqual(['case7.7', 'case7.7', 'case7.7.b']);
  });

  it.each([
    { t: 'checkpoint', revision: 7 },
    { t: 'gone', revision: '7' },
    { t: 'write', space: '1', coords: ['1'], revision: '1', data: '' },
    { t: 'tombstone', space: '1', coords: [2 ** 32], revision: '1' },
  ])('refuses %j as an entry', (wrong) => {
    const params = { h: 'a', id: 7, entry: wrong, track: true, at };
    expect(() => fastSegmentCodec.readCall('append', params)).toThrow(WireError);
  });
});
