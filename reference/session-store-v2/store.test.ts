import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeCheckpoint, encodeFrame, encodeRow } from './codec.ts';
import { inspectSafe } from './store.ts';
import {
  codeOf,
  dyingAt,
  entryAt,
  envOver,
  errorOf,
  freshRoot,
  idsOf,
  open,
  treeOf,
} from './testing.ts';
import type { Entry, SessionStore } from './types.ts';

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

describe('append', () => {
  const entry = (change: Partial<Entry>): Entry => ({ ...entryAt(3), ...change });

  it.each([
    ['entry-id-duplicate', entry({ id: entryAt(1).id })],
    ['parent-missing', entry({ parent: 'nobody' })],
    ['parent-missing', entry({ id: 'me', parent: 'me' })],
    ['entry_too_large', entry({ payload: `"${'x'.repeat(2000)}"` })],
    ['payload_not_json', entry({ payload: '' })],
    ['payload_not_json', entry({ payload: '{} {}' })],
    ['payload_not_json', entry({ payload: '{"a":01}' })],
    ['payload_not_json', entry({ payload: '\ufeff1' })],
    ['not_unicode', entry({ payload: '"\ud800"' })],
    ['not_unicode', entry({ id: '\udc00' })],
    ['not_unicode', entry({ type: '\ud800x' })],
  ])('refuses %s before it touches the disk', (code, refused) => {
    const { root, store } = filled(2, { limits: { lineBytes: 2000 } });
    const before = treeOf(root);
    const error = errorOf(() => store.append(refused));
    expect([error?.code, error?.definite]).toEqual([code, true]);
    expect(treeOf(root)).toEqual(before);
    store.append(entryAt(3));
    expect(idsOf(store)).toEqual(ids(3));
  });

  it('measures an entry where it will stand: in a new segment the frame number is shorter', () => {
    const limits = { lineBytes: 2000 };
    const root = freshRoot();
    const before = open(root, { max: 1n << 20n, limits });
    for (let i = 1; i <= 9; i++) before.append(entryAt(i));
    before.close();
    const store = open(root, { max: 1n, limits });
    const room = (length: number): Entry =>
      entry({ id: 'long', payload: `"${'x'.repeat(length)}"` });
    let length = 2000;
    while (codeOf(() => store.append(room(length))) === 'entry_too_large') length--;
    expect(store.index().at(-1)).toMatchObject({ segmentSeq: 2n, frameSeq: 1n, byteLength: 2000n });
  });

  it('keeps a payload as it stands but for white space outside strings', () => {
    const { root, store } = filled(0);
    const payloads: readonly (readonly [string, string])[] = [
      [' {\t"b" : [ 1.0 , -0.0 ] ,\n"a" : " \\" x " , "b" : null }\r', '{"b":[1.0,-0.0],"a":" \\" x ","b":null}'],
      ['1e400', '1e400'],
      ['18446744073709551616', '18446744073709551616'],
      ['"\\ud800 \u2028 \u{1F600}"', '"\\ud800 \u2028 \u{1F600}"'],
      [`${'['.repeat(5000)} ${']'.repeat(5000)}`, '['.repeat(5000) + ']'.repeat(5000)],
    ]; // prettier-ignore
    for (const [i, [payload]] of payloads.entries()) {
      store.append({ id: `\u00e9\n"${i}`, parent: null, type: '', payload });
    }
    store.validate();
    store.close();
    const again = open(root, { max });
    expect(again.opened).toEqual({ entryCount: 5n, repairs: [], notices: [] });
    expect(again.all().map((f) => f.payload)).toEqual(payloads.map(([, stored]) => stored));
  });

  it('writes the bytes that the codec writes', () => {
    const { root, store } = filled(0, { max: 1n << 20n });
    const odd = ['plain', '\u00fc "q" \\ \n\u0000\u007f\u2028 \u{1F600}'];
    for (const id of odd) {
      store.append({ id, parent: null, type: id, payload: '{"x":"\u00e9"}' });
      store.append({ id: `${id}+`, parent: id, type: 'message', payload: '[]' });
    }
    const text = (lines: readonly Buffer[]): string =>
      lines.map((line) => `${line.toString('latin1')}\n`).join('');
    const tree = treeOf(root);
    expect(tree['segments/0000000000000001.seg']).toBe(text(store.all().map(encodeFrame)));
    expect(tree['index/offsets.jsonl']).toBe(text(store.index().map(encodeRow)));
  });

  it('begins segments by size, alone in one where larger than the threshold', () => {
    const { root, store } = filled(4, { max: 1n });
    const names = fs.readdirSync(path.join(root, 'segments'));
    expect(names).toEqual([1, 2, 3, 4].map((n) => `000000000000000${n}.seg`));
    expect(store.segment(3n).map((f) => f.entryId)).toEqual([entryAt(3).id]);
  });

  it('does not use a number again that a name set aside bears', () => {
    const { root, store } = filled(2);
    store.close();
    fs.writeFileSync(path.join(root, 'segments', '0000000000000009.seg.bak.3'), '');
    const again = open(root, { max });
    expect(again.append(entryAt(3)).segmentSeq).toBe(10n);
    expect(again.append(entryAt(4)).segmentSeq).toBe(10n);
  });
});

