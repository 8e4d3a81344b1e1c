import { describe, expect, it } from 'vitest';
import { fileNode } from '../../lib/image.ts';
import type { Image, Node } from '../../lib/image.ts';
import { utf8Of } from '../../lib/utf8.ts';
import type { MigrationEvent, Op } from '../ops.ts';
import { does } from './does.ts';
import type { TableResult } from './does.ts';
import type { World } from './run.ts';
import { edit, editLines, first, index, put, segment, worldOf } from './testing-stores.ts';

const at = '2026-01-01T00:00:05.000Z';
const dir: Node = { is: 'dir' };
const step = (world: World, op: Op): TableResult => first(does(world, op, at));
const codeOf = ({ outcome }: TableResult): string => (outcome.is === 'ok' ? 'ok' : outcome.code);
const append = (id: string, payload = '1', h = 'a'): Op => ({
  op: 'append',
  h,
  id,
  parent: null,
  type: 'message',
  payload,
});
const rollback = (seq: bigint, h = 'a'): Op => ({
  op: 'rollback',
  h,
  seq,
  migrationId: 'm',
  correlationId: 'c',
});
const world = (image: Image, from: World = worldOf()): World => ({ ...from, image });
const lastEvent = (result: TableResult): MigrationEvent => {
  const { outcome } = step(result.world, { op: 'ledger', h: 'a' });
  const events = outcome.is === 'ok' ? (outcome.value as readonly MigrationEvent[]) : [];
  const last = events.at(-1);
  if (last === undefined) throw new Error('no event');
  return last;
};

describe('rollback', () => {
  const at2 = step(worldOf({ entries: 2 }), {
    op: 'checkpoint',
    h: 'a',
    seq: 1n,
    reason: '',
  }).world;
  const at4 = step(step(at2, append('e3')).world, append('e4')).world;

  it('cuts, unlinks, rewrites and tells', () => {
    const orphan = put(at4.image, 'segments/7.seg', fileNode(utf8Of('x')));
    const back = step(world(orphan, at4), rollback(1n));
    expect(codeOf(back)).toBe('ok');
    expect(back.world.image.get(segment(1))).toEqual(at2.image.get(segment(1)));
    expect(back.world.image.get(index)).toEqual(at2.image.get(index));
    expect(back.world.image.has('segments/7.seg')).toBe(false);
    expect(lastEvent(back)).toMatchObject({
      outcome: 'ok',
      targetPath: '/store',
      errorClass: null,
    });
  });

  it.each<readonly [string, (image: Image) => Image, string, string, string]>([
    [
      'no checkpoint',
      (i) => put(i, 'checkpoints/0000000000000001.json', null),
      'checkpoint-not-found',
      'fatal_error',
      'checkpoint_not_found',
    ],
    [
      'a torn checkpoint',
      (i) => edit(i, 'checkpoints/0000000000000001.json', (t) => t.slice(0, 40)),
      'json',
      'fatal_error',
      'json',
    ],
    [
      'another chain',
      (i) =>
        edit(i, 'checkpoints/0000000000000001.json', (t) =>
          t.replace(/"chainHash": "../, '"chainHash": "zz'),
        ),
      'rollback-unverified',
      'recoverable_error',
      'integrity_mismatch',
    ],
    [
      'a changed frame',
      (i) => edit(i, segment(1), (t) => t.replace('"message"', '"massage"')),
      'rollback-unverified',
      'fatal_error',
      'index_corruption',
    ],
    [
      'a row of 2^64 bytes',
      (i) =>
        editLines(i, index, (l) =>
          l.with(0, (l[0] ?? '').replace(/"byteOffset":\d+/, '"byteOffset":18446744073709551615')),
        ),
      'rollback-range-overflow',
      'fatal_error',
      'index_range_overflow',
    ],
    [
      'a missing segment',
      (i) => put(i, segment(1), null),
      'active-segment-missing',
      'fatal_error',
      'session_error',
    ],
    [
      'a directory among the segments',
      (i) => put(i, 'segments/7.seg', dir),
      'io-eisdir',
      'fatal_error',
      'io',
    ],
  ])('over %s', (_, damage, code, outcome, errorClass) => {
    const back = step(world(damage(at4.image), at4), rollback(1n));
    expect([codeOf(back), lastEvent(back)]).toEqual([
      code,
      expect.objectContaining({ outcome, errorClass }),
    ]);
  });

  it('leaves the handle half way where reading fails', () => {
    const torn = edit(at4.image, segment(1), (t) => t.replace('"entryId":"e1"', '"entryIx":"e1"'));
    const back = step(world(torn, at4), rollback(1n));
    expect(codeOf(back)).toBe('json');
    expect(back.world.handles.get('a')).toMatchObject({
      nextEntrySeq: 3n,
      chainHash: at4.handles.get('a')?.chainHash,
    });
  });
});

describe('files beside the log', () => {
  const open = worldOf();

  it('a bad manifest stops every later one', () => {
    const op: Op = { op: 'manifest', h: 'a', sessionId: 's', sourceFormat: 'f' };
    for (const [text, code] of [
      ['{', 'manifest-unparsable'],
      ['\u0000', 'manifest-unparsable'],
    ] as const) {
      const image = put(open.image, 'manifest.json', fileNode(utf8Of(text)));
      expect(step(world(image), op).outcome).toEqual({ is: 'fail', code });
    }
    const image = put(open.image, 'manifest.json', fileNode(Uint8Array.of(0xff)));
    expect(codeOf(step(world(image), op))).toBe('io-invalid-data');
  });

  it('a checkpoint replaces one that is there, and a torn ledger line is glued', () => {
    const op: Op = { op: 'checkpoint', h: 'a', seq: 0n, reason: '"\n' };
    const once = step(open, op);
    const again = step(step(once.world, append('x')).world, op);
    const read = step(again.world, { op: 'readCheckpoint', h: 'a', seq: 0n });
    expect(read.outcome).toMatchObject({ value: { headEntrySeq: 5n, reason: '"\n' } });
    const torn = put(open.image, 'migrations/ledger.jsonl', fileNode(utf8Of('{"x":')));
    const after = step(world(torn), rollback(9n));
    expect(codeOf(step(after.world, { op: 'ledger', h: 'a' }))).toBe('json');
  });

  it('an event gets schema and time where they are empty', () => {
    const event = { ...lastEvent(step(open, rollback(9n))), schema: '', at: '', errorClass: null };
    const told = lastEvent(step(open, { op: 'ledgerAppend', h: 'a', event }));
    expect(told).toEqual({ ...event, schema: 'pi.session_store_v2.migration_event.v1', at });
  });
});
