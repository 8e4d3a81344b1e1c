import { describe, expect, it } from 'vitest';
import { fileNode } from '../../lib/image.ts';
import type { Image, Node } from '../../lib/image.ts';
import { utf8Of } from '../../lib/utf8.ts';
import type { Frame, Op, Row, State } from '../ops.ts';
import { does } from './does.ts';
import type { TableResult } from './does.ts';
import type { World } from './run.ts';
import {
  bytesAt,
  edit,
  editLines,
  first,
  index,
  openOf,
  put,
  segment,
  worldOf,
} from './testing-stores.ts';

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
const world = (image: Image, from: World = worldOf()): World => ({ ...from, image });
describe('handles', () => {
  const open = worldOf();

  it('are asked for by name, and forgotten by close and drop', () => {
    expect(codeOf(step(open, append('x', '1', 'b')))).toBe('no-handle');
    for (const op of ['close', 'drop'] as const) {
      const after = step(open, { op, h: 'a' });
      expect([codeOf(after), codeOf(step(after.world, { op: 'state', h: 'a' }))]).toEqual([
        'ok',
        'no-handle',
      ]);
    }
    expect(codeOf(step(open, { op: 'sync', h: 'a' }))).toBe('not_supported');
    const refused = step(open, { op: 'create', h: 'a', max: 0n });
    expect([refused.outcome, refused.world.handles.size]).toEqual([
      { is: 'fail', code: 'max-segment-bytes-zero' },
      0,
    ]);
  });

  it('that inspect know nothing, do no I/O, and empty segment 1 when they append', () => {
    const nowhere: World = { image: new Map(), root: '/store', handles: new Map() };
    const inspecting = step(nowhere, { op: 'inspect', h: 'i', max: 1n });
    expect(inspecting.world.image.size).toBe(0);
    expect(step(inspecting.world, append('x', '1', 'i')).outcome).toEqual({
      is: 'fail',
      code: 'io-enoent',
    });
    const beside = step(open, { op: 'inspect', h: 'i', max: 1n << 30n }).world;
    expect(step(beside, { op: 'state', h: 'i' }).outcome).toMatchObject({
      value: { entryCount: 0n, head: null },
    });
    const after = step(beside, append('x', '1', 'i'));
    expect(step(after.world, { op: 'segment', h: 'i', seq: 1n }).outcome).toMatchObject({
      value: [{ entryId: 'x', entrySeq: 1n }],
    });
  });

  it('stay rotated where the append that rotated them fails', () => {
    const broken = world(put(open.image, segment(2), dir), smaller());
    const failed = step(broken, append('x'));
    expect(failed.outcome).toEqual({ is: 'fail', code: 'io-eisdir' });
    expect(failed.world.handles.get('a')).toMatchObject({
      nextSegmentSeq: 2n,
      nextFrameSeq: 1n,
      currentSegmentBytes: 0n,
      nextEntrySeq: 5n,
    });
  });

  it('shorten the segment again where the index cannot be written', () => {
    const failed = step(world(put(open.image, index, dir)), append('x'));
    expect(failed.outcome).toEqual({ is: 'info', code: 'io-eisdir' });
    expect(failed.world.image.get(segment(1))).toEqual(open.image.get(segment(1)));
  });

  it('refuse a payload that is no value before anything is written', () => {
    for (const payload of ['', '{', '1e999', '"\\ud800"', '['.repeat(128) + ']'.repeat(128)]) {
      expect(step(open, append('x', payload)).outcome).toEqual({ is: 'fail', code: 'json' });
    }
    expect(step(open, append('x', '"\ud800"')).outcome).toEqual({ is: 'fail', code: 'json' });
    expect(step(open, append('\ud800')).outcome).toEqual({ is: 'fail', code: 'not_unicode' });
    const { outcome } = step(open, append('x', ' { "b" : 1e16, "a" : -0, "b" : [ ] } '));
    expect(outcome).toMatchObject({ is: 'ok', value: { entrySeq: 5n } });
  });

  it('report an overflow after both files are written', () => {
    const image = editLines(open.image, index, (lines) =>
      lines.map((line, i) =>
        i === 3 ? line.replace('"entrySeq":4', '"entrySeq":18446744073709551614') : line,
      ),
    );
    const near = step(
      world(
        edit(image, segment(1), (t) =>
          t.replace('"entrySeq":4', '"entrySeq":18446744073709551614'),
        ),
      ),
      { op: 'rebuild', h: 'a' },
    );
    const last = step(near.world, append('x'));
    expect(last.outcome).toEqual({ is: 'info', code: 'entry-sequence-overflow' });
    expect(codeOf(openOf(last.world.image))).toBe('entry-sequence-overflow-bootstrap');
  });
});

