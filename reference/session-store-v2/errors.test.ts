import { describe, expect, it } from 'vitest';
import type { StoreFs } from '../lib/fs.ts';
import { openSafe } from './store.ts';
import { entryAt, envOver, errorOf, freshRoot, idsOf, open, plant, treeOf, watched, withoutTemps } from './testing.ts'; // prettier-ignore
import type { Files } from './testing.ts';
import type { SessionStore } from './types.ts';

// Every changing call fails in turn, once or from then on; the disk then holds what was
// acknowledged and no other.

interface Fault {
  readonly at: number;
  readonly errno: string;
  /** The call fails, or every call from it on. */
  readonly forEver: boolean;
  /** How much of a failing write gets out first. */
  readonly share: number;
}

function failing(fault: Fault): StoreFs & { readonly fired: () => number } {
  let fired = 0;
  const fs = watched((call, count, write) => {
    if (count < fault.at || (count > fault.at && !fault.forEver)) return;
    fired++;
    write?.send(Math.floor(write.bytes.length * fault.share));
    throw Object.assign(new Error(`${fault.errno}: ${call}`), { code: fault.errno });
  });
  return { ...fs, fired: () => fired };
}

type Op = readonly [string, (store: SessionStore) => unknown];
const append = (i: number): Op => [`append ${i}`, (s) => s.append(entryAt(i))];
const back = { migrationId: 'm', correlationId: 'c' };
const script: readonly Op[] = [
  append(1), append(2), ['checkpoint', (s) => s.checkpoint(1n, 'x')], append(3), append(4),
  ['rollback', (s) => s.rollback(1n, back)], ['sync', (s) => s.sync()], ['rebuild', (s) => s.rebuild()],
  ['manifest', (s) => s.manifest({ sessionId: 's', sourceFormat: 'f' })],
]; // prettier-ignore

/**
 * Runs the script and answers what the disk may show: acknowledged entries, and what is in doubt.
 */
function run(store: SessionStore, root: string): { sure: string[]; maybe: string[][] } {
  let sure: string[] = [];
  const maybe: string[][] = [];
  for (const [name, op] of script) {
    const before = withoutTemps(treeOf(root));
    const id = entryAt(Number(name.split(' ')[1])).id;
    const after = name.startsWith('append') ? [...sure, id] : name === 'rollback' ? sure.slice(0, 2) : sure; // prettier-ignore
    const error = errorOf(() => op(store));
    if (error === null) {
      sure = after;
      continue;
    }
    if (error.definite)
      expect(withoutTemps(treeOf(root)), `${name}: ${error.code}`).toEqual(before);
    else maybe.push(after);
    expect([sure, ...maybe].map(String), name).toContain(String(idsOf(store)));
  }
  return { sure, maybe };
}

describe('failing calls', () => {
  it.each([
    ['none', 'ENOSPC', false, 0.5],
    ['none', 'EIO', true, 0],
    ['entry', 'ENOSPC', true, 0.5],
    ['entry', 'EIO', false, 0],
  ] as const)('durability %s, %s (for ever: %s, %d of a write out): nothing is lost', (durability, errno, forEver, share) => {
    let fired = 0;
    for (let at = 1; ; at++) {
      const root = freshRoot();
      const fs = failing({ at, errno, forEver, share });
      let shown: { sure: string[]; maybe: string[][] } = { sure: [], maybe: [] };
      const failed = errorOf(() => {
        const store = openSafe(envOver(fs), root, { max: 700n, durability });
        shown = run(store, root);
      });
      if (failed !== null) expect(['no_space', 'io-eio']).toContain(failed.code);
      const again = open(root, { max: 700n });
      const legal = [shown.sure, ...shown.maybe].map((ids) => ids.join());
      expect(legal, `call ${at}`).toContain(idsOf(again).join());
      again.validate();
      fired += fs.fired();
      if (fs.fired() === 0) break;
    }
    expect(fired).toBeGreaterThan(40);
  }); // prettier-ignore
});

describe('a failed fsync', () => {
  it('poisons the handle for ever, and reading goes on', () => {
    const root = freshRoot();
    let broken = false;
    const fs = watched((call) => {
      if (broken && call === 'fsyncSync') {
        broken = false;
        throw Object.assign(new Error('EIO: fsync'), { code: 'EIO' });
      }
    });
    const store = openSafe(envOver(fs), root, { max: 700n });
    store.append(entryAt(1));
    broken = true;
    expect(errorOf(() => store.sync())?.code).toBe('io-eio');
    for (const change of [() => store.append(entryAt(2)), () => store.sync()]) {
      expect(errorOf(change)?.code).toBe('poisoned');
    }
    expect(idsOf(store)).toEqual([entryAt(1).id]);
    expect(errorOf(() => store.close())?.code).toBe('poisoned');
  });
});

describe('a short write', () => {
  it('is continued once; a second one is undone', () => {
    const root = freshRoot();
    let shorten = 0;
    const fs = watched((_, __, write) => {
      if (write === undefined || shorten === 0) return undefined;
      shorten--;
      return write.send(Math.floor(write.bytes.length / 2));
    });
    const store = openSafe(envOver(fs), root, { max: 700n });
    store.append(entryAt(1));
    shorten = 1;
    store.append(entryAt(2));
    const before = treeOf(root);
    shorten = 2;
    const error = errorOf(() => store.append(entryAt(3)));
    expect([error?.code, error?.definite]).toEqual(['io-eio', false]);
    const { 'segments/0000000000000002.seg': begun, ...after } = treeOf(root);
    expect([begun, after]).toEqual(['', before satisfies Files]);
    store.append(entryAt(3));
    shorten = 2;
    const undone = treeOf(root);
    expect(errorOf(() => store.append(entryAt(4)))?.definite).toBe(true);
    expect(treeOf(root)).toEqual(undone);
    store.append(entryAt(4));
    store.close();
    const again = open(root, { max: 700n });
    expect([again.opened.repairs, idsOf(again).length]).toEqual([[], 4]);
    plant(freshRoot(), undone);
  });
});
