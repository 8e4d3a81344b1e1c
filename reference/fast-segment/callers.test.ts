import nodeFs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoreFs } from '../lib/fs.ts';
import { codeOf, errorOf, freshRoot, plant, treeOf } from '../session-store-v2/testing.ts';
import { openSafe } from './store.ts';
import type { SafeSegment } from './store.ts';
import { endOf, entryAt, envOver, file, fileWith, numbersOf, open, upTo } from './testing.ts';
import type { Entry } from './types.ts';

const bytesAt = (root: string): Buffer => nodeFs.readFileSync(join(root, file));

describe('a reader that was paused', () => {
  it.each([
    ['closed', (s: SafeSegment) => s.close()],
    ['reset', (s: SafeSegment) => s.reset()],
    ['cut', (s: SafeSegment) => s.truncate(BigInt(endOf([1])))],
  ])('reads no further once the segment was %s', (_, move) => {
    const root = freshRoot();
    const segment = open(root);
    segment.seal(upTo(3).map(entryAt), 1);
    const reader = segment.entries();
    expect(reader.next().done).toBe(false);
    move(segment);
    const other = openSafe(envOver(), root, 8);
    other.seal(upTo(9).map(entryAt), 1);
    expect(codeOf(() => reader.next())).toBe('stale_handle');
  });

  it('says what a failed read was', () => {
    let broken = false;
    const readSync: StoreFs['readSync'] = (...asked) => {
      if (broken) throw Object.assign(new Error('EIO: read'), { code: 'EIO' });
      return nodeFs.readSync(...asked);
    };
    const segment = openSafe(envOver({ ...nodeFs, readSync }), freshRoot(), 7);
    segment.seal([entryAt(1)], 1);
    broken = true;
    expect(codeOf(() => [...segment.entries()])).toBe('io-eio');
  });
});

describe('a store whose directory is several levels away', () => {
  it('makes each name on the way durable', () => {
    const above = freshRoot();
    plant(above, {});
    const root = join(above, 'a/b/c');
    const opened = new Map<number, string>();
    const synced = new Set<string>();
    const fs: StoreFs = {
      ...nodeFs,
      openSync(path, flags, mode) {
        const fd = nodeFs.openSync(path, flags, mode);
        opened.set(fd, path);
        return fd;
      },
      fsyncSync(fd) {
        synced.add(opened.get(fd) ?? '');
        nodeFs.fsyncSync(fd);
      },
    };
    openSafe(envOver(fs), root, 7).seal([entryAt(1)], 1);
    const levels = ['', 'a', 'a/b', 'a/b/c', 'a/b/c/sessions'].map((level) => join(above, level));
    expect([...synced].filter((path) => !path.endsWith('.fast')).toSorted()).toEqual(levels);
  });

  it('leaves none of it behind where the disk is full', () => {
    const above = freshRoot();
    plant(above, {});
    const writeSync = (): number => {
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    };
    const error = errorOf(() => openSafe(envOver({ ...nodeFs, writeSync }), `${above}/a/b`, 7));
    expect([error?.code, error?.definite, treeOf(above)]).toEqual(['no_space', true, {}]);
  });
});

describe('a caller without types', () => {
  const wrong: Readonly<Record<string, unknown>> = {
    'text as data': { ...entryAt(1), data: 'abc' },
    'a list as data': { ...entryAt(1), data: [1, 2, 300] },
    'wider numbers as data': { ...entryAt(1), data: new Uint16Array(2) },
    'a number as revision': { ...entryAt(1), revision: 5 },
    'text as revision': { ...entryAt(1), revision: '300' },
    'no entry': null,
  };

  it.each(Object.entries(wrong))('%s is refused and nothing is written', (_, entry) => {
    const root = freshRoot();
    const segment = open(root);
    expect(codeOf(() => segment.append(entry as Entry))).toBe('entry_invalid');
    expect(codeOf(() => segment.seal([entryAt(1), entry as Entry], 1))).toBe('entry_invalid');
    expect(bytesAt(root)).toEqual(fileWith([]));
  });

  it('gets a code, or no time, for what is no number or list', () => {
    const segment = open(freshRoot());
    const wanted = [
      () => segment.seal(null as never, 1),
      () => segment.track(1 as never),
      () => segment.truncate('x' as never),
    ].map(codeOf);
    expect(wanted).toEqual(['entry_invalid', 'not_on_boundary', 'not_on_boundary']);
    for (const deadline of [Number.NaN, undefined, null]) {
      expect(segment.seal([entryAt(1)], deadline as never)).toBe('timed_out');
    }
    expect(segment.read()).toEqual([]);
  });
});

describe('the temporary name', () => {
  it('may be another name of the file itself', () => {
    const root = freshRoot();
    const segment = open(root);
    segment.seal(upTo(3).map(entryAt), 1);
    nodeFs.linkSync(join(root, file), join(root, `${file}.tmp`));
    segment.truncate(BigInt(endOf([1])));
    expect(bytesAt(root)).toEqual(fileWith([1]));
    expect(numbersOf(open(root).read())).toEqual([1]);
  });
});
