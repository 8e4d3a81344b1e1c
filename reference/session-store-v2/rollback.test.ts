import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectOriginal, openOriginal } from './original/index.ts';
import { encodeEvent, encodeManifest } from './codec.ts';
import { inspectSafe, openSafe } from './store.ts';
import { codeOf, dyingAt, entryAt, envOver, errorOf, freshRoot, idsOf, Killed, open, plant, storeOf, treeOf } from './testing.ts'; // prettier-ignore
import type { SessionStore } from './types.ts';

const max = 700n;
const ids = (count: number): string[] => Array.from({ length: count }, (_, i) => entryAt(i + 1).id);
const back = { migrationId: 'm', correlationId: 'c' };

/** An open store of `count` entries at a fresh root. */
function filled(count: number, options = {}): { root: string; store: SessionStore } {
  const root = freshRoot();
  const store = open(root, { max, ...options });
  for (let i = 1; i <= count; i++) store.append(entryAt(i));
  return { root, store };
}

describe('rollback', () => {
  const made = (count: number, at: number, options = {}): { root: string; store: SessionStore } => {
    const { root, store } = filled(0, options);
    for (let i = 0; i <= count; i++) {
      if (i > 0) store.append(entryAt(i));
      if (i === at) store.checkpoint(1n, 'manual');
    }
    return { root, store };
  };

  it('goes back, sets aside what was, and goes on elsewhere', () => {
    const { root, store } = made(5, 3);
    const before = treeOf(root);
    const event = store.rollback(1n, back);
    expect(event.outcome).toBe('ok');
    expect(idsOf(store)).toEqual(ids(3));
    const after = treeOf(root);
    const second = before['segments/0000000000000002.seg'] ?? '';
    const tail = Object.keys(after).find((n) => n.includes('2.seg.tail@')) ?? '';
    expect((after['segments/0000000000000002.seg'] ?? '') + after[tail]).toBe(second);
    expect(after['segments/0000000000000003.seg.rolledback']).toBe(before['segments/0000000000000003.seg']); // prettier-ignore
    expect(after['tmp/rollback.intent.json']).toBeUndefined();
    expect(store.append({ ...entryAt(4), id: 'new' }).segmentSeq).toBe(4n);
    store.close();
    const again = open(root, { max });
    expect(idsOf(again)).toEqual([...ids(3), 'new']);
    expect([again.opened.repairs, again.ledger()]).toEqual([[], [event]]);
    again.rollback(1n, back);
    expect(idsOf(again)).toEqual(ids(3));
    expect(again.append(entryAt(4)).segmentSeq).toBe(5n);
  });

  it('goes back to nothing', () => {
    const { root, store } = made(3, 0);
    store.rollback(1n, back);
    expect(store.state()).toMatchObject({ entryCount: 0n, chainHash: '0'.repeat(64), head: null });
    expect(store.append(entryAt(1)).segmentSeq).toBe(3n);
    store.close();
    expect(idsOf(open(root, { max }))).toEqual(ids(1));
  });

  it('verifies first and then refuses without a trace', () => {
    const { root, store } = made(3, 2);
    const file = path.join(root, 'checkpoints', '0000000000000001.json');
    const text = fs.readFileSync(file, 'utf8');
    const refused = (change: string, code: string): void => {
      fs.writeFileSync(file, change);
      const before = treeOf(root);
      const error = errorOf(() => store.rollback(1n, back));
      expect([error?.code, error?.definite]).toEqual([code, true]);
      expect(treeOf(root)).toEqual(before);
    };
    refused('{', 'json');
    refused(text.replace('"headEntrySeq": 2', '"headEntrySeq": 4'), 'checkpoint_mismatch');
    refused(text.replace('"headEntrySeq": 2', '"headEntrySeq": 1'), 'checkpoint_mismatch');
    refused(text.replace('entry_00000002', 'entry_00000001'), 'checkpoint_mismatch');
    refused(text.replace(/[0-9a-f]{64}/, 'f'.repeat(64)), 'checkpoint_mismatch');
    expect(codeOf(() => store.rollback(2n, back))).toBe('checkpoint-not-found');
    expect(store.ledger()).toEqual([]);
  });

  /** A store whose rollback died once its intent was durable. */
  const begun = (count = 5): string => {
    const { root, store } = made(count, 3);
    store.close();
    for (let last = 1; ; last++) {
      const died = freshRoot();
      plant(died, treeOf(root));
      const store2 = openSafe(envOver(dyingAt(last)), died, { max });
      expect(() => store2.rollback(1n, back)).toThrow(Killed);
      if (fs.existsSync(path.join(died, 'tmp', 'rollback.intent.json'))) return died;
    }
  };

  it('is finished by the next open, and shown as done to a reader before', () => {
    const root = begun();
    const reader = inspectSafe(envOver(dyingAt(1)), root, { max });
    expect(idsOf(reader)).toEqual(ids(3));
    expect(reader.opened.notices.map((n) => n.code)).toEqual(['rollback_pending']);
    const store = open(root, { max });
    expect(idsOf(store)).toEqual(ids(3));
    expect(store.opened.repairs.map((r) => r.did)).toEqual(['set aside', 'cut', 'finished']);
  });

  it('is not shown as done where the store refuses to be opened', () => {
    const root = begun(7);
    const name = path.join(root, 'segments', '0000000000000003.seg');
    fs.writeFileSync(name, fs.readFileSync(name, 'utf8').slice(9));
    expect(codeOf(() => open(root, { max }))).toBe('frame_corrupt');
    expect(idsOf(inspectSafe(envOver(), root, { max }))).toEqual(ids(4));
  });

  it('is not finished where another writer appended in between, or the intent is unreadable', () => {
    const root = begun();
    openOriginal(envOver(), root, { max }).append(entryAt(6));
    const before = treeOf(root);
    expect(codeOf(() => open(root, { max }))).toBe('intent_stale');
    expect(treeOf(root)).toEqual(before);
    fs.writeFileSync(path.join(root, 'tmp', 'rollback.intent.json'), '{"schema":"x"}');
    expect(codeOf(() => open(root, { max }))).toBe('intent_unreadable');
    expect(idsOf(inspectSafe(envOver(), root, { max }))).toEqual(ids(6));
  });

  it('is not finished where its goal is not that of the entries, to the last member', () => {
    const files = treeOf(begun());
    const intent = files['tmp/rollback.intent.json'] ?? '';
    for (const [was, is] of [
      [/"byteLength":\d+/, '"byteLength":17'],
      [/"byteLength":\d+/, '"byteLength":18446744073709551615'],
      [/"after":{"segmentSeq":\d+/, '"after":{"segmentSeq":0'],
      [/"entryId":"[^"]*"/, '"entryId":"x"'],
    ] as const) {
      const root = freshRoot();
      plant(root, { ...files, 'tmp/rollback.intent.json': intent.replace(was, is) });
      const before = treeOf(root);
      expect(
        codeOf(() => open(root, { max })),
        is,
      ).toBe('intent_stale');
      expect(treeOf(root)).toEqual(before);
    }
  });
});

describe('an open behind a rollback', () => {
  it('makes durable that the intent is gone, before an append rests on it', () => {
    const { root, store } = filled(2);
    store.checkpoint(1n, 'manual');
    const synced: string[] = [];
    const paths = new Map<number, string>();
    const spy = {
      ...fs,
      openSync: (file: string, flags: number, mode?: number) => {
        const fd = fs.openSync(file, flags, mode);
        paths.set(fd, file);
        return fd;
      },
      fsyncSync: (fd: number) => {
        synced.push(path.relative(root, paths.get(fd) ?? ''));
        fs.fsyncSync(fd);
      },
    };
    openSafe(envOver(spy), root, { max });
    expect(synced).toEqual([]);
    open(root, { max }).rollback(1n, back);
    openSafe(envOver(spy), root, { max });
    expect(synced).toEqual(['tmp']);
  });
});

describe('the original and the safe store', () => {
  it('open each other\u2019s stores to the same entries', () => {
    const { root, store } = filled(5);
    store.checkpoint(1n, 'x');
    const manifest = store.manifest({ sessionId: 's', sourceFormat: 'native_v2' });
    store.ledgerAppend(store.rollback(1n, back));
    const mine = store.all();
    const state = store.state();
    store.close();
    const original = openOriginal(envOver(), root, { max });
    expect(original.all()).toEqual(mine);
    expect(original.state()).toMatchObject({ chainHash: state.chainHash, entryCount: 5n });
    original.validate();
    expect(original.readManifest()).toEqual(manifest);
    expect(treeOf(root)['manifest.json']).toBe(encodeManifest(manifest).toString('latin1'));
    expect(original.ledger().map((e) => encodeEvent(e).length)).toHaveLength(2);
    original.append({ ...entryAt(6), payload: '{"b":1,"a":1e15}' });
    original.checkpoint(2n, 'y');
    original.append(entryAt(7));
    const theirs = original.all();
    const safe = open(root, { max });
    expect(safe.opened).toEqual({ entryCount: 7n, repairs: [], notices: [] });
    expect(safe.all()).toEqual(theirs);
    expect(safe.readCheckpoint(2n)?.headEntrySeq).toBe(6n);
    safe.rollback(2n, back);
    expect(inspectOriginal(envOver(), root, { max }).all()).toEqual(theirs.slice(0, 6));
  });

  it('agree after a rollback of either', () => {
    const { root, store } = filled(5);
    store.checkpoint(1n, 'x');
    store.append(entryAt(6));
    store.close();
    openOriginal(envOver(), root, { max }).rollback(1n, back);
    const safe = open(root, { max });
    expect([idsOf(safe), safe.opened.repairs]).toEqual([ids(5), []]);
    expect(storeOf(0)).toHaveProperty('segments', null);
  });
});
