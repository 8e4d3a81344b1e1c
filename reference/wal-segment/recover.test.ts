import nodeFs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { blake3Hex } from '../lib/blake3.ts';
import { codeOf, envOver, freshRoot, plant, treeOf } from '../session-store-v2/testing.ts';
import type { Files } from '../session-store-v2/testing.ts';
import { replay, verify } from './store.ts';
import {
  bytesOf,
  filesOf,
  frameAt,
  framesFrom,
  nameOf,
  open,
  segmentOf,
  seqsOf,
} from './testing.ts';
import type { Opened } from './types.ts';

const first = segmentOf(1, framesFrom(1, 3));
const second = segmentOf(2, framesFrom(4, 6), blake3Hex(first));
const whole: Files = filesOf({ 1: first, 2: second });
const last = nameOf(2);

/** The log with other bytes in its last segment. */
const withLast = (bytes: Uint8Array): Files => ({
  ...whole,
  [last]: Buffer.from(bytes).toString('latin1'),
});

function planted(files: Files): string {
  const root = freshRoot();
  plant(root, files);
  return root;
}

const keptName = (name: string, from: number, bytes: Uint8Array): string =>
  `quarantine/${name}@${from}-${blake3Hex(bytes).slice(0, 16)}.bin`;

/** Opens, and answers what was reported and what stands there then. */
function opened(files: Files): Opened & { readonly root: string; readonly tree: Files } {
  const root = planted(files);
  const log = open(root);
  const tree = treeOf(root);
  log.append([frameAt(50)], true);
  log.close();
  expect(seqsOf(root).at(-1)).toBe(50);
  expect(open(root).opened.repairs).toEqual([]);
  return { ...log.opened, root, tree };
}

/** Opening is refused with `code`, and changes nothing. */
function refused(files: Files, code: string): void {
  const root = planted(files);
  const before = treeOf(root);
  expect(codeOf(() => open(root))).toBe(code);
  expect(treeOf(root)).toEqual(before);
}

describe('an append that never ended', () => {
  it('is cut at any byte, kept, and appended over', () => {
    const frameEnds = [64, ...[4, 5, 6].map((n) => 64 + bytesOf(framesFrom(4, n)).length)];
    for (let size = 64; size < second.length; size++) {
      const root = planted(withLast(second.subarray(0, size)));
      const log = open(root);
      const from = frameEnds.findLast((end) => end <= size) ?? 64;
      const torn = second.subarray(from, size);
      const keptIn = keptName(last, from, torn);
      const why = torn.some((byte) => byte !== 0) ? 'torn_tail' : 'nul_tail';
      const cut = { did: 'cut', file: last, from, to: size, why, keptIn };
      expect(log.opened.repairs, `${size}`).toEqual(size === from ? [] : [cut]);
      if (size > from) expect(treeOf(root)[keptIn]).toBe(torn.toString('latin1'));
      log.append([frameAt(50)], false);
      log.close();
      expect(seqsOf(root)).toEqual([1, 2, 3, ...[4, 5, 6].slice(0, frameEnds.indexOf(from)), 50]);
    }
  });

  it('may be zeros that were never written', () => {
    for (const zeros of [1, 3, 4, 25, 5000]) {
      const { repairs } = opened(withLast(Buffer.concat([second, Buffer.alloc(zeros)])));
      expect(repairs).toMatchObject([
        { did: 'cut', from: second.length, to: second.length + zeros, why: 'nul_tail' },
      ]);
    }
  });

  it('is kept once where it comes twice', () => {
    const torn = second.subarray(0, -3);
    const root = planted(withLast(torn));
    const { repairs } = open(root).opened;
    nodeFs.writeFileSync(path.join(root, last), torn);
    expect(open(root).opened.repairs).toEqual(repairs);
    expect(nodeFs.readdirSync(path.join(root, 'quarantine'))).toHaveLength(1);
  });

  it('is kept beside whatever a dead process left under the temporary name', () => {
    const root = planted(withLast(second.subarray(0, -3)));
    nodeFs.mkdirSync(path.join(root, 'quarantine'));
    nodeFs.linkSync(path.join(root, last), path.join(root, 'quarantine/tmp'));
    expect(open(root).opened.repairs).toHaveLength(1);
    expect(seqsOf(root)).toEqual([1, 2, 3, 4, 5]);
    const other = planted(withLast(second.subarray(0, -3)));
    nodeFs.mkdirSync(path.join(other, 'quarantine'));
    nodeFs.symlinkSync(path.join(other, nameOf(1)), path.join(other, 'quarantine/tmp'));
    expect(codeOf(() => open(other))).toBe('symlink_refused');
    nodeFs.unlinkSync(path.join(other, 'quarantine/tmp'));
    nodeFs.mkdirSync(path.join(other, 'quarantine/tmp'));
    expect(codeOf(() => open(other))).toBe('not_a_file');
    expect(nodeFs.readFileSync(path.join(other, nameOf(1)), 'latin1')).toBe(whole[nameOf(1)]);
  });

  it('is not cut where its place in quarantine holds other bytes', () => {
    const torn = second.subarray(64 + 64);
    const files = withLast(second.subarray(0, -3));
    const from = second.length - bytesOf([frameAt(6)]).length;
    const name = keptName(last, from, second.subarray(from, -3));
    refused({ ...files, [name]: torn.toString('latin1') }, 'quarantine_conflict');
  });

  it('is no error for a reader, which shows what stands before it and changes nothing', () => {
    const root = planted(withLast(second.subarray(0, -3)));
    const before = treeOf(root);
    expect(seqsOf(root)).toEqual([1, 2, 3, 4, 5]);
    expect(verify(envOver(), root)).toHaveLength(2);
    expect(treeOf(root)).toEqual(before);
  });
});

