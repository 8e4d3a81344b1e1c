import { describe, expect, it } from 'vitest';
import type { Image, Node } from '../lib/image.ts';
import { join } from '../lib/layout-damage.ts';
import { blake3Hex, frameBytes, keyOf } from './bytes.ts';
import { assess } from './classify.ts';
import { pathOf } from './names.ts';
import { bytesAt, changed, frameOf, logOf, patched, segmentBytes } from './testing.ts';

const frames = [1n, 2n, 3n].map((seq) => frameOf(seq));
const more = [4n, 5n].map((seq) => frameOf(seq));
const log = logOf({ number: 1n, frames }, { number: 4n, frames: more });
const [one, four] = [pathOf(1n), pathOf(4n)];
const keys = [...frames, ...more].map(keyOf);
const size = bytesAt(log, 4n).length;

const set = (path: string, to: Node | Uint8Array | null, of: Image = log): Image =>
  changed(of, path, to);
const cutTo = (to: number): Image => set(four, bytesAt(log, 4n).subarray(0, to));
const flip = (number: bigint, at: number): Image => {
  const bytes = bytesAt(log, number);
  return set(pathOf(number), patched(bytes, at, [(bytes[at] ?? 0) ^ 1]));
};
const zeros = (count: number): Uint8Array => new Uint8Array(count);
const tail = (bytes: Uint8Array): Image => set(four, join(bytesAt(log, 4n), bytes));

const shownBy = (image: Image): readonly string[] => {
  const { legal } = assess(image);
  return legal.open === 'ok' ? legal.keys : legal.readable;
};
const codes = (image: Image): readonly string[] => {
  const { legal } = assess(image);
  return legal.open === 'ok' ? [] : legal.codes;
};
const reasons = (image: Image): readonly string[] =>
  assess(image).expectedRepairs.map(({ why }) => why);

describe('a log that nothing happened to', () => {
  it('opens, shows every frame, and has no class but valid', () => {
    for (const image of [new Map(), logOf({ number: 9n, frames: [] }), log]) {
      const found = assess(image);
      expect(found.legal.open).toBe('ok');
      expect(found.classes.every((one_) => one_.is === 'valid')).toBe(true);
      expect([found.expectedNotices, found.expectedRepairs, found.problems]).toEqual([[], [], []]);
    }
    expect(shownBy(log)).toEqual(keys);
  });
});

describe('the end of the last segment', () => {
  it('is torn wherever it is cut, and the frames before it are shown', () => {
    const ends = [64, 64 + frameBytes(more[0]!).length, size];
    for (let to = 64; to < size; to++) {
      const whole = ends.filter((end) => end <= to).length - 1;
      expect(shownBy(cutTo(to)), `${to}`).toEqual(keys.slice(0, 3 + whole));
      // A frame begins with three zeros.
      const isZero = to - (ends[whole] ?? 0) < 4;
      const due = ends.includes(to) ? [] : [isZero ? 'nul_tail' : 'torn_tail'];
      expect(reasons(cutTo(to)), `${to}`).toEqual(due);
    }
  });

  it('is torn where zeros follow, or anything that holds no frame', () => {
    for (const count of [1, 3, 4, 30, 9000]) {
      expect(reasons(tail(zeros(count)))).toEqual(['nul_tail']);
    }
    expect(assess(tail(zeros(5))).classes).toContainEqual({
      is: 'torn', file: four, from: size, to: size + 5, why: 'nul_tail',
    }); // prettier-ignore
    expect(reasons(tail(join(zeros(2), Uint8Array.of(7))))).toEqual(['torn_tail']);
    // A damaged last frame: nothing that verifies follows it.
    expect(reasons(flip(4n, size - 1))).toEqual(['torn_tail']);
    // One that follows, but with a sequence that was there: it is a copy, and no later commit.
    const copy = join(zeros(9), frameBytes(more[0]!));
    expect(reasons(tail(copy))).toEqual(['torn_tail']);
  });

  it('is ambiguous where a frame that verifies follows, at any byte', () => {
    const hidden = frameBytes(frameOf(6n));
    for (const image of [flip(4n, 64), flip(4n, 70), tail(join(zeros(11), hidden))]) {
      expect(codes(image)).toEqual(['ambiguous_gap']);
      expect(assess(image).hole?.is).toBe('ambiguous');
      const { legal, expectedRepairs } = assess(image, { onGap: 'keep-prefix' });
      expect(legal).toEqual({ open: 'ok', keys: shownBy(image) });
      expect(expectedRepairs).toEqual([{ did: ['cut'], file: four, why: 'ambiguous_gap' }]);
    }
    expect(shownBy(flip(4n, 64))).toEqual(keys.slice(0, 3));
  });

  it('is ambiguous where telling would take too long', () => {
    // Every third byte begins a frame of a thousand bytes, none of which has its checksum.
    const begin = Uint8Array.from({ length: 1 << 16 }, (_, i) => [0, 0, 4][i % 3]!);
    const image = tail(join(Uint8Array.of(0, 0, 0), begin));
    expect(codes(image)).toEqual(['ambiguous_gap']);
  });

  it('of 1 TiB that was never written costs nothing', () => {
    const { is, bytes } = { is: 'file' as const, bytes: bytesAt(log, 4n) };
    const sparse = set(four, { is, bytes, size: 2 ** 40 });
    expect(codes(sparse)).toEqual(['tail_too_large']);
    const small = set(four, { is, bytes, size: 2 ** 29 });
    expect([reasons(small), shownBy(small)]).toEqual([['nul_tail'], keys]);
    const sealed = set(one, { is, bytes: bytesAt(log, 1n), size: 2 ** 53 });
    expect(codes(sealed)).toContain('frame_corrupt');
  });
});

