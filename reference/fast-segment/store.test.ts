import nodeFs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeOf, errorOf, freshRoot, plant, treeOf } from '../session-store-v2/testing.ts';
import { listSafe, openSafe } from './store.ts';
import { endOf, entryAt, envOver, file, fileWith, numbersOf, open, upTo } from './testing.ts';

const bytesAt = (root: string): Buffer => nodeFs.readFileSync(join(root, file));

describe('a segment', () => {
  it('begins empty, and is as the original would make it', () => {
    const root = freshRoot();
    const segment = open(root);
    expect(segment.opened).toEqual({ committed: 16n, repairs: [], notices: [] });
    expect(bytesAt(root)).toEqual(fileWith([]));
    expect(segment.read()).toEqual([]);
  });

  it('shows what was published, and not what was only appended', () => {
    const root = freshRoot();
    const segment = open(root);
    for (const n of upTo(3)) segment.append(entryAt(n), { track: true });
    expect(segment.committedBytes()).toBe(BigInt(endOf(upTo(3))));
    expect(segment.read()).toEqual([]);
    segment.syncGroup();
    expect(segment.read()).toEqual(upTo(3).map(entryAt));
    segment.close();
    expect(bytesAt(root)).toEqual(fileWith(upTo(3)));
    expect(open(root).opened.committed).toBe(BigInt(endOf(upTo(3))));
  });

  it('writes the next frame behind the last, wherever somebody read', () => {
    const root = freshRoot();
    const segment = open(root);
    segment.seal([entryAt(1), entryAt(2)], 1);
    const reader = segment.entries();
    reader.next();
    segment.append(entryAt(3), { track: true });
    expect(numbersOf([...segment.read()])).toEqual([1, 2]);
    segment.append(entryAt(4), { track: true });
    segment.syncGroup();
    expect(numbersOf(segment.read())).toEqual(upTo(4));
    expect(bytesAt(root)).toEqual(fileWith(upTo(4)));
  });

  it('cuts at open what was never committed, and says so', () => {
    const root = freshRoot();
    open(root).seal([entryAt(1)], 1);
    const segment = open(root);
    segment.append(entryAt(2), { track: true });
    const [from, to] = [endOf([1]), endOf([1, 2])];
    const again = open(root);
    expect(again.opened.repairs).toEqual([{ did: 'cut', file, from, to, why: 'uncommitted_tail' }]);
    expect(bytesAt(root)).toEqual(fileWith([1]));
    expect(open(root).opened.repairs).toEqual([]);
    expect(codeOf(() => segment.syncGroup())).toBe('stale_handle');
  });
});

describe('a timed seal', () => {
  const seal = (entries: number, tickMs: number, deadlineMs: number) => {
    const root = freshRoot();
    open(root).seal([entryAt(90)], 1);
    const segment = openSafe(envOver(nodeFs, tickMs), root, 7);
    const before = treeOf(root);
    const made = upTo(entries).map(entryAt);
    const outcome = segment.seal(made, deadlineMs);
    if (outcome === 'timed_out') expect(treeOf(root)).toEqual(before);
    segment.append(entryAt(99), { track: true });
    segment.syncGroup();
    return [outcome, numbersOf(open(root).read())];
  };

  it.each([
    [3, 0, 1, 'sealed'],
    [3, 1, 5, 'sealed'],
    [3, 1, 4, 'timed_out'],
    [3, 1, 1, 'timed_out'],
    [3, 0, 0, 'timed_out'],
    [0, 0, 0, 'timed_out'],
    [0, 1, 2, 'sealed'],
    [0, 1, 1, 'timed_out'],
  ])('of %i entries, %i ms a look, within %i ms is %s', (entries, tickMs, deadlineMs, outcome) => {
    const shown = outcome === 'sealed' ? [90, ...upTo(entries), 99] : [90, 99];
    expect(seal(entries, tickMs, deadlineMs)).toEqual([outcome, shown]);
  });

  it('takes back also what it had written of a long batch', () => {
    const root = freshRoot();
    const big = { ...entryAt(1), t: 'write' as const, data: Buffer.alloc(700_000) };
    const segment = openSafe(envOver(nodeFs, 1), root, 7);
    const before = treeOf(root);
    expect(segment.seal([big, big, big] as never, 4)).toBe('timed_out');
    expect(treeOf(root)).toEqual(before);
    expect(segment.seal([big, big, big] as never, 5)).toBe('sealed');
    expect(open(root).read()).toHaveLength(3);
  });
});

