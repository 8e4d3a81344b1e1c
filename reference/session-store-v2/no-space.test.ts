import nodeFs from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StoreFs } from '../lib/fs.ts';
import { openSafe } from './store.ts';
import { base, edit, first, index, last, ledger, max, planted } from './testing-damage.ts';
import { envOver, errorOf, idsOf, open, treeOf, watched, withoutTemps } from './testing.ts';
import type { Files } from './testing.ts';

// A disk that is full from some call of recovery on: the open refuses and has changed nothing.

const needsSpace: readonly (keyof StoreFs)[] = ['writeSync', 'openSync', 'mkdirSync', 'renameSync'];

/**
 * File calls of a disk that is full from its `at`-th call on that needs space; writes get half out.
 */
function fullFrom(at: number): { fs: StoreFs; fired: () => number } {
  let count = 0;
  const fs = watched((call, _, write) => {
    if (!needsSpace.includes(call) || ++count < at) return;
    write?.send(write.bytes.length >> 1);
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  });
  return { fs, fired: () => Math.max(0, count - at + 1) };
}

const stores: Readonly<Record<string, Files>> = {
  'a torn segment, index and ledger': {
    ...edit(last, (text) => text.slice(0, -9)),
    [index]: (base[index] ?? '').slice(0, -9),
    [ledger]: '{"torn',
  },
  'an unterminated frame and a ledger cut': {
    ...edit(last, (text) => text.slice(0, -1)),
    [ledger]: '{"torn',
  },
  'an unterminated segment before the last': edit(first, (text) => text.slice(0, -1)),
  'an index that disagrees': edit(index, (text) =>
    text.replace('entry_00000002', 'entry_0000000x'),
  ),
  'an index that is behind': edit(index, (_, lines) => lines.slice(0, 2).join('')),
  'no index': edit(index, () => ''),
  'a torn segment alone': edit(last, (text) => text.slice(0, -9)),
  'no directories but one': { [first]: base[first] ?? '' },
  'nothing at all': {},
};

describe('a full disk', () => {
  it.each(Object.entries(stores))('%s: is refused and nothing is changed', (_, files) => {
    const whole = idsOf(open(planted(files), { max }));
    for (let at = 1; ; at++) {
      const root = planted(files);
      const before = treeOf(root);
      const { fs, fired } = fullFrom(at);
      const error = errorOf(() => openSafe(envOver(fs), root, { max }));
      if (fired() === 0) {
        expect(error).toBeNull();
        expect(at).toBeGreaterThan(1);
        break;
      }
      expect(error?.code, `call ${at}`).toBe('no_space');
      expect(withoutTemps(treeOf(root)), `call ${at}`).toEqual(withoutTemps(before));
      expect(idsOf(open(root, { max }))).toEqual(whole);
    }
  });
});

describe('a rename that reports an error after its effect', () => {
  it('leaves the copy of what it replaced, for it is the only one', () => {
    const root = planted(stores['an index that disagrees']!);
    const old = treeOf(root)[index];
    const renameSync = (from: string, to: string): void => {
      nodeFs.renameSync(from, to);
      if (to.endsWith(index)) throw Object.assign(new Error('EIO'), { code: 'EIO' });
    };
    const error = errorOf(() => openSafe(envOver({ ...nodeFs, renameSync }), root, { max }));
    expect(error?.code).toBe('io-eio');
    const after = treeOf(root);
    expect(after[index]).not.toBe(old);
    const kept = Object.entries(after).filter(([path]) => path.startsWith('quarantine/'));
    expect(kept.map(([, bytes]) => bytes)).toEqual([old]);
  });
});
