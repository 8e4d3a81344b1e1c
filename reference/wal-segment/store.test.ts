import nodeFs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { blake3Hex } from '../lib/blake3.ts';
import { codeOf, envOver, errorOf, freshRoot, plant, treeOf } from '../session-store-v2/testing.ts';
import { frames, openWal, replay, replayStream, verify } from './store.ts';
import { filesOf, frameAt, framesFrom, nameOf, open, segmentOf, seqsOf } from './testing.ts';
import type { Frame } from './types.ts';

const hashOfFile = (root: string, n: number): string =>
  blake3Hex(nodeFs.readFileSync(path.join(root, nameOf(n))));

const prevOf = (root: string, n: number): string =>
  nodeFs.readFileSync(path.join(root, nameOf(n))).toString('hex', 32, 64);

/** A log of three segments with frames 1 to 6, closed. */
function threeSegments(): string {
  const root = freshRoot();
  const log = open(root);
  for (const n of [1, 3, 5]) {
    log.append(framesFrom(n, n + 1), n !== 3);
    if (n < 5) log.rotate();
  }
  log.close();
  return root;
}

describe('a log', () => {
  it('is made, directories and all, and shows what was appended', () => {
    const root = path.join(freshRoot(), 'a', 'b');
    const log = open(root);
    expect(log.opened).toEqual({ segment: 1n, sizeBytes: 64n, repairs: [], notices: [] });
    log.append(framesFrom(1, 3), false);
    log.append([], true);
    log.append([frameAt(7)], true);
    log.sync();
    const all = [...framesFrom(1, 3), frameAt(7)];
    expect(replay(envOver(), root, { after: 0n })).toEqual(all);
    expect([...replayStream(envOver(), root, { after: 2n })]).toEqual(all.slice(2));
    expect(frames(envOver(), root, 1n)).toEqual(all);
    expect(treeOf(root)[nameOf(1)]?.slice(64)).toBe(segmentOf(1, all).toString('latin1', 64));
    const closed = log.close();
    expect(closed).toEqual({
      segment: 1n,
      hash: hashOfFile(root, 1),
      sizeBytes: BigInt(nodeFs.statSync(path.join(root, nameOf(1))).size),
    });
    expect(codeOf(() => log.append([frameAt(8)], false))).toBe('no-handle');
    expect(codeOf(() => log.close())).toBe('no-handle');
  });

  it('chains its segments, also over a restart', () => {
    const root = threeSegments();
    const again = open(root);
    expect(again.opened).toMatchObject({ segment: 3n, repairs: [], notices: [] });
    again.append([frameAt(7)], false);
    expect(again.rotate().hash).toBe(hashOfFile(root, 3));
    again.close();
    for (const n of [2, 3, 4]) expect(prevOf(root, n)).toBe(hashOfFile(root, n - 1));
    expect(prevOf(root, 1)).toBe('0'.repeat(64));
    expect(verify(envOver(), root).map(({ segment }) => segment)).toEqual([1n, 2n, 3n, 4n]);
    expect(seqsOf(root)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('begins a segment further on, behind the last, and none before it', () => {
    const root = threeSegments();
    expect(codeOf(() => open(root, { seq: 2n }))).toBe('segment_sealed');
    expect(open(root, { seq: 9n }).opened).toMatchObject({ segment: 9n, sizeBytes: 64n });
    expect(prevOf(root, 9)).toBe(hashOfFile(root, 3));
    expect(open(root).opened.segment).toBe(9n);
    expect(seqsOf(root)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('accepts the chain that an original begins at a restart, and says so', () => {
    const root = freshRoot();
    plant(root, filesOf({ 1: segmentOf(1, framesFrom(1, 2)), 2: segmentOf(2, framesFrom(3, 4)) }));
    const log = open(root);
    expect(log.opened.notices).toEqual([{ code: 'chain_restart', file: nameOf(2) }]);
    log.append([frameAt(5)], true);
    log.rotate();
    log.close();
    expect(prevOf(root, 3)).toBe(hashOfFile(root, 2));
    expect(verify(envOver(), root)).toHaveLength(3);
  });

  it('says why a rotation is due: force before size before age', () => {
    let ms = 0;
    const env = { fs: nodeFs, now: () => new Date(ms).toISOString() };
    const log = openWal(env, freshRoot(), { instance: 9n, maxBytes: 65n, maxAgeMicros: 2000n });
    expect(log.shouldRotate()).toBeNull();
    ms = 1;
    expect(log.shouldRotate()).toBeNull();
    ms = 2;
    expect(log.shouldRotate()).toBe('time');
    log.append([frameAt(1)], false);
    expect(log.shouldRotate()).toBe('size');
    log.force();
    expect(log.shouldRotate()).toBe('forced');
    log.rotate();
    expect(log.shouldRotate()).toBeNull();
  });

  it('knows a missing option and refuses a wrong one before anything is made', () => {
    const root = freshRoot();
    const wrong = [{ seq: 1 }, { instance: 9 }, { maxBytes: Number.NaN }, { maxAgeMicros: -1n }];
    for (const options of wrong) {
      expect(codeOf(() => open(root, options as object))).toBe('not_u64');
    }
    const ancient = { fs: nodeFs, now: () => '1969-12-31T23:59:59.999Z' };
    expect(codeOf(() => openWal(ancient, root, { instance: 9n }))).toBe('not_u64');
    expect(nodeFs.existsSync(root)).toBe(false);
    const options = { instance: 9n, maxBytes: undefined, maxAgeMicros: undefined };
    let ms = 0;
    const env = { fs: nodeFs, now: () => new Date(ms).toISOString() };
    const log = openWal(env, root, options as unknown as { readonly instance: bigint });
    expect(log.shouldRotate()).toBeNull();
    ms = 60_000;
    expect(log.shouldRotate()).toBe('time');
  });

  it('never uses a number above the largest', () => {
    const root = freshRoot();
    const log = open(root, { seq: 18_446_744_073_709_551_615n });
    log.append([frameAt(1)], true);
    expect(codeOf(() => log.rotate())).toBe('numbers_used_up');
    log.append([frameAt(2)], true);
    log.close();
    expect(seqsOf(root)).toEqual([1, 2]);
  });
});

describe('an append', () => {
  const last = frameAt(6);
  const bad: readonly [string, readonly Frame[]][] = [
    ['not_increasing', [last]],
    ['not_increasing', [frameAt(5)]],
    ['not_increasing', [frameAt(8), frameAt(8)]],
    ['not_increasing', [frameAt(9), frameAt(8)]],
    ['unknown_payload_type', [{ ...frameAt(7), type: 3 }]],
    ['unknown_payload_type', [frameAt(7), { ...frameAt(8), type: 256 }]],
    ['unknown_payload_type', [{ ...frameAt(7), type: 0 }]],
    ['frame_too_large', [{ ...frameAt(7), payload: new Uint8Array(67_108_864 - 20) }]],
    ['not_u64', [{ ...frameAt(7), seq: 1n << 64n }]],
    ['not_u64', [{ ...frameAt(7), at: -1n }]],
    ['not_u64', [{ ...frameAt(7), seq: 7 as unknown as bigint }]],
    ['not_bytes', [{ ...frameAt(7), payload: 'abc' as unknown as Uint8Array }]],
    ['not_bytes', [{ ...frameAt(7), payload: new Uint16Array(3) as unknown as Uint8Array }]],
    ['not_bytes', [{ ...frameAt(7), payload: { length: -10 } as unknown as Uint8Array }]],
    ['not_bytes', [null as unknown as Frame]],
  ];

  it.each(bad)('refuses %s before it touches the disk', (code, refused) => {
    const root = threeSegments();
    const log = open(root);
    const before = treeOf(root);
    const error = errorOf(() => log.append(refused, true));
    expect([error?.code, error?.definite]).toEqual([code, true]);
    expect(treeOf(root)).toEqual(before);
    log.append([frameAt(7)], true);
    log.close();
    expect(seqsOf(root)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('takes the longest frame that a reader takes, and shows it', () => {
    const root = freshRoot();
    const log = open(root);
    const payload = new Uint8Array(67_108_864 - 21).fill(3);
    log.append([{ ...frameAt(1), payload }, frameAt(2)], false);
    log.close();
    const shown = replay(envOver(), root, { after: 0n });
    expect(shown.map((one) => one.payload.length)).toEqual([payload.length, 7]);
    expect(Buffer.compare(shown[0]?.payload ?? payload, payload)).toBe(0);
    expect(open(root).opened.repairs).toEqual([]);
  });

  it('keeps nothing of what the caller overwrites later', () => {
    const root = freshRoot();
    const log = open(root);
    const payload = Uint8Array.from(Buffer.from('before'));
    log.append([{ ...frameAt(1), payload }], false);
    payload.fill(0);
    expect(log.close().hash).toBe(hashOfFile(root, 1));
    expect(Buffer.from(replay(envOver(), root, { after: 0n })[0]?.payload ?? []).toString()).toBe(
      'before',
    );
  });
});

describe('two writers', () => {
  const moves: readonly [string, (root: string) => void][] = [
    ['appended', (root) => open(root).append([frameAt(7)], false)],
    ['rotated', (root) => void open(root).rotate()],
    [
      'cut the file',
      (root) => nodeFs.truncateSync(path.join(root, nameOf(3)), 64),
    ],
  ]; // prettier-ignore

  it.each(moves)('the other has %s: this one refuses for ever', (_, move) => {
    const root = threeSegments();
    const log = open(root);
    move(root);
    const before = treeOf(root);
    for (const isSynced of [false, true]) {
      expect(codeOf(() => log.append([frameAt(8)], isSynced))).toBe('stale_handle');
    }
    expect(codeOf(() => log.append([], false))).toBe('stale_handle');
    expect(codeOf(() => log.sync())).toBe('stale_handle');
    expect(codeOf(() => log.rotate())).toBe('stale_handle');
    expect(codeOf(() => log.close())).toBe('stale_handle');
    expect(treeOf(root)).toEqual(before);
  });

  it('the other has begun a segment further on: whatever would write refuses', () => {
    const root = threeSegments();
    const log = open(root);
    const other = open(root, { seq: 9n });
    const before = treeOf(root);
    expect(codeOf(() => log.append([frameAt(8)], false))).toBe('stale_handle');
    expect(codeOf(() => log.append([frameAt(8)], true))).toBe('stale_handle');
    expect(codeOf(() => log.rotate())).toBe('stale_handle');
    expect(treeOf(root)).toEqual(before);
    other.append([frameAt(7)], true);
    other.close();
    expect(seqsOf(root)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('the other has replaced the file: a sync sees it', () => {
    const root = threeSegments();
    const log = open(root);
    const file = path.join(root, nameOf(3));
    nodeFs.copyFileSync(file, `${file}.copy`);
    nodeFs.renameSync(`${file}.copy`, file);
    expect(codeOf(() => log.sync())).toBe('stale_handle');
    expect(codeOf(() => log.append([frameAt(8)], false))).toBe('stale_handle');
  });
});

describe('the readers', () => {
  it('need no log: where there is none, nothing is shown and nothing made', () => {
    const root = freshRoot();
    expect(seqsOf(root)).toEqual([]);
    expect(verify(envOver(), root)).toEqual([]);
    expect(codeOf(() => frames(envOver(), root, 1n))).toBe('no_such_segment');
    expect(nodeFs.existsSync(root)).toBe(false);
    nodeFs.writeFileSync(root, '');
    expect(codeOf(() => seqsOf(root))).toBe('not_a_directory');
    expect(codeOf(() => open(root))).toBe('not_a_directory');
  });

  it('let go of the file where the caller stops early', () => {
    const root = threeSegments();
    let held = 0;
    const fs = {
      ...nodeFs,
      openSync: (...args: Parameters<typeof nodeFs.openSync>) => (held++, nodeFs.openSync(...args)),
      closeSync: (fd: number) => (held--, nodeFs.closeSync(fd)),
    };
    const env = { ...envOver(), fs };
    for (const frame of replayStream(env, root, { after: 0n })) if (frame.seq === 2n) break;
    expect(held).toBe(0);
    for (const _ of replayStream(env, root, { after: 0n }));
    expect(held).toBe(0);
  });

  it('show one segment alone, whatever its sequences', () => {
    const root = freshRoot();
    const odd = [frameAt(5), frameAt(5), { ...frameAt(2), type: 77 }];
    plant(root, filesOf({ 1: segmentOf(1, odd), 2: segmentOf(2, framesFrom(1, 2)) }));
    expect(frames(envOver(), root, 1n)).toEqual(odd);
    expect(frames(envOver(), root, 2n)).toEqual(framesFrom(1, 2));
    expect(codeOf(() => frames(envOver(), root, 3n))).toBe('no_such_segment');
  });
});