describe('a header that never came to be', () => {
  it('is made, with the chain, whatever part of it stands there', () => {
    for (let size = 0; size <= 64; size++) {
      const part = Buffer.concat([second.subarray(0, Math.max(0, size - 8)), Buffer.alloc(Math.min(size, 8))]); // prettier-ignore
      const { repairs, tree, root } = opened(withLast(part));
      const kept = size === 0 ? {} : { keptIn: keptName(last, 0, part) };
      const did = size === 0 ? 'finished' : 'cut';
      const why = size === 0 ? 'no_header' : 'torn_header';
      expect(repairs, `${size}`).toEqual([{ did, file: last, from: 0, to: size, why, ...kept }]);
      expect(tree[last]).toHaveLength(64);
      expect(verify(envOver(), root)[1]?.prev).toBe(blake3Hex(first));
      expect(seqsOf(root)).toEqual([1, 2, 3, 50]);
    }
  });

  it('is made for a file of zeros too, and for a first segment', () => {
    expect(opened(withLast(Buffer.alloc(4096))).repairs[0]?.why).toBe('torn_header');
    expect(opened(filesOf({ 1: first.subarray(0, 9) })).repairs[0]?.why).toBe('torn_header');
  });

  it('is damage where frames or a segment follow', () => {
    const bad = Buffer.from(second);
    bad[1] = 0;
    refused(withLast(bad), 'header_damaged');
    const badFirst = Buffer.from(first);
    badFirst[1] = 0;
    refused({ ...whole, [nameOf(1)]: badFirst.toString('latin1') }, 'header_damaged');
    refused({ ...whole, [nameOf(1)]: '' }, 'header_damaged');
  });

  it.each([
    ['unsupported_version', 5, 2],
    ['segment_misplaced', 23, 7],
    ['chain_mismatch', 40, 0],
  ])('%s', (code, at, byte) => {
    const bad = Buffer.from(second);
    bad[at] = byte ^ (bad[at] ?? 0);
    if (bad.equals(second)) bad[at] = 0xff ^ (bad[at] ?? 0);
    refused(withLast(bad), code);
  });

  it('is taken, and told, where its unused bytes are used', () => {
    const bytes = Buffer.from(second);
    bytes[7] = 1;
    const { notices, tree } = opened(withLast(bytes));
    expect(notices).toEqual([{ code: 'non_canonical', file: last }]);
    expect(tree[last]).toBe(bytes.toString('latin1'));
  });
});

