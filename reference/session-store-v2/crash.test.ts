import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoreEnv } from '../lib/fs.ts';
import { openSafe } from './store.ts';
import { dyingAt, entryAt, envOver, freshRoot, idsOf, Killed, open, plant, storeOf, treeOf, withoutTemps } from './testing.ts'; // prettier-ignore
import type { Files } from './testing.ts';
import type { SessionStore } from './types.ts';

// A process dies at each of its changing calls, a write in flight whole, half or not at all; then
// the store is opened.

const ids = (count: number): string[] => Array.from({ length: count }, (_, i) => entryAt(i + 1).id);

interface Scenario {
  readonly start: Files;
  readonly max: bigint;
  run(store: () => SessionStore): void;
  /** Judges the store after the crash; `root` as the crash left it before it was opened. */
  judge(store: SessionStore, crashed: Files, acknowledged: number, opened: Files): void;
}

/** Runs the scenario once for every call at which it can die; answers how many there were. */
function killEverywhere(scenario: Scenario): number {
  let states = 0;
  for (let last = 1; ; last++) {
    let finished = false;
    for (const share of [0, 0.5]) {
      const root = freshRoot();
      plant(root, scenario.start);
      let acknowledged = 0;
      try {
        const env = envOver(dyingAt(last, share));
        const store = openSafe(env, root, { max: scenario.max });
        scenario.run(() => {
          acknowledged++;
          return store;
        });
        finished = true;
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
      judgeCrash(scenario, root, acknowledged);
      states++;
    }
    if (finished) return states;
  }
}

function judgeCrash(scenario: Scenario, root: string, acknowledged: number): void {
  const crashed = treeOf(root);
  const store = open(root, { max: scenario.max });
  scenario.judge(store, crashed, acknowledged, treeOf(root));
  const shown = idsOf(store);
  store.validate();
  const after = treeOf(root);
  const again = open(root, { max: scenario.max });
  expect(again.opened.repairs).toEqual([]);
  expect(idsOf(again)).toEqual(shown);
  expect(treeOf(root)).toEqual(after);
  again.append({ id: 'afterwards', parent: shown.at(-1) ?? null, type: 'message', payload: '1' });
  again.close();
  expect(idsOf(open(root, { max: scenario.max }))).toEqual([...shown, 'afterwards']);
}

describe('a process killed at each changing call', () => {
  it('loses no acknowledged append, over rotation', () => {
    const states = killEverywhere({
      start: {},
      max: 700n,
      run: (store) => {
        for (let i = 1; i <= 4; i++) store().append(entryAt(i));
      },
      judge: (store, _, begun) => {
        const shown = idsOf(store);
        expect(ids(4).slice(0, shown.length)).toEqual(shown);
        expect(shown.length).toBeGreaterThanOrEqual(begun - 1);
        expect(shown.length).toBeLessThanOrEqual(begun);
      },
    });
    expect(states).toBeGreaterThan(30);
  });

  it('keeps the head that a checkpoint names', () => {
    killEverywhere({
      start: storeOf(3),
      max: 1n << 20n,
      run: (store) => store().checkpoint(1n, 'manual'),
      judge: (store) => {
        expect(idsOf(store)).toEqual(ids(3));
        const checkpoint = store.readCheckpoint(1n);
        if (checkpoint !== null) expect(checkpoint.chainHash).toBe(store.state().chainHash);
        expect(store.opened.notices).toEqual([]);
      },
    });
  });

  it.each([300n, 700n, 1n << 20n])('rolls back wholly or not at all, segments of %d', (max) => {
    const root = freshRoot();
    const made = open(root, { max });
    for (let i = 1; i <= 6; i++) {
      made.append(entryAt(i));
      if (i === 3) made.checkpoint(1n, 'manual');
    }
    made.close();
    const before = treeOf(root);
    const lines = (files: Files): string[] =>
      Object.entries(files)
        .filter(([name]) => name.startsWith('segments/'))
        .flatMap(([, bytes]) => (bytes ?? '').split('\n'));
    const states = killEverywhere({
      start: before,
      max,
      run: (store) => store().rollback(1n, back),
      judge: (store, crashed, _, opened) => {
        const shown = idsOf(store);
        const begun = 'tmp/rollback.intent.json' in crashed;
        const did = store.opened.repairs.map((r) => r.did);
        expect(did.includes('finished')).toBe(begun);
        if (begun) expect(shown).toEqual(ids(3));
        expect([3, 6]).toContain(shown.length);
        expect(store.ledger().length).toBe(shown.length === 3 ? 1 : 0);
        expect(lines(opened)).toEqual(expect.arrayContaining(lines(before)));
        expect(store.opened.notices).toEqual([]);
      },
    });
    expect(states).toBeGreaterThan(20);
  });

  it('keeps a torn tail before it cuts it', () => {
    const whole = storeOf(3);
    const segment = whole['segments/0000000000000001.seg'] ?? '';
    const torn = '{"schema":"pi.session_store_v2.segment_fr';
    const start = { ...whole, 'segments/0000000000000001.seg': segment + torn };
    const states = killEverywhere({
      start,
      max: 1n << 20n,
      run: () => {},
      judge: (store, crashed, _, opened) => {
        expect(idsOf(store)).toEqual(ids(3));
        expect(Object.values(crashed).some((bytes) => bytes?.endsWith(torn))).toBe(true);
        expect(Object.values(opened)).toContain(torn);
      },
    });
    expect(states).toBeGreaterThan(5);
  });

  it('rebuilds an index of which nothing is right, and keeps it', () => {
    const whole = storeOf(3);
    const bad = 'no rows at all\n';
    killEverywhere({
      start: { ...whole, 'index/offsets.jsonl': bad },
      max: 1n << 20n,
      run: () => {},
      judge: (store, crashed) => {
        expect(idsOf(store)).toEqual(ids(3));
        expect(Object.values(crashed)).toContain(bad);
      },
    });
  });

  it('mends a torn ledger, an unterminated frame and a short index at once', () => {
    const whole = storeOf(3, { max: 700n });
    const rows = (whole['index/offsets.jsonl'] ?? '').split('\n').slice(0, 1).join('\n');
    const last = 'segments/0000000000000002.seg';
    const start = {
      ...whole,
      'index/offsets.jsonl': `${rows}\n{"sch`,
      'migrations/ledger.jsonl': '{"torn',
      [last]: (whole[last] ?? '').slice(0, -1),
    };
    killEverywhere({
      start,
      max: 700n,
      run: () => {},
      judge: (store, crashed) => {
        expect(idsOf(store)).toEqual(ids(3));
        expect(Object.values(crashed)).toContain('{"torn');
        expect(store.ledger()).toEqual([]);
      },
    });
  });
});

describe('a process killed inside the recovery from a kill', () => {
  it('finishes a rollback in the end', () => {
    const root = freshRoot();
    const made = open(root, { max: 700n });
    for (let i = 1; i <= 5; i++) {
      made.append(entryAt(i));
      if (i === 3) made.checkpoint(1n, 'manual');
    }
    made.close();
    const start = treeOf(root);
    let states = 0;
    for (let last = 1; ; last++) {
      const begun = diesIn(
        start,
        (env, at) => openSafe(env, at, { max: 700n }).rollback(1n, back),
        last,
      );
      if (begun === null) break;
      if (!('tmp/rollback.intent.json' in begun)) continue;
      for (let inner = 1; ; inner++) {
        const crashed = diesIn(begun, (env, at) => openSafe(env, at, { max: 700n }), inner);
        if (crashed === null) break;
        const at = freshRoot();
        plant(at, crashed);
        const store = open(at, { max: 700n });
        expect(idsOf(store)).toEqual(ids(3));
        expect(store.ledger().length).toBe(1);
        expect(store.opened.notices).toEqual([]);
        store.validate();
        states++;
      }
    }
    expect(states).toBeGreaterThan(50);
  });
});

const back = { migrationId: 'm', correlationId: 'c' };

/** The tree after a process died at its `last`-th changing call; null where it ended before. */
function diesIn(
  start: Files,
  run: (env: StoreEnv, root: string) => void,
  last: number,
): Files | null {
  const root = freshRoot();
  plant(root, start);
  try {
    run(envOver(dyingAt(last)), root);
    return null;
  } catch (error) {
    if (error instanceof Killed) return treeOf(root);
    throw error;
  }
}

describe('a clean store', () => {
  it('is opened and closed without one changing call', () => {
    const root = freshRoot();
    plant(root, storeOf(3));
    const before = treeOf(root);
    const mtimes = fs.statSync(path.join(root, 'tmp')).mtimeMs;
    const opened = openSafe(envOver(dyingAt(1)), root, { max: 700n });
    expect(opened.opened).toEqual({ entryCount: 3n, repairs: [], notices: [] });
    expect(idsOf(opened)).toEqual(ids(3));
    expect(treeOf(root)).toEqual(before);
    expect(fs.statSync(path.join(root, 'tmp')).mtimeMs).toBe(mtimes);
    expect(withoutTemps(before)).toEqual(before);
  });
});
