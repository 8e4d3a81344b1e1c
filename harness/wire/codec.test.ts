import { describe, expect, it } from 'vitest';
import type * as log from '../../spec/append-log/ops.ts';
import type {
  Checkpoint,
  Frame,
  Manifest,
  MigrationEvent,
  Op,
  Opened,
  Row,
  Values,
} from '../../spec/session-store-v2/ops.ts';
import { appendLogCodec } from './append-log.ts';
import { asciiJson } from './ascii.ts';
import { WireError } from './codec.ts';
import { sessionStoreCodec } from './session-store-v2.ts';

const at = '2026-01-01T00:00:00.000Z';
const site = { handle: 'case7.', dir: '/data/s', at };
const big = 2n ** 64n - 1n;

const frame: Frame = {
  schema: 's',
  segmentSeq: 1n,
  frameSeq: 2n ** 53n + 1n,
  entrySeq: big,
  entryId: 'é\u2028😀\u0000"',
  parentEntryId: null,
  entryType: '',
  timestamp: at,
  payloadSha256: 'ab',
  payloadBytes: 0n,
  payload: '{"a" : "\\ud800", "b":1.0}',
};
const row: Row = {
  schema: 's',
  entrySeq: 1n,
  entryId: 'e',
  segmentSeq: 1n,
  frameSeq: 1n,
  byteOffset: big,
  byteLength: 5n,
  crc32c: 'ABCDEF00',
  state: 'active',
};
const head = { segmentSeq: 1n, entrySeq: 2n, entryId: 'x' };
const checkpoint: Checkpoint = {
  schema: 's',
  checkpointSeq: 0n,
  at,
  headEntrySeq: 1n,
  headEntryId: 'e',
  snapshotRef: 'r',
  compactedBeforeEntrySeq: 0n,
  chainHash: 'c',
  reason: '',
};
const manifest: Manifest = {
  schema: 's',
  storeVersion: 2,
  sessionId: 'i',
  sourceFormat: 'f',
  createdAt: at,
  updatedAt: at,
  head,
  counters: {
    entriesTotal: 1n,
    messagesTotal: 2n,
    branchesTotal: 3n,
    compactionsTotal: 4n,
    bytesTotal: 5n,
  },
  files: {
    segmentDir: 'a',
    segmentCount: 1n,
    indexPath: 'b',
    checkpointDir: 'c',
    migrationLedgerPath: 'd',
  },
  integrity: { chainHash: 'c', manifestHash: 'm', lastCrc32c: 'l' },
  invariants: {
    parentLinksClosed: true,
    monotonicEntrySeq: false,
    monotonicSegmentSeq: true,
    indexWithinSegmentBounds: false,
    branchHeadsIndexed: true,
    checkpointsMonotonic: true,
    hashChainValid: false,
  },
};
const event: MigrationEvent = {
  schema: 's',
  migrationId: 'm',
  phase: 'rollback',
  at,
  sourcePath: 'a',
  targetPath: 'b',
  sourceFormat: 'c',
  targetFormat: 'd',
  verification: { entryCountMatch: true, hashChainMatch: false, indexConsistent: true },
  outcome: 'ok',
  errorClass: null,
  correlationId: 'r',
};
const opened: Opened = {
  entryCount: 3n,
  repairs: [
    { did: 'cut', file: 'segments/\\xff', from: 0, to: 2 ** 53 - 1, why: 'torn', keptIn: 'q' },
    { did: 'set aside', file: 'f', from: 1, to: 1, why: '' },
  ],
  notices: [{ code: 'witness_ahead', file: 'f', detail: 'd' }, { code: 'n' }],
};

/** One operation and one value of each kind of operation; the types make the list complete. */
const samples: { readonly [K in Op['op']]: readonly [Extract<Op, { op: K }>, Values[K]] } = {
  create: [{ op: 'create', h: 'a', max: 400n, durability: 'entry', onGap: 'keep-prefix' }, opened],
  inspect: [{ op: 'inspect', h: 'a', max: 0n }, opened],
  append: [{ op: 'append', h: 'a', id: 'é', parent: null, type: 't', payload: '{}' }, row],
  sync: [{ op: 'sync', h: 'a' }, null],
  close: [{ op: 'close', h: 'a' }, null],
  drop: [{ op: 'drop', h: 'a' }, null],
  lookup: [{ op: 'lookup', h: 'a', seq: big }, frame],
  all: [{ op: 'all', h: 'a' }, [frame, { ...frame, parentEntryId: 'p' }]],
  from: [{ op: 'from', h: 'a', seq: 0n }, []],
  tail: [{ op: 'tail', h: 'a', n: 1n }, [frame]],
  path: [{ op: 'path', h: 'a', leaf: '' }, [frame]],
  segment: [{ op: 'segment', h: 'a', seq: 1n }, [frame]],
  index: [{ op: 'index', h: 'a' }, [row]],
  summary: [
    { op: 'summary', h: 'a' },
    { entryCount: 1n, firstEntrySeq: 1n, lastEntrySeq: big, lastEntryId: 'e' },
  ],
  state: [
    { op: 'state', h: 'a' },
    { entryCount: 1n, chainHash: 'c', totalBytes: big, head },
  ],
  checkpoint: [{ op: 'checkpoint', h: 'a', seq: 1n, reason: 'manual' }, checkpoint],
  readCheckpoint: [{ op: 'readCheckpoint', h: 'a', seq: 1n }, null],
  rollback: [{ op: 'rollback', h: 'a', seq: 1n, migrationId: 'm', correlationId: 'c' }, event],
  ledgerAppend: [{ op: 'ledgerAppend', h: 'a', event: { ...event, errorClass: 'e' } }, null],
  ledger: [{ op: 'ledger', h: 'a' }, [event]],
  manifest: [{ op: 'manifest', h: 'a', sessionId: 's', sourceFormat: 'f' }, manifest],
  readManifest: [{ op: 'readManifest', h: 'a' }, manifest],
  rebuild: [{ op: 'rebuild', h: 'a' }, 7n],
  validate: [{ op: 'validate', h: 'a' }, null],
  sidecar: [{ op: 'sidecar', path: '/x/s.jsonl' }, '/x/s.v2'],
  hasSidecar: [{ op: 'hasSidecar', path: 's' }, true],
};

