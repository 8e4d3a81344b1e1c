import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSafe } from './store.ts';
import { accounting, left, type Durable } from './testing-power.ts';
import { entryAt, envOver, freshRoot, idsOf, open, plant } from './testing.ts';
import type { SessionStore } from './types.ts';

// Power fails before each call, and everything that was not synced is lost: bytes of a file that no
// fsync of that file covered, and, in the harsher half, names that no fsync of their directory
// covered. What was acknowledged as surviving that is there; a rollback has happened wholly or not
// at all. (Losing only some of it is the crash engine's to try.)

interface Owed {
  sure: string[];
  maybe: string[][];
}

type Op = readonly [string, (store: SessionStore) => unknown];
const append = (i: number): Op => [`append ${i}`, (s) => s.append(entryAt(i))];
const back = { migrationId: 'm', correlationId: 'c' };
const script: readonly Op[] = [
  append(1), append(2), ['sync', (s) => s.sync()], append(3), append(4), ['checkpoint', (s) => s.checkpoint(1n, 'x')],
  append(5), append(6), append(7), ['rollback', (s) => s.rollback(1n, back)], append(8),
  ['manifest', (s) => s.manifest({ sessionId: 's', sourceFormat: 'f' })],
]; // prettier-ignore

function judge(root: string, durable: Durable, owed: Owed): void {
  for (const losesNames of [true, false]) {
    const at = freshRoot();
    plant(at, left(root, durable, losesNames));
    const store = open(at, { max: 700n });
    const shown = idsOf(store);
    const legal = [owed.sure, ...owed.maybe].map(String);
    expect(legal, String(store.opened.repairs.map((r) => r.did + r.why))).toContain(String(shown));
    store.validate();
    const codes = store.opened.notices.map((n) => n.code);
    expect(codes.filter((code) => code !== 'witness_ahead')).toEqual([]);
    store.append({ id: 'afterwards', parent: null, type: 'message', payload: '1' });
    store.close();
    expect(idsOf(open(at, { max: 700n }))).toEqual([...shown, 'afterwards']);
  }
}

describe('the power fails before each call', () => {
  it.each(['none', 'entry'] as const)('durability %s', (durability) => {
    const root = freshRoot();
    const durable: Durable = { bytes: new Map(), names: new Map() };
    durable.names.set(fs.statSync(path.dirname(root)).ino, new Map());
    let owed: Owed = { sure: [], maybe: [] };
    let states = 0;
    const watch = accounting(durable, () => {
      states++;
      if (states % 2 === 0 || owed.maybe.length > 0) judge(root, durable, owed);
    });
    const store = openSafe(envOver(watch), root, { max: 700n, durability });
    let live: string[] = [];
    for (const [name, op] of script) {
      const isAppend = name.startsWith('append');
      const parent = live.at(-1) ?? null;
      const id = entryAt(Number(name.split(' ')[1])).id;
      const after = isAppend ? [...live, id] : name === 'rollback' ? live.slice(0, 4) : live;
      // Whatever was appended since the last power acknowledgement may have reached the disk, in
      // order.
      owed = { sure: owed.sure, maybe: [...owed.maybe, live, after] };
      if (isAppend) store.append({ ...entryAt(Number(name.split(' ')[1])), parent });
      else op(store);
      live = after;
      if (!isAppend || durability === 'entry') owed = { sure: live, maybe: [] };
    }
    judge(root, durable, owed);
    expect(states).toBeGreaterThan(80);
  });
});
