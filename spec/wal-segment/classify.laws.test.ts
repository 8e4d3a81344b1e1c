import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileNode } from '../lib/image.ts';
import type { Image } from '../lib/image.ts';
import { join } from '../lib/layout-damage.ts';
import { frameBytes, headerBytesOf, keyOf } from './bytes.ts';
import { assess } from './classify.ts';
import { structuralDamage, uncoveredBytes } from './damage.ts';
import { drafts, resolve } from './drafts.ts';
import { headOf, look } from './frames.ts';
import { machine, type State } from './machine.ts';
import { pathOf } from './names.ts';
import type { Frame, Op } from './ops.ts';
import { does, start, type World } from './table.ts';
import { bytesAt, changed, frameOf, logOf } from './testing.ts';

const seqs = [1n, 2n, 3n, 4n, 5n, 6n];
const log = logOf(
  { number: 1n, frames: seqs.slice(0, 2).map((seq) => frameOf(seq)) },
  { number: 2n, frames: seqs.slice(2, 4).map((seq) => frameOf(seq)) },
  { number: 5n, frames: seqs.slice(4).map((seq) => frameOf(seq)) },
);
const keys = seqs.map((seq) => keyOf(frameOf(seq)));

type Hurt =
  | { readonly do: 'flip'; readonly at: number; readonly bit: number }
  | { readonly do: 'cut'; readonly at: number }
  | { readonly do: 'zero' | 'drop'; readonly at: number; readonly count: number }
  | { readonly do: 'insert'; readonly at: number; readonly bytes: Uint8Array };

const at = fc.double({ min: 0, max: 1, noNaN: true });
const count = fc.integer({ min: 1, max: 60 });
const hurt: fc.Arbitrary<Hurt> = fc.oneof(
  fc.record({ do: fc.constant('flip' as const), at, bit: fc.nat(7) }),
  fc.record({ do: fc.constant('cut' as const), at }),
  fc.record({ do: fc.constantFrom('zero' as const, 'drop' as const), at, count }),
  fc.record({
    do: fc.constant('insert' as const),
    at,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 20, size: 'max' }),
  }),
);

function hurtBytes(bytes: Uint8Array, what: Hurt): Uint8Array {
  const place = Math.floor(what.at * bytes.length);
  const next = bytes.slice();
  if (what.do === 'cut') return next.subarray(0, place);
  if (what.do === 'flip') {
    next[place] = (next[place] ?? 0) ^ (1 << what.bit);
    return next.subarray(0, bytes.length);
  }
  if (what.do === 'zero') return next.fill(0, place, place + what.count);
  const behind = what.do === 'drop' ? place + what.count : place;
  const between = what.do === 'insert' ? what.bytes : new Uint8Array(0);
  return join(bytes.subarray(0, place), between, bytes.subarray(behind));
}

const shownBy = (image: Image): readonly string[] => {
  const { legal } = assess(image);
  return legal.open === 'ok' ? legal.keys : legal.readable;
};
const speaks = (image: Image): boolean => {
  const { legal, expectedNotices, expectedRepairs } = assess(image);
  return legal.open === 'refused' || expectedNotices.length + expectedRepairs.length > 0;
};

describe('damage to one segment', () => {
  it('is never silent where a frame is lost, but for a last one that is cut off whole', () => {
    const told = { silent: 0, repaired: 0, refused: 0 };
    fc.assert(
      fc.property(fc.constantFrom(1n, 2n, 5n), hurt, (number, what) => {
        const image = changed(log, pathOf(number), hurtBytes(bytesAt(log, number), what));
        const shown = shownBy(image);
        // Nothing is shown that was not there, and nothing behind a hole.
        expect(shown).toEqual(keys.slice(0, shown.length));
        if (assess(image).legal.open === 'refused') told.refused += 1;
        else if (speaks(image)) told.repaired += 1;
        else told.silent += 1;
        const isWhole = shown.length === keys.length;
        const isAnchored = number !== 5n;
        expect(isWhole || speaks(image) || !isAnchored, JSON.stringify(what)).toBe(true);
      }),
      { seed: 20261120, numRuns: 3000 },
    );
    expect(Math.min(...Object.values(told))).toBeGreaterThan(5);
  });

  it('is shown by every change of a byte that is not listed as noticed by nobody', () => {
    const free = uncoveredBytes(log);
    for (const number of [1n, 2n, 5n]) {
      const path = pathOf(number);
      const bytes = bytesAt(log, number);
      for (let place = 0; place < bytes.length; place++) {
        const next = bytes.slice();
        next[place] = (next[place] ?? 0) ^ 0x80;
        const isFree = free.some((one) => one.file === path && place >= one.from && place < one.to);
        expect(speaks(changed(log, path, next)), `${path} ${place}`).toBe(!isFree);
      }
    }
  });

  it('that knows the format is refused or reported', () => {
    const edits = structuralDamage(log);
    expect(edits.filter(({ why }) => /begins a chain|its checksum right/.test(why))).toHaveLength(
      8,
    );
    const silent = edits.filter(({ file, from, to, bytes, why }) => {
      const node = log.get(file);
      if (node?.is !== 'file' || /instanceId|createdAt|torn at/.test(why)) return false;
      const next = join(node.bytes.subarray(0, from), bytes, node.bytes.subarray(to));
      return !speaks(changed(log, file, next));
    });
    // A whole frame of the last segment: no later header knows of it, and sequences may have gaps.
    expect(silent.map(({ file, why }) => `${file} ${why}`)).toEqual([
      `${pathOf(5n)} frame 2, taken out`,
      `${pathOf(5n)} frame 3, taken out`,
    ]);
  });
});