describe('damage', () => {
  const flip = (bytes: Buffer, at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };

  it('in a segment that another follows is refused; a reader shows what stands before it', () => {
    for (let at = 64; at < first.length; at++) {
      const files = { ...whole, [nameOf(1)]: flip(first, at).toString('latin1') };
      refused(files, 'frame_corrupt');
      const root = planted(files);
      expect(codeOf(() => seqsOf(root))).toBe('frame_corrupt');
      const shown = replay(envOver(), root, { after: 0n, strict: false });
      expect(shown).toEqual(framesFrom(1, 3).slice(0, shown.length));
    }
  });

  it('in front of sound frames is refused, or cut where the caller says so', () => {
    const files = withLast(flip(second, 70));
    refused(files, 'ambiguous_gap');
    const root = planted(files);
    const log = open(root, { onGap: 'keep-prefix' });
    expect(log.opened.repairs).toMatchObject([
      { did: 'cut', file: last, from: 64, to: second.length, why: 'ambiguous_gap' },
    ]);
    expect(treeOf(root)[log.opened.repairs[0]?.keptIn ?? '']).toBe(files[last]?.slice(64));
    expect(seqsOf(root)).toEqual([1, 2, 3]);
  });

  it('that breaks no checksum but the order is refused', () => {
    const prev = blake3Hex(first);
    refused({ ...whole, [last]: segmentOf(2, framesFrom(3, 4), prev).toString('latin1') }, 'non_monotonic'); // prettier-ignore
    const odd = segmentOf(2, [{ ...frameAt(4), type: 3 }, frameAt(5)], prev);
    refused(withLast(odd), 'unknown_payload_type');
    const root = planted(withLast(odd));
    const shown = replay(envOver(), root, { after: 0n, strict: false });
    expect(shown.map(({ seq }) => Number(seq))).toEqual([1, 2, 3, 5]);
  });

  it('that is no damage: a sequence of 0, which every replay passes over', () => {
    const prev = blake3Hex(first);
    const frames = [{ ...frameAt(4), seq: 0n, type: 9 }, frameAt(4)];
    const { notices, tree } = opened(withLast(segmentOf(2, frames, prev)));
    expect(notices).toEqual([{ code: 'non_canonical', file: last }]);
    expect(tree[last]).toBe(segmentOf(2, frames, prev).toString('latin1'));
  });

  it('of a whole segment is refused: missing, swapped, or another log', () => {
    refused({ [last]: whole[last] ?? '' }, 'chain_mismatch');
    refused(
      { [nameOf(1)]: whole[last] ?? '', [last]: whole[nameOf(1)] ?? '' },
      'segment_misplaced',
    );
    refused({ ...whole, [nameOf(1)]: segmentOf(1, framesFrom(1, 2)).toString('latin1') }, 'chain_mismatch'); // prettier-ignore
    const root = planted({ ...whole, [nameOf(1)]: segmentOf(1, framesFrom(1, 2)).toString('latin1') }); // prettier-ignore
    expect(codeOf(() => verify(envOver(), root))).toBe('chain_mismatch');
    expect(replay(envOver(), root, { after: 0n, chain: false })).toHaveLength(5);
    expect(replay(envOver(), root, { after: 0n, strict: false })).toHaveLength(2);
  });

  it('in thousands of lengths that look right costs no more than a bounded search', () => {
    const lure = bytesOf([{ ...frameAt(60), payload: new Uint8Array(40_000) }]);
    const lures = Buffer.alloc(60_000);
    for (let at = 0; at + 21 <= 12_000; at += 21) lure.copy(lures, at, 0, 21);
    refused(withLast(Buffer.concat([second, Buffer.from([1]), lures])), 'ambiguous_gap');
  });
});

describe('what stands where a file of the log should', () => {
  const odd: readonly [string, string, (at: string) => void][] = [
    ['symlink_refused', nameOf(3), (at) => nodeFs.symlinkSync('/dev/null', at)],
    ['not_a_file', nameOf(3), (at) => nodeFs.mkdirSync(at)],
    ['segment_name', 'segment_3.aedbwal', (at) => nodeFs.writeFileSync(at, '')],
    ['segment_name', 'segment_+2.aedbwal', (at) => nodeFs.writeFileSync(at, '')],
    ['symlink_refused', 'quarantine', (at) => nodeFs.symlinkSync('/nowhere', at)],
    ['not_a_directory', 'quarantine', (at) => nodeFs.writeFileSync(at, '')],
  ];

  it.each(odd)('%s: %s', (code, name, make) => {
    const root = planted(withLast(second.subarray(0, -3)));
    make(path.join(root, name));
    const before = treeOf(root);
    expect(codeOf(() => open(root))).toBe(code);
    expect(treeOf(root)).toEqual(before);
    const shown = replay(envOver(), root, { after: 0n, strict: false });
    expect(shown.length).toBeGreaterThanOrEqual(3);
  });

  it('is of no interest under any other name', () => {
    const root = planted({ ...whole, 'segment_3.aedbwal.tmp': 'x', 'notes.txt': 'y' });
    nodeFs.symlinkSync('/nowhere', path.join(root, 'link'));
    expect(open(root).opened.repairs).toEqual([]);
  });
});

describe('sizes that files claim', () => {
  it('a sparse tail of terabytes is refused, and read in no time', () => {
    const root = planted(whole);
    nodeFs.truncateSync(path.join(root, last), 2 ** 40);
    expect(codeOf(() => open(root))).toBe('tail_too_large');
    nodeFs.truncateSync(path.join(root, last), 0);
    nodeFs.truncateSync(path.join(root, last), 2 ** 40);
    expect(codeOf(() => open(root))).toBe('tail_too_large');
    expect(replay(envOver(), root, { after: 0n, strict: false })).toHaveLength(3);
  });

  it('a length beyond the end allocates nothing', () => {
    const lie = Buffer.concat([second, Buffer.from('03ffffff', 'hex'), Buffer.alloc(60)]);
    expect(opened(withLast(lie)).repairs).toMatchObject([{ why: 'torn_tail' }]);
  });
});