describe('the header of the last segment', () => {
  const header = (bytes: Uint8Array): Image => set(four, bytes);
  const whole = bytesAt(log, 4n);

  it('is torn where it is short and no frame follows', () => {
    expect(reasons(header(zeros(0)))).toEqual(['no_header']);
    for (let to = 1; to < 64; to++) {
      expect(reasons(header(whole.subarray(0, to)))).toEqual(['torn_header']);
      const padded = join(whole.subarray(0, to), zeros(64 - to));
      const isRestart = to >= 24 && to <= 32;
      if (!isRestart) expect(reasons(header(padded)), `${to}`).toEqual(['torn_header']);
      expect(shownBy(header(padded))).toEqual(keys.slice(0, 3));
    }
    expect(reasons(header(join(zeros(64), zeros(500))))).toEqual(['torn_header']);
  });

  it('is damaged where frames follow, and so is that of a sealed segment', () => {
    expect(codes(flip(4n, 0))).toEqual(['header_damaged']);
    expect(codes(flip(4n, 5))).toEqual(['unsupported_version']);
    expect(codes(flip(4n, 23))).toEqual(['segment_misplaced']);
    expect(codes(flip(4n, 40))).toEqual(['chain_mismatch']);
    expect(codes(flip(1n, 1))).toEqual(['header_damaged', 'chain_mismatch']);
    expect(codes(set(one, bytesAt(log, 1n).subarray(0, 40)))).toContain('header_damaged');
    for (const at of [0, 5, 23, 40]) expect(shownBy(flip(4n, at))).toEqual(keys.slice(0, 3));
  });

  it('is proof of damage where it is whole and names another hash', () => {
    const empty = logOf({ number: 1n, frames }, { number: 4n, frames: [] });
    const bent = patched(bytesAt(empty, 1n), 9, [1]);
    expect(codes(set(one, bent, empty))).toEqual(['chain_mismatch']);
    const first = logOf({ number: 1n, frames: [], prev: '11'.repeat(32) });
    expect(codes(first)).toEqual(['chain_mismatch']);
  });

  it('is accepted, and reported, where it begins a chain or holds what nobody writes', () => {
    const restarted = logOf(
      { number: 1n, frames },
      { number: 4n, frames: more, prev: '00'.repeat(32) },
    );
    expect(shownBy(restarted)).toEqual(keys);
    expect(assess(restarted).expectedNotices).toEqual([{ code: 'chain_restart', file: four }]);
    expect(assess(flip(4n, 7)).expectedNotices).toEqual([{ code: 'non_canonical', file: four }]);
    // Nothing is checked of whose log it is and when it was begun.
    for (const at of [15, 31])
      expect([codes(flip(4n, at)), shownBy(flip(4n, at))]).toEqual([[], keys]);
  });
});

