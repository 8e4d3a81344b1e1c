import nodeFs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeOf, freshRoot, plant, treeOf } from '../session-store-v2/testing.ts';
import { frameFixedBytes, frameOf, hashOf, headerOf, u64Bytes } from './frame.ts';
import { endOf, entryAt, file, fileWith, numbersOf, open, upTo } from './testing.ts';

const three = fileWith(upTo(3));
const ends = [16, ...upTo(3).map((n) => endOf(upTo(n)))] as [number, number, number, number];
const withLength = (committed: number | bigint, bytes: Buffer = three): Buffer =>
  Buffer.concat([headerOf(BigInt(committed)), bytes.subarray(16)]);

/** What opening a file of these bytes comes to: its entries and repairs, or the code. */
function opening(bytes: Buffer) {
  const root = freshRoot();
  plant(root, { [file]: bytes.toString('latin1') });
  const before = treeOf(root);
  let segment: ReturnType<typeof open> | null = null;
  const code = codeOf(() => (segment = open(root)));
  if (code !== null || segment === null) {
    expect(treeOf(root)).toEqual(before);
    return code;
  }
  const shown = segment as ReturnType<typeof open>;
  const { repairs, notices } = shown.opened;
  const numbers = numbersOf(shown.read());
  shown.seal([entryAt(50)], 1);
  const again = open(root);
  expect([again.opened.repairs, numbersOf(again.read())]).toEqual([[], [...numbers, 50]]);
  return { numbers, repairs, notices };
}

const rebuilt = (from: number, to: number, why: string) => [
  { did: 'rebuilt', file, from, to, why },
];

describe('a header', () => {
  it('that was never written whole is made anew', () => {
    const empty = fileWith([]);
    for (let length = 0; length < 16; length++) {
      for (const torn of [empty.subarray(0, length), Buffer.alloc(length)]) {
        const repairs = rebuilt(0, length, 'torn_header');
        expect(opening(torn)).toEqual({ numbers: [], repairs, notices: [] });
      }
    }
    const middle = Buffer.concat([empty.subarray(0, 5), Buffer.alloc(11)]);
    expect(opening(middle)).toMatchObject({ repairs: rebuilt(0, 16, 'torn_header') });
  });

  it('with anything else in its place refuses', () => {
    expect(opening(Buffer.from('IDB_SWAL'))).toBe('header_damaged');
    expect(opening(Buffer.alloc(17))).toBe('header_damaged');
    expect(opening(three.subarray(0, 12))).toBe('header_damaged');
    for (let i = 0; i < 8; i++) {
      const bytes = Buffer.from(three);
      bytes[i]! ^= 1;
      expect(opening(bytes)).toBe('header_damaged');
    }
  });
});

describe('a committed length', () => {
  it('is believed where a frame ends, whatever stands behind it', () => {
    for (const [n, end] of ends.entries()) {
      for (const tail of [Buffer.alloc(0), Buffer.alloc(9), Buffer.alloc(300, 'x')]) {
        const bytes = Buffer.concat([withLength(end), tail]);
        const to = bytes.length;
        const cut = { did: 'cut', file, from: end, to, why: 'uncommitted_tail' };
        const repairs = end === to ? [] : [cut];
        expect(opening(bytes)).toEqual({ numbers: upTo(n), repairs, notices: [] });
      }
    }
  });

  const many = fileWith(upTo(12));
  const manyEnds = [16, ...upTo(12).map((n) => endOf(upTo(n)))];
  const torn = (old: number, bytes: number): number => {
    const [before, aim] = [u64Bytes(BigInt(old)), u64Bytes(BigInt(many.length))];
    return Number(
      Buffer.concat([aim.subarray(0, bytes), before.subarray(bytes)]).readBigUInt64LE(),
    );
  };

  it('that was cut short while it was written is the one that it was to be', () => {
    const repairs = rebuilt(8, 16, 'torn_committed_length');
    expect(many.length).toBeGreaterThan(512);
    const found = manyEnds.map((old) => torn(old, 1)).filter((at) => !manyEnds.includes(at));
    expect(found.length).toBeGreaterThan(4);
    for (const at of found) {
      expect(opening(withLength(at, many))).toEqual({ numbers: upTo(12), repairs, notices: [] });
      const tailed = Buffer.concat([many, Buffer.alloc(5)]);
      expect(opening(withLength(at, tailed))).toBe('committed_misplaced');
    }
  });

  it('in a frame or in the header is no torn one where it mixes no two ends', () => {
    for (const at of [0, 1, 15, 17, ends[1] - 1, ends[1] + 1, ends[3] - 1]) {
      expect(opening(withLength(at))).toBe('committed_misplaced');
    }
    const tailed = Buffer.concat([three, Buffer.alloc(5)]);
    expect(opening(withLength(ends[2] + 1, tailed))).toBe('committed_misplaced');
    expect(opening(withLength(ends[3] + 1, tailed))).toBe('corrupt_frame');
  });

  it('behind the end of the file says that something is gone', () => {
    for (const at of [BigInt(ends[3]) + 1n, 2n ** 31n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) {
      expect(opening(withLength(at))).toBe('committed_beyond_end');
    }
  });
});

describe('a committed frame', () => {
  it('that does not verify refuses, at every bit', () => {
    for (let i = 16; i < three.length; i++) {
      const bytes = Buffer.from(three);
      bytes[i]! ^= 1 << (i % 8);
      expect(opening(bytes), `byte ${i}`).toBe('corrupt_frame');
    }
  });

  it('may claim any length', () => {
    for (const length of [2n ** 31n, 2n ** 32n - 1n, 2n ** 62n, 2n ** 64n - 1n]) {
      const bytes = Buffer.concat([three.subarray(0, 16), u64Bytes(length), three.subarray(24)]);
      expect(opening(bytes)).toBe('corrupt_frame');
    }
  });

  const framed = (payload: string): Buffer => {
    const bytes = Buffer.from(payload.replaceAll(' ', ''), 'hex');
    const frame = Buffer.concat([u64Bytes(BigInt(bytes.length)), bytes, hashOf(bytes)]);
    return Buffer.concat([headerOf(BigInt(16 + frame.length)), frame]);
  };

  it('with the right hash and no entry in it refuses', () => {
    for (const payload of ['', '04', '03', 'ff', '00 00 00 00 fdffffffffffffffff']) {
      expect(opening(framed(payload))).toBe('corrupt_frame');
    }
  });

  it('that no writer makes is read and reported', () => {
    const notices = [{ code: 'non_canonical', file, detail: '1 frames' }];
    for (const payload of ['03 fb0500', '03 05 00', 'fb0300 05']) {
      expect(opening(framed(payload))).toEqual({ numbers: [-1], repairs: [], notices });
    }
    expect(frameOf(entryAt(1)).length).toBeGreaterThan(frameFixedBytes);
  });
});

describe('a name that is taken', () => {
  it('refuses without a change', () => {
    const root = freshRoot();
    nodeFs.mkdirSync(join(root, file), { recursive: true });
    expect(codeOf(() => open(root))).toBe('not_a_file');
    expect(treeOf(root)).toEqual({ sessions: null, [file]: null });
  });
});