describe('lengths that a caller gives', () => {
  const withThree = () => {
    const root = freshRoot();
    const segment = open(root);
    segment.seal([entryAt(1), entryAt(2)], 1);
    segment.append(entryAt(3), { track: false });
    return { root, segment };
  };

  it('refuses to publish or track over frames that nobody tracked', () => {
    const { segment } = withThree();
    expect(codeOf(() => segment.syncGroup())).toBe('untracked_frames');
    expect(codeOf(() => segment.seal([], 1))).toBe('untracked_frames');
    expect(codeOf(() => segment.append(entryAt(4), { track: true }))).toBe('untracked_frames');
    segment.append(entryAt(4), { track: false });
    const [third, both] = [endOf(upTo(3)) - endOf(upTo(2)), endOf(upTo(4)) - endOf(upTo(2))];
    for (const bytes of [1n, BigInt(third) - 1n, BigInt(both) + 1n, 2n ** 64n - 1n]) {
      expect(codeOf(() => segment.track(bytes))).toBe('not_on_boundary');
    }
    segment.track(BigInt(third));
    expect(codeOf(() => segment.syncGroup())).toBe('untracked_frames');
    segment.track(BigInt(both - third));
    segment.syncGroup();
    expect(numbersOf(segment.read())).toEqual(upTo(4));
  });

  it('cuts where a frame ends, and nowhere else', () => {
    const { root, segment } = withThree();
    const before = treeOf(root);
    const ends = [16, ...upTo(3).map((n) => endOf(upTo(n)))];
    for (const at of [0, 1, 15, 17, ends[1]! - 1, ends[1]! + 1, ends[3]! + 1]) {
      expect(codeOf(() => segment.truncate(BigInt(at)))).toBe('not_on_boundary');
    }
    for (const at of [2n ** 63n, 2n ** 64n - 1n]) {
      expect(codeOf(() => segment.truncate(at))).toBe('not_on_boundary');
    }
    expect(treeOf(root)).toEqual(before);
    segment.truncate(BigInt(ends[2]!));
    expect(bytesAt(root)).toEqual(fileWith([1, 2]));
    segment.truncate(BigInt(ends[1]!));
    expect(bytesAt(root)).toEqual(fileWith([1]));
    segment.append(entryAt(5), { track: true });
    segment.syncGroup();
    expect(numbersOf(open(root).read())).toEqual([1, 5]);
  });

  it('takes back everything at a reset, and goes on', () => {
    const { root, segment } = withThree();
    segment.reset();
    expect(bytesAt(root)).toEqual(fileWith([]));
    expect(segment.seal([entryAt(9)], 1)).toBe('sealed');
    expect(numbersOf(segment.read())).toEqual([9]);
    expect(Object.keys(treeOf(root))).toEqual(['sessions', file]);
  });
});

describe('ids and names', () => {
  it.each([-1, 0.5, 2 ** 32, Number.NaN])('%s is no id', (id) => {
    const root = freshRoot();
    expect(codeOf(() => openSafe(envOver(), root, id))).toBe('id_out_of_range');
    expect(treeOf(root)).toEqual({});
  });

  it('lists regular files by their own spelling alone, ascending', () => {
    const root = freshRoot();
    expect(listSafe(nodeFs, root)).toEqual([]);
    for (const id of [10, 9, 0, 2 ** 32 - 1]) openSafe(envOver(), root, id).close();
    const names = ['+5.fast', '007.fast', '4294967296.fast', '7.fast.tmp', 'x.fast', '.fast'];
    plant(root, Object.fromEntries(names.map((name) => [`sessions/${name}`, ''])));
    nodeFs.mkdirSync(join(root, 'sessions/3.fast'));
    nodeFs.symlinkSync('9.fast', join(root, 'sessions/4.fast'));
    expect(listSafe(nodeFs, root)).toEqual([0, 9, 10, 2 ** 32 - 1]);
    expect(openSafe(envOver(), root, 9).opened.notices).toEqual([
      { code: 'foreign_name', file: 'sessions/+5.fast' },
      { code: 'foreign_name', file: 'sessions/007.fast' },
    ]);
    expect(codeOf(() => openSafe(envOver(), root, 3))).toBe('not_a_file');
    expect(codeOf(() => openSafe(envOver(), root, 4))).toBe('symlink_refused');
  });

  it('follows no link, and opens nothing but a file', () => {
    const elsewhere = freshRoot();
    plant(elsewhere, { '7.fast': fileWith([1]).toString('latin1') });
    const root = freshRoot();
    plant(root, {});
    nodeFs.symlinkSync(elsewhere, join(root, 'sessions'));
    const before = treeOf(elsewhere);
    expect(codeOf(() => open(root))).toBe('symlink_refused');
    expect(codeOf(() => listSafe(nodeFs, root))).toBe('symlink_refused');
    nodeFs.unlinkSync(join(root, 'sessions'));
    plant(root, { sessions: 'a file' });
    expect(codeOf(() => open(root))).toBe('not_a_file');
    expect(codeOf(() => listSafe(nodeFs, root))).toBe('not_a_file');
    expect(treeOf(elsewhere)).toEqual(before);
  });
});

describe('another writer', () => {
  it.each([
    ['appended', (path: string) => nodeFs.appendFileSync(path, 'x')],
    ['cut', (path: string) => nodeFs.truncateSync(path, 16)],
    ['removed', (path: string) => nodeFs.unlinkSync(path)],
    ['replaced', (path: string) => (nodeFs.copyFileSync(path, `${path}2`), nodeFs.renameSync(`${path}2`, path))],
  ])('%s: the handle notices before it acknowledges', (_, move) => {
    const root = freshRoot();
    const segment = open(root);
    segment.seal([entryAt(1)], 1);
    move(join(root, file));
    for (const ask of [
      () => segment.syncGroup(), () => segment.seal([entryAt(2)], 1), () => segment.read(),
      () => segment.truncate(16n), () => segment.reset(), () => segment.append(entryAt(3)),
    ]) {
      const error = errorOf(ask);
      expect([error?.code, error?.definite]).toEqual(['stale_handle', true]);
    }
  }); // prettier-ignore
});