describe('readers', () => {
  it('agree with each other', () => {
    const { store } = filled(5);
    expect(idsOf(store)).toEqual(ids(5));
    expect(store.from(4n).map((f) => f.entrySeq)).toEqual([4n, 5n]);
    expect([store.from(0n).length, store.from(6n).length, store.from(1n << 64n).length]).toEqual([5, 0, 0]);
    expect(store.tail(2n).map((f) => f.entrySeq)).toEqual([4n, 5n]);
    expect([store.tail(0n).length, store.tail(1n << 70n).length]).toEqual([0, 5]);
    expect([store.lookup(0n), store.lookup(6n)]).toEqual([null, null]);
    expect(store.lookup(3n)).toEqual(store.all()[2]);
    expect(store.path(entryAt(3).id)).toEqual(store.all().slice(0, 3));
    expect(store.path('nobody')).toEqual([]);
    expect(store.segment(7n)).toEqual([]);
    expect(store.index().map((r) => r.entryId)).toEqual(ids(5));
    expect(store.summary()).toEqual({ entryCount: 5n, firstEntrySeq: 1n, lastEntrySeq: 5n, lastEntryId: entryAt(5).id });
    expect(open(freshRoot()).summary()).toBe(null);
  }); // prettier-ignore

  it('show nothing that changed since it was verified', () => {
    const { root, store } = filled(2);
    const file = path.join(root, 'segments', '0000000000000001.seg');
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, text.replace('"n":2', '"n":3'));
    expect(codeOf(() => store.all())).toBe('checksum-mismatch');
    expect(codeOf(() => store.validate())).toBe('checksum-mismatch');
    fs.truncateSync(file, 400);
    expect(codeOf(() => store.lookup(2n))).toBe('index-out-of-bounds');
    fs.unlinkSync(file);
    expect(codeOf(() => store.tail(1n))).toBe('frame-missing');
  });
});

