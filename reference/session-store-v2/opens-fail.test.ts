import nodeFs from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StoreFs } from '../lib/fs.ts';
import { openSafe } from './store.ts';
import type { SessionStore } from './types.ts';
import { entryAt, envOver, errorOf, freshRoot, idsOf, open } from './testing.ts';

// Opening a file or a directory can fail too (EMFILE), also between a write and its sync.

/** File calls whose `at`-th open fails, once; calls are counted while `armed`. */
function openFailing(at: number): { fs: StoreFs; arm: () => void; fired: () => boolean } {
  let count = 0;
  let armed = false;
  const openSync: typeof nodeFs.openSync = (path, flags, mode) => {
    if (armed && ++count === at) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
    return nodeFs.openSync(path, flags, mode);
  };
  const fs = { ...nodeFs, openSync } as unknown as StoreFs;
  return { fs, arm: () => void (armed = true), fired: () => count >= at };
}

const back = { migrationId: 'm', correlationId: 'c' };

/** Entries that were acknowledged; `after` is what a failed operation may have led to. */
function acknowledged(store: SessionStore): { sure: string[]; maybe: string[][] } {
  let sure: string[] = [];
  const maybe: string[][] = [];
  const append = (i: number): void => {
    const parent = sure.at(-1) ?? null;
    const { id } = entryAt(i);
    const error = errorOf(() => store.append({ ...entryAt(i), parent }));
    if (error === null) sure = [...sure, id];
    else if (!error.definite) maybe.push([...sure, id]);
  };
  for (const i of [1, 2]) append(i);
  if (errorOf(() => store.checkpoint(1n, 'x')) === null) {
    const two = sure;
    for (const i of [3, 4, 5]) append(i);
    if (errorOf(() => store.rollback(1n, back)) === null) sure = two;
    else maybe.push(two);
  }
  for (const i of [6, 7]) append(i);
  errorOf(() => store.rebuild());
  append(8);
  return { sure, maybe };
}

describe('an open that fails', () => {
  it.each(['none', 'entry'] as const)('loses nothing, durability %s', (durability) => {
    for (let at = 1; ; at++) {
      const root = freshRoot();
      const { fs, arm, fired } = openFailing(at);
      const store = openSafe(envOver(fs), root, { max: 700n, durability });
      arm();
      const { sure, maybe } = acknowledged(store);
      const again = open(root, { max: 700n });
      expect([sure, ...maybe].map(String), `open ${at}`).toContain(String(idsOf(again)));
      if (!fired()) break;
      expect(at).toBeLessThan(200);
    }
  });
});