describe('any bytes', () => {
  it('are classified, read and opened without an exception, and cover the file', () => {
    const some = fc.uint8Array({ maxLength: 400, size: 'max' });
    const tail = fc
      .tuple(fc.boolean(), some)
      .map(([headed, bytes]) => (headed ? join(bytesAt(log, 1n), bytes) : bytes));
    fc.assert(
      fc.property(fc.array(tail, { maxLength: 3 }), (files) => {
        const image: Image = new Map(
          files.map((bytes, i) => [pathOf(BigInt(i + 1)), fileNode(bytes)]),
        );
        for (const { file, from, to } of assess(image).classes) {
          const node = image.get(file);
          const size = node?.is === 'file' ? node.size : -1;
          expect(0 <= from && from <= to && to <= size).toBe(true);
        }
        for (const chain of [true, false]) {
          const ways = does(start(image), { op: 'replay', after: 0n, chain }, '');
          expect(ways).toHaveLength(1);
        }
      }),
      { seed: 20261121, numRuns: 1500 },
    );
  });

  it('are looked at frame by frame within the file', () => {
    for (const length of [0, 20, 21, 64 << 20, (64 << 20) + 1, 2 ** 31, 2 ** 32 - 1]) {
      const bytes = new Uint8Array(40);
      new DataView(bytes.buffer).setUint32(0, length);
      const seen = look({ is: 'file', bytes, size: 40 }, 0);
      expect(seen.inBounds).toBe(length >= 21 && length <= 64 << 20);
      expect(seen.frame === null).toBe(length !== 21);
    }
  });
});

describe('what is written', () => {
  const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
  const frames: fc.Arbitrary<Frame> = fc.record({
    seq: u64,
    at: u64,
    type: fc.nat(255),
    payload: fc.uint8Array({ maxLength: 300, size: 'max' }),
  });

  it('is read as it was', () => {
    fc.assert(
      fc.property(frames, u64, u64, (frame, segment, instance) => {
        const bytes = frameBytes(frame);
        const seen = look({ is: 'file', bytes, size: bytes.length }, 0);
        expect([seen.frame, seen.to, seen.sumRight]).toEqual([frame, bytes.length, true]);
        const prev = 'ab'.repeat(32);
        const head = headerBytesOf({ instance, segment, createdAtMicros: 0n, prev });
        expect(headOf({ is: 'file', bytes: head, size: 64 })).toMatchObject({
          instance,
          segment,
          prev,
        });
      }),
      { seed: 20261122, numRuns: 300 },
    );
  });
});

describe('the machine of the original', () => {
  it('and the table answer the same on every undamaged log, and so do the classes', () => {
    const of = machine('original');
    const hits = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(drafts(), { minLength: 20, maxLength: 40, size: 'max' }), (all) => {
        let state: State = of.start();
        let world: World = start(new Map());
        for (const [i, draft] of all.entries()) {
          const op: Op = resolve(state, draft);
          const time = new Date(Date.UTC(2026, 0, 1) + i).toISOString();
          const ways = of.next(state, op, time);
          const [way, ...others] = does(world, op, time);
          expect(others).toEqual([]);
          const fit = ways.find(({ result }) => same(result, way?.outcome));
          if (fit === undefined || way === undefined) throw new Error(`${op.op} differs`);
          const name = `${op.op} ${way.outcome.is === 'ok' ? 'ok' : way.outcome.code}`;
          hits.set(name, (hits.get(name) ?? 0) + 1);
          ({ state } = fit);
          ({ world } = way);
        }
        expect(assess(world.image).hole).toBeNull();
      }),
      { seed: 20261123, numRuns: 60 },
    );
    const wanted = ['append ok', 'other ok', 'replay non_monotonic', 'replay chain_mismatch'];
    for (const name of wanted) expect(hits.get(name) ?? 0, name).toBeGreaterThan(0);
  });
});

const same = (a: unknown, b: unknown): boolean => textOf(a) === textOf(b);
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'bigint' ? `${one}n` : one instanceof Uint8Array ? [...one] : one,
  );