describe('a handle', () => {
  const changes: readonly (readonly [string, (s: SessionStore) => unknown])[] = [
    ['append', (s) => s.append(entryAt(9))],
    ['sync', (s) => s.sync()],
    ['checkpoint', (s) => s.checkpoint(1n, '')],
    ['rollback', (s) => s.rollback(1n, back)],
    ['ledgerAppend', (s) => s.ledgerAppend(s.ledger()[0] ?? eventOf())],
    ['manifest', (s) => s.manifest({ sessionId: '', sourceFormat: '' })],
    ['rebuild', (s) => s.rebuild()],
  ];
  const eventOf = (): Parameters<SessionStore['ledgerAppend']>[0] => ({
    schema: '', migrationId: 'x', phase: 'p', at: '', sourcePath: '', targetPath: '', sourceFormat: '',
    targetFormat: '', verification: { entryCountMatch: true, hashChainMatch: true, indexConsistent: true },
    outcome: 'ok', errorClass: null, correlationId: '',
  }); // prettier-ignore

  it.each(changes)('refuses %s where it may not write', (_, change) => {
    const { root, store } = filled(2);
    store.checkpoint(1n, '');
    const reader = inspectSafe(envOver(dyingAt(1)), root, { max });
    expect(codeOf(() => change(reader))).toBe('read_only');
    const other = open(root, { max });
    other.append({ ...entryAt(3), id: 'other' });
    const before = treeOf(root);
    expect(codeOf(() => change(store))).toBe('stale_handle');
    expect(codeOf(() => change(store))).toBe('stale_handle');
    expect(treeOf(root)).toEqual(before);
    store.close();
    expect(codeOf(() => change(store))).toBe('closed');
    expect(codeOf(() => store.all())).toBe('closed');
    expect(codeOf(() => store.close())).toBe('closed');
  });

  it.each<[string, (s: SessionStore) => unknown]>([
    ['rolled back', (s) => s.rollback(1n, back)],
    ['rebuilt', (s) => s.rebuild()],
  ])('is stale where another one %s', (_, change) => {
    const { root, store } = filled(2);
    store.checkpoint(1n, '');
    store.append(entryAt(3));
    change(open(root, { max }));
    expect(codeOf(() => store.append(entryAt(4)))).toBe('stale_handle');
  });

  it.each<[string, (s: SessionStore) => unknown]>([
    ['sync', (s) => s.sync()],
    ['close', (s) => s.close()],
  ])('answers stale_handle to %s where its segment was set aside', (_, call) => {
    const { root, store } = filled(1);
    store.checkpoint(1n, '');
    store.close();
    const writer = open(root, { max: 1n });
    writer.append(entryAt(2));
    const behind = open(root, { max: 1n });
    writer.rollback(1n, back);
    expect(codeOf(() => call(behind))).toBe('stale_handle');
  });

  it('fills in what an event lacks, and keeps its ledger whole', () => {
    const { root, store } = filled(1);
    store.ledgerAppend(eventOf());
    const [event] = store.ledger();
    expect(event?.schema).toBe('pi.session_store_v2.migration_event.v1');
    expect(event?.at).toMatch(/^2026-01-01T/);
    fs.appendFileSync(path.join(root, 'migrations', 'ledger.jsonl'), 'half');
    expect(codeOf(() => store.ledgerAppend(eventOf()))).toBe('stale_handle');
  });

  it('refuses a threshold of nothing and numbers that are no u64', () => {
    expect(codeOf(() => open(freshRoot(), { max: 0n }))).toBe('max-segment-bytes-zero');
    expect(codeOf(() => inspectSafe(envOver(), freshRoot(), { max: 0n }))).toBe('max-segment-bytes-zero'); // prettier-ignore
    const { store } = filled(1);
    expect(codeOf(() => store.checkpoint(-1n, ''))).toBe('not_u64');
    expect(codeOf(() => store.readCheckpoint(1n << 64n))).toBe('not_u64');
    expect(store.checkpoint((1n << 64n) - 1n, '').snapshotRef).toBe('checkpoints/18446744073709551615.json'); // prettier-ignore
  });

  it('shows an empty store where nothing stands, and makes nothing', () => {
    const root = freshRoot();
    const reader = inspectSafe(envOver(), root, { max });
    expect([reader.opened, reader.all()]).toEqual([
      { entryCount: 0n, repairs: [], notices: [] },
      [],
    ]);
    expect(fs.existsSync(root)).toBe(false);
  });
});

describe('a checkpoint', () => {
  it('that takes the place of another keeps it', () => {
    const { root, store } = filled(1);
    store.checkpoint(1n, 'one');
    const old = treeOf(root)['checkpoints/0000000000000001.json'];
    store.append(entryAt(2));
    const made = store.checkpoint(1n, 'two');
    const tree = treeOf(root);
    expect(tree['checkpoints/0000000000000001.json']).toBe(
      encodeCheckpoint(made).toString('latin1'),
    );
    const kept = Object.keys(tree).find((n) => n.startsWith('quarantine/0000000000000001.json@0-'));
    expect(tree[kept ?? '']).toBe(old);
    expect(store.readCheckpoint(1n)).toEqual(made);
  });
});
