import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StoreFs } from '../lib/fs.ts';
import { inspectSafe, openSafe } from './store.ts';
import type { SessionStore } from './types.ts';
import { codeOf, dyingAt, entryAt, envOver, freshRoot, idsOf, Killed, plant, treeOf, type Files } from './testing.ts'; // prettier-ignore

const max = 700n;
const ids = (count: number): string[] => Array.from({ length: count }, (_, i) => entryAt(i + 1).id);
const back = { migrationId: 'm', correlationId: 'c' };

/** A closed store of seven entries in four segments, with a checkpoint behind the third. */
function filled(): Files {
  const root = freshRoot();
  const store = openSafe(envOver(), root, { max });
  for (let i = 1; i <= 7; i++) {
    store.append(entryAt(i));
    if (i === 3) store.checkpoint(1n, 'manual');
  }
  store.close();
  return treeOf(root);
}

const files = filled();

/** File calls of a reader; `at` is told the number of each before it is made. */
function telling(at: (call: number) => void): StoreFs {
  let call = 0;
  return new Proxy(fs, {
    get: (target, name, receiver): unknown => {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function' || name === 'closeSync') return member;
      return (...args: unknown[]): unknown => {
        at(++call);
        return Reflect.apply(member, target, args);
      };
    },
  });
}

const rollsBack = (root: string): void => {
  const store = openSafe(envOver(), root, { max });
  store.rollback(1n, back);
  store.append({ ...entryAt(4), id: 'new' });
  store.close();
};

/** What a read answers where a rollback came behind the open. */
const movedSince = ['frame-missing', 'index-out-of-bounds', 'checksum-mismatch'];

/** The ids that a store shows, or the code of its refusal. */
function answerOf(store: SessionStore): string {
  let shown: readonly string[] = [];
  return codeOf(() => void (shown = idsOf(store))) ?? shown.join(' ');
}

describe('a reader beside a rollback', () => {
  it('shows the log as after it, or refuses later reads, at whichever of its calls it happens', () => {
    const [whole, moved] = [ids(7).join(' '), [...ids(3), 'new'].join(' ')];
    const shown = new Set<string>();
    for (let at = 1; ; at++) {
      const root = freshRoot();
      plant(root, files);
      let isDone = false;
      const reader = telling((call) => {
        if (call !== at) return;
        isDone = true;
        rollsBack(root);
      });
      const store = inspectSafe(envOver(reader), root, { max });
      const wasInside = isDone;
      const seen = answerOf(store);
      if (!isDone) {
        expect(seen).toBe(whole);
        break;
      }
      expect(wasInside ? [moved] : [whole, ...movedSince], `at call ${at}`).toContain(seen);
      shown.add(seen);
    }
    expect(shown).toContain(moved);
    expect(movedSince.some((code) => shown.has(code))).toBe(true);
  });

  it('shows it as after it while it is half done, at whichever of its calls it goes on', () => {
    for (let last = 8; last <= 24; last += 2) {
      const root = freshRoot();
      plant(root, files);
      const died = openSafe(envOver(dyingAt(last)), root, { max });
      expect(() => died.rollback(1n, back)).toThrow(Killed);
      if (!fs.existsSync(`${root}/tmp/rollback.intent.json`)) continue;
      for (const at of [4, 12, 20, 28, 36]) {
        const own = freshRoot();
        plant(own, treeOf(root));
        const reader = telling((call) => void (call === at && openSafe(envOver(), own, { max })));
        const store = inspectSafe(envOver(reader), own, { max });
        expect(idsOf(store), `died at ${last}, finished at ${at}`).toEqual(ids(3));
      }
    }
  });

  it('is refused where it never sees the store at rest', () => {
    const root = freshRoot();
    plant(root, files);
    const ledger = `${root}/migrations/ledger.jsonl`;
    const busy = telling(() => fs.appendFileSync(ledger, '\n'));
    expect(codeOf(() => inspectSafe(envOver(busy), root, { max }))).toBe('store_changing');
  });

  it('reports no missing entries where they were appended while it looked', () => {
    for (let at = 1; at < 80; at += 3) {
      const root = freshRoot();
      plant(root, files);
      const reader = telling((call) => {
        if (call !== at) return;
        const store = openSafe(envOver(), root, { max });
        store.append(entryAt(8));
        store.checkpoint(2n, 'manual');
        store.close();
      });
      const store = inspectSafe(envOver(reader), root, { max });
      expect(store.opened.notices, `at call ${at}`).toEqual([]);
      expect([7, 8]).toContain(idsOf(store).length);
    }
  });
});