function smaller(): World {
  const from = worldOf();
  const handle = from.handles.get('a');
  if (handle === undefined) throw new Error('no handle');
  return { ...from, handles: new Map([['a', { ...handle, maxSegmentBytes: 1n }]]) };
}

describe('readers', () => {
  const open = worldOf({ entries: 4, max: 1n });

  it('leave out what lies in a missing segment, and a lookup answers null', () => {
    const holed = world(put(open.image, segment(2), null), open);
    const ids = (op: Op): readonly string[] => {
      const { outcome } = step(holed, op);
      return outcome.is === 'ok'
        ? (outcome.value as readonly Frame[]).map((f) => f.entryId)
        : [codeOf(step(holed, op))];
    };
    expect(ids({ op: 'all', h: 'a' })).toEqual(['e1', 'e3', 'e4']);
    expect(ids({ op: 'tail', h: 'a', n: 3n })).toEqual(['e3', 'e4']);
    expect(ids({ op: 'from', h: 'a', seq: 2n })).toEqual(['e3', 'e4']);
    expect(ids({ op: 'path', h: 'a', leaf: 'e4' })).toEqual(['path-frame-missing']);
    expect(step(holed, { op: 'lookup', h: 'a', seq: 2n }).outcome).toEqual({
      is: 'ok',
      value: null,
    });
    expect(codeOf(step(holed, { op: 'validate', h: 'a' }))).toBe('segment-unopenable');
  });

  it.each([
    ['an unknown leaf is an empty path', (t: string) => t, 'nope', 'ok'],
    [
      'a parent that is not indexed',
      (t: string) => t.replace('"parentEntryId":"e3"', '"parentEntryId":"e8"'),
      'e4',
      'path-parent-missing',
    ],
    [
      'a circle',
      (t: string) => t.replace('"parentEntryId":"e3"', '"parentEntryId":"e4"'),
      'e4',
      'path-cycle',
    ],
    [
      'another id in the frame',
      (t: string) => t.replace('"entryId":"e4"', '"entryId":"e7"'),
      'e4',
      'path-frame-mismatch',
    ],
  ])('path: %s', (_, change, leaf, code) => {
    const text = new TextDecoder().decode(bytesAt(open.image, segment(4)));
    const image = put(open.image, segment(4), fileNode(utf8Of(change(text))));
    expect(codeOf(step(world(image, open), { op: 'path', h: 'a', leaf }))).toBe(code);
  });

  it('path: one id twice', () => {
    const twice = step(open, append('e1'));
    expect(codeOf(step(twice.world, { op: 'path', h: 'a', leaf: 'e2' }))).toBe('path-id-duplicate');
  });
});

it('changes nothing that it is given', () => {
  const open = worldOf();
  const before = new Map(open.image);
  const state = (w: World): State | null => {
    const { outcome } = step(w, { op: 'state', h: 'a' });
    return outcome.is === 'ok' ? (outcome.value as State) : null;
  };
  const told = state(open);
  const { outcome } = step(open, append('x'));
  expect(outcome.is === 'ok' && (outcome.value as Row).entrySeq).toBe(5n);
  expect([new Map(open.image), state(open)]).toEqual([before, told]);
});