describe('the codec of session-store-v2', () => {
  it.each(Object.entries(samples))('%s comes back as it went', (name, [op, value]) => {
    const call = sessionStoreCodec.call(op, site);
    expect(call.method).toBe(name === 'drop' ? 'drop' : `session-store-v2/${name}`);
    const line = asciiJson(call.params);
    expect(line).toMatch(/^[\x20-\x7e]*$/);
    const read = sessionStoreCodec.readCall(name, JSON.parse(line));
    expect(read.op).toEqual('h' in op ? { ...op, h: `case7.${op.h}` } : op);
    expect(read.handle).toBe('h' in op ? `case7.${op.h}` : null);
    expect(read.dir).toBe(name === 'create' || name === 'inspect' ? '/data/s' : null);
    const result = asciiJson(sessionStoreCodec.result(name, value));
    expect(sessionStoreCodec.readResult(op, JSON.parse(result))).toEqual(value);
  });

  it.each([
    ['lookup', { h: 'a', seq: 1 }],
    ['lookup', { h: 'a', seq: '01' }],
    ['lookup', { h: 'a', seq: '-1' }],
    ['lookup', { h: 'a', seq: '1e3' }],
    ['lookup', { h: 'a', seq: '18446744073709551616' }],
    ['lookup', { seq: '1' }],
    ['lookup', { h: 'a/b', seq: '1' }],
    ['append', { h: 'a', id: 'e', type: 't', payload: '{}', at }],
    ['append', { h: 'a', id: '\ud800', parent: null, type: 't', payload: '{}', at }],
    ['append', { h: 'a', id: 'e', parent: null, type: 't', payload: {}, at }],
    ['append', { h: 'a', id: 'e', parent: null, type: 't', payload: '{}', at: '2026' }],
    ['create', { h: 'a', dir: '/a\0b', max: '1', at }],
    ['create', { h: 'a', dir: '/a', max: '1', at, onGap: 'hope' }],
    ['all', null],
    ['all', []],
    ['toString', { h: 'a' }],
  ])('refuses %s with parameters that do not fit: %j', (name, params) => {
    expect(() => sessionStoreCodec.readCall(name, params)).toThrow(WireError);
  });

  it('refuses to send what the other side could not read', () => {
    const op: Op = { op: 'append', h: 'a', id: '\udc00', parent: null, type: 't', payload: '{}' };
    expect(() => sessionStoreCodec.call(op, site)).toThrow(WireError);
    expect(() => sessionStoreCodec.result('rebuild', 2n ** 64n)).toThrow(WireError);
  });

  it('ignores members that it does not know', () => {
    const read = sessionStoreCodec.readCall('all', { h: 'a', later: { deep: [1] } });
    expect(read.op).toEqual({ op: 'all', h: 'a' });
  });
});

describe('the codec of append-log', () => {
  const samplesOfLog: {
    readonly [K in log.Op['op']]: readonly [Extract<log.Op, { op: K }>, log.Values[K]];
  } = {
    open: [{ op: 'open', durability: 'entry' }, null],
    append: [{ op: 'append', payload: new Uint8Array([0, 255, 10]) }, null],
    sync: [{ op: 'sync' }, null],
    read: [{ op: 'read' }, [new Uint8Array(0), new Uint8Array([1])]],
    close: [{ op: 'close' }, null],
  };

  it.each(Object.entries(samplesOfLog))('%s comes back as it went', (name, [op, value]) => {
    const { method, params } = appendLogCodec.call(op, site);
    expect(method).toBe(`append-log/${name}`);
    expect(params).toMatchObject({ h: 'case7.' });
    const read = appendLogCodec.readCall(name, JSON.parse(asciiJson(params)));
    expect(read).toMatchObject({ op, handle: 'case7.', dir: name === 'open' ? '/data/s' : null });
    const result = asciiJson(appendLogCodec.result(name, value));
    expect(appendLogCodec.readResult(op, JSON.parse(result))).toEqual(value);
  });

  it.each(['aGVsbG8', 'aGV sbG8=', '_-==', 'a'])('refuses %j as base64', (payload) => {
    expect(() => appendLogCodec.readCall('append', { h: 'a', payload, at })).toThrow(WireError);
  });
});