describe('a sealed segment', () => {
  it('is corrupt wherever a byte is another one', () => {
    const bytes = bytesAt(log, 1n);
    for (let at = 0; at < bytes.length; at++) {
      expect(codes(flip(1n, at)), `${at}`).toContain('chain_mismatch');
    }
    expect(codes(flip(1n, 70))).toEqual(['frame_corrupt', 'chain_mismatch']);
    expect(shownBy(flip(1n, 70))).toEqual([]);
    expect(shownBy(flip(1n, bytes.length - 1))).toEqual(keys.slice(0, 2));
    expect(codes(set(one, bytes.subarray(0, 80)))).toEqual(['frame_corrupt', 'chain_mismatch']);
    expect(codes(set(one, null))).toEqual(['chain_mismatch']);
  });
});

describe('frames that verify and cannot be applied', () => {
  it('are proof of damage', () => {
    const twice = logOf({
      number: 1n,
      frames: [frameOf(1n), frameOf(2n), frameOf(2n), frameOf(3n)],
    });
    expect([codes(twice), shownBy(twice)]).toEqual([['non_monotonic'], keys.slice(0, 2)]);
    const across = logOf({ number: 1n, frames }, { number: 2n, frames: [frameOf(3n)] });
    expect(codes(across)).toEqual(['non_monotonic']);
    const odd = logOf({ number: 1n, frames: [frameOf(1n), frameOf(7n, { type: 3 }), frameOf(8n)] });
    expect(codes(odd)).toEqual(['unknown_payload_type']);
    expect(shownBy(odd)).toEqual([frameOf(1n), frameOf(8n)].map(keyOf));
    const lower = [frameOf(1n), frameOf(7n, { type: 3 }), frameOf(2n), frameOf(3n)];
    // What is passed over counts all the same: a lower sequence behind it is out of order.
    expect(shownBy(logOf({ number: 1n, frames: lower }))).toEqual(keys.slice(0, 1));
  });

  it('are passed over where their sequence is 0', () => {
    const zero = logOf({ number: 1n, frames: [frameOf(1n), frameOf(0n), frameOf(2n)] });
    expect([codes(zero), shownBy(zero)]).toEqual([[], keys.slice(0, 2)]);
    expect(assess(zero).expectedNotices[0]?.code).toBe('non_canonical');
  });
});

describe('names and nodes', () => {
  const link: Node = { is: 'link', to: 'elsewhere' };
  const torn = cutTo(size - 1);

  it('that no log makes are refused', () => {
    const bytes = bytesAt(log, 4n);
    expect(codes(set('segment_1.aedbwal', bytes))).toContain('segment_name');
    expect(codes(set('segment_segment_9.aedbwal', bytes))).toContain('segment_name');
    expect(codes(set(four, link))).toEqual(['symlink_refused']);
    expect(codes(set(four, { is: 'dir' }))).toEqual(['not_a_file']);
    expect(codes(set(one, { is: 'other', what: 'fifo' }))).toContain('not_a_file');
    expect(codes(set('quarantine', link, torn))).toContain('symlink_refused');
    expect(codes(set('quarantine', zeros(1), torn))).toContain('not_a_directory');
  });

  it('that mean nothing to a log are left alone', () => {
    for (const name of [
      'segment_x.aedbwal',
      'segment_1.aedbwal.old',
      'notes',
      'sub/segment_1.aedbwal',
    ]) {
      expect(codes(set(name, zeros(9)))).toEqual([]);
    }
    // Whoever needs no quarantine may look at it or not.
    expect(assess(set('quarantine', link)).legals.map(({ open }) => open)).toEqual([
      'ok',
      'refused',
    ]);
  });

  it('let a reader stop before them or pass them over', () => {
    const { legals } = assess(set('segment_2.aedbwal', segmentBytes({ number: 2n, frames: [] })));
    const readable = legals.map((one_) => (one_.open === 'refused' ? one_.readable.length : -1));
    expect(readable).toEqual([5, 3]);
  });

  it('of what was kept may stand in the way of a cut', () => {
    const name = `quarantine/${four}@64-${blake3Hex().slice(0, 16)}.bin`;
    const { legals } = assess(set(name, zeros(1), set('quarantine', { is: 'dir' }, torn)));
    expect(legals).toHaveLength(2);
    expect(legals[1]).toMatchObject({ open: 'refused', codes: ['quarantine_conflict'] });
  });
});
