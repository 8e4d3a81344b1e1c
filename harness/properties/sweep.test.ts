import { describe, expect, it } from 'vitest';
import { varintBytes } from '../../spec/fast-segment/bincode.ts';
import { frameBytes as fastFrame, framed, headerOf } from '../../spec/fast-segment/bytes.ts';
import { fileNode, type Image, type Node } from '../../spec/lib/image.ts';
import { join } from '../../spec/lib/layout-damage.ts';
import { blake3Hex, frameBytes, headerBytesOf, noHash } from '../../spec/wal-segment/bytes.ts';
import { pathOf } from '../../spec/wal-segment/names.ts';
import { fastSegmentWitness } from '../kinds/fast-segment-agreement.ts';
import { walSegmentWitness } from '../kinds/wal-segment-agreement.ts';
import { mostAllocated } from './testing-allocation.ts';
import { sweep, sweepText, type SweepPlan } from './testing-sweep.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a length may claim that nothing holds. */
const absurd = [1n << 31n, (1n << 32n) - 1n, 1n << 62n, (1n << 64n) - 1n];

function walPlan(): SweepPlan {
  const wal = (seq: bigint, payload: string) =>
    frameBytes({ seq, at: seq, type: 1, payload: utf8(payload) });
  const header = (segment: bigint, prev: string) =>
    headerBytesOf({ instance: 9n, segment, createdAtMicros: 1n, prev });
  const first = join(header(1n, noHash), wal(11n, 'first'), wal(12n, 'a\n'));
  const last = join(header(2n, blake3Hex(first)), wal(13n, ''), wal(14n, 'last'));
  const image: Image = new Map([
    [pathOf(1n), fileNode(first)],
    [pathOf(2n), fileNode(last)],
  ]);
  const lengths = absurd.filter((length) => length < 1n << 32n);
  const saying = (length: bigint): Uint8Array => {
    const bytes = last.slice();
    new DataView(bytes.buffer).setUint32(64, Number(length));
    return bytes;
  };
  return {
    witness: walSegmentWitness,
    image,
    more: [...lengths, 67_108_864n, 67_108_865n].map((length) => [
      pathOf(2n),
      `a frame of ${length}`,
      saying(length),
    ]),
  };
}

function fastPlan(): SweepPlan {
  const path = 'sessions/7.fast';
  const frames = join(
    fastFrame({ t: 'write', space: 1n, coords: [10, 20], revision: 1n, data: utf8('a\n') }),
    fastFrame({ t: 'tombstone', space: 251n, coords: [300], revision: 65_536n }),
    fastFrame({ t: 'checkpoint', revision: 7n }),
  );
  const committed = (bytes: Uint8Array) => join(headerOf(BigInt(16 + bytes.length)), bytes);
  const file = committed(frames);
  const u64 = (at: number, value: bigint): Uint8Array => {
    const bytes = file.slice();
    new DataView(bytes.buffer).setBigUint64(at, value, true);
    return bytes;
  };
  const counting = (variant: number, count: bigint) =>
    committed(join(frames, framed(Uint8Array.from([variant, 0, ...varintBytes(count), 0, 0, 9]))));
  const inData = (count: bigint) =>
    committed(join(frames, framed(Uint8Array.from([0, 0, 0, 0, ...varintBytes(count), 9]))));
  const image: Image = new Map<string, Node>([
    ['sessions', { is: 'dir' }],
    [path, fileNode(file)],
  ]);
  const more = [...absurd, 1n << 63n].flatMap((value): SweepPlan['more'] => [
    [path, `a committed length of ${value}`, u64(8, value)],
    [path, `a frame of ${value}`, u64(16, value)],
    [path, `${value} coordinates`, counting(1, value)],
    [path, `${value} bytes of data`, inData(value)],
  ]);
  return { witness: fastSegmentWitness, image, more };
}

describe('small files, changed at every bit and byte', () => {
  it.each([walPlan(), fastPlan()])(
    '$witness.kind: table and original agree, safe shows a beginning or says why not, and memory is bounded',
    async (plan) => {
      const tally = await sweep(plan);
      console.log(sweepText(plan.witness.kind, tally));
      expect(tally.apart.slice(0, 5)).toEqual([]);
      expect(tally.wrong.slice(0, 5)).toEqual([]);
      expect(tally.beyond.slice(0, 5)).toEqual([]);
      expect(tally.images).toBeGreaterThan(1500);
      expect(tally.opened.get('ok') ?? 0).toBeGreaterThan(5);
      expect(tally.opened.size).toBeGreaterThan(4);
    },
  );

  it('what is allocated is seen, whoever asks for it', () => {
    const ways = [
      () => new Uint8Array(3_000_000),
      () => new ArrayBuffer(3_000_000),
      () => Buffer.alloc(3_000_000),
      () => Buffer.allocUnsafe(3_000_000),
      () => Buffer.allocUnsafeSlow(3_000_000),
      () => Buffer.concat([Buffer.alloc(1_500_000), Buffer.alloc(1_500_000)]),
    ];
    for (const way of ways) expect(mostAllocated(() => void way())).toBe(3_000_000);
    expect(mostAllocated(() => undefined)).toBe(0);
  });
});
