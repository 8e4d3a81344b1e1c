import { describe, expect, it } from 'vitest';
import type { Policy } from '../lib/port.ts';
import { machine } from './machine.ts';
import type { State } from './machine.ts';
import { storedPayload } from './machine-payload.ts';
import type { Op, Row } from './ops.ts';

const at = (n: number): string => `2026-01-01T00:00:00.${String(n).padStart(3, '0')}Z`;
const h = 'a';
const create: Op = { op: 'create', h, max: 700n };
const append = (id: string, parent: string | null = null, payload = '{"n":1}'): Op => ({
  op: 'append', h, id, parent, type: 'message', payload,
}); // prettier-ignore
const checkpoint = (seq: bigint): Op => ({ op: 'checkpoint', h, seq, reason: 'r' });
const rollback = (seq: bigint): Op => ({
  op: 'rollback',
  h,
  seq,
  migrationId: 'm',
  correlationId: 'c',
});

/** Takes the first way at every step; answers the codes of what was refused, or `ok`. */
function play(
  policy: Policy,
  ops: readonly Op[],
): { state: State; codes: string[]; values: unknown[] } {
  const m = machine(policy);
  let state = m.start();
  const codes: string[] = [];
  const values: unknown[] = [];
  for (const [i, op] of ops.entries()) {
    const way = m.next(state, op, at(i))[0];
    if (way === undefined) throw new Error(`cannot ask ${op.op}`);
    codes.push(way.result.is === 'ok' ? 'ok' : way.result.code);
    values.push(way.result.is === 'ok' ? way.result.value : null);
    state = way.state;
  }
  return { state, codes, values };
}

describe('both policies', () => {
  it('rotate strictly above the threshold', () => {
    const probe = play('safe', [create, append('e1'), append('e2')]);
    const end = (value: unknown): bigint => (value as Row).byteOffset + (value as Row).byteLength;
    const both = end(probe.values[2]);
    for (const policy of ['original', 'safe'] as const) {
      const fits = play(policy, [{ ...create, max: both }, append('e1'), append('e2')]);
      expect((fits.values[2] as Row).segmentSeq).toBe(1n);
      const over = play(policy, [{ ...create, max: both - 1n }, append('e1'), append('e2')]);
      expect(over.values[2]).toMatchObject({ segmentSeq: 2n, frameSeq: 1n, byteOffset: 0n });
    }
  });

  it('answer no-handle on a handle that is not open', () => {
    expect(play('safe', [append('e1')]).codes).toEqual(['no-handle']);
    expect(play('original', [create, { op: 'drop', h }, { op: 'all', h }]).codes).toEqual([
      'ok',
      'ok',
      'no-handle',
    ]);
    expect(play('safe', [{ ...create, max: 0n }]).codes).toEqual(['max-segment-bytes-zero']);
  });
});

describe('original', () => {
  it('accepts a second entry of one id, then neither validates nor opens', () => {
    const { codes } = play('original', [
      create,
      append('x'),
      append('x'),
      { op: 'validate', h },
      { op: 'path', h, leaf: 'x' },
      create,
    ]);
    expect(codes).toEqual([
      'ok',
      'ok',
      'ok',
      'entry-id-duplicate',
      'path-id-duplicate',
      'entry-id-duplicate',
    ]);
  });

  it('accepts an unknown parent, and opens again once it came', () => {
    const ops = [create, append('x', 'y'), { op: 'validate', h } as const, append('y'), create];
    expect(play('original', ops).codes).toEqual(['ok', 'ok', 'parent-missing', 'ok', 'ok']);
  });

  it('inspects without looking', () => {
    const ops: Op[] = [
      create,
      append('x'),
      { op: 'inspect', h: 'i', max: 1n },
      { op: 'state', h: 'i' },
      { op: 'all', h: 'i' },
    ];
    const { values } = play('original', ops);
    expect(values[2]).toMatchObject({ entryCount: 0n });
    expect(values[3]).toMatchObject({ entryCount: 0n, head: null });
    expect(values[4]).toHaveLength(1);
  });

  it('cuts first and verifies afterwards when it rolls back', () => {
    const ops = [
      create,
      append('a'),
      append('b'),
      checkpoint(1n),
      checkpoint(0n),
      append('c'),
      rollback(1n),
      append('d', null, '2'),
    ];
    const far = [
      ...ops,
      checkpoint(2n),
      append('e'),
      rollback(2n),
      rollback(1n),
      append('f', null, '3'),
      rollback(2n),
    ];
    const { codes, state } = play('original', far);
    expect(codes.at(-1)).toBe('rollback-unverified');
    expect(state.disk.entries.map((e) => e.frame.entryId)).toEqual(['a', 'b', 'f']);
    expect(state.disk.events.at(-1)).toMatchObject({
      outcome: 'recoverable_error',
      errorClass: 'integrity_mismatch',
    });
    const missing = play('original', [create, rollback(9n)]);
    expect(missing.codes).toEqual(['ok', 'checkpoint-not-found']);
    expect(missing.state.disk.events[0]).toMatchObject({
      outcome: 'fatal_error',
      errorClass: 'checkpoint_not_found',
    });
  });

  it('prints payloads its own way', () => {
    const { state } = play('original', [create, append('a', null, '{"b":1, "a":1e2}')]);
    expect(state.disk.entries[0]?.frame.payload).toBe('{"a":100.0,"b":1}');
  });

  it('lets a handle that another one overtook look, not append', () => {
    const m = machine('original');
    const { state } = play('original', [create, { ...create, h: 'b' }, append('x')]);
    expect(m.next(state, { ...append('y'), h: 'b' } as Op, at(9))).toEqual([]);
    expect(m.next(state, { op: 'all', h: 'b' }, at(9))[0]?.result.is).toBe('ok');
  });
});

describe('safe', () => {
  it('refuses what a later open would refuse', () => {
    const ops = [
      create,
      append('x'),
      append('x'),
      append('y', 'z'),
      append('s', 's'),
      append('j', null, '{'),
      append('u', null, '"\ud800"'),
    ];
    expect(play('safe', ops).codes.slice(2)).toEqual([
      'entry-id-duplicate', 'parent-missing', 'parent-missing', 'payload_not_json', 'not_unicode',
    ]); // prettier-ignore
  });

  it('refuses a line that no reader takes', () => {
    const m = machine('safe', undefined, { lineBytes: 400 });
    const opened = m.next(m.start(), create, at(0))[0]?.state ?? m.start();
    expect(m.next(opened, append('x', null, `"${'y'.repeat(400)}"`), at(1))).toMatchObject([
      { result: { is: 'fail', code: 'entry_too_large' } },
    ]);
  });

  it('goes to a number never used after a rollback', () => {
    const ops = [
      create,
      append('a'),
      checkpoint(1n),
      append('b'),
      append('c'),
      rollback(1n),
      append('d'),
      append('e'),
    ];
    const { values, state } = play('safe', ops);
    expect([values[4], values[6], values[7]].map((v) => (v as Row).segmentSeq)).toEqual([
      2n,
      3n,
      3n,
    ]);
    expect(state.disk.events).toHaveLength(1);
    const again = play('safe', [...ops, create]);
    expect(again.values.at(-1)).toMatchObject({ notices: [] });
    const far = [
      create,
      append('a'),
      append('b'),
      checkpoint(2n),
      checkpoint(1n),
      rollback(2n),
      append('c'),
    ];
    expect((play('safe', far).values.at(-1) as Row).segmentSeq).toBe(2n);
  });

  it('rolls back to nothing, and says so of the checkpoints left behind', () => {
    const ops = [
      create,
      checkpoint(0n),
      append('a'),
      checkpoint(1n),
      rollback(0n),
      append('b', null, '2'),
      rollback(1n),
      create,
    ];
    const { codes, values } = play('safe', ops);
    expect(codes).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'checkpoint_mismatch', 'ok']);
    expect(values.at(-1)).toMatchObject({
      notices: [{ code: 'witness_disagrees', file: 'checkpoints/0000000000000001.json' }],
    });
  });

  it('makes every other writer stale, for ever, and no reader a writer', () => {
    const b = (op: Op): Op => ({ ...op, h: 'b' }) as Op;
    const ops = [
      create,
      b(create),
      append('x'),
      b(append('y')),
      b(append('z')),
      b(create),
      b(append('y')),
      append('q'),
    ];
    expect(play('safe', ops).codes.slice(3)).toEqual([
      'stale_handle',
      'stale_handle',
      'ok',
      'ok',
      'stale_handle',
    ]);
    const looks = play('safe', [
      { op: 'inspect', h, max: 1n },
      append('x'),
      rollback(1n),
      checkpoint(1n),
    ]);
    expect(looks.codes.slice(1)).toEqual([
      'read_only', 'read_only', 'read_only',
    ]); // prettier-ignore
  });

  it('says what an acknowledgement survives', () => {
    const m = machine('safe');
    const state = play('safe', [create, { ...create, h: 'e', durability: 'entry' }]).state;
    const levels = [
      append('x'),
      { ...append('x'), h: 'e' } as Op,
      checkpoint(1n),
      { op: 'sync', h } as const,
      { op: 'all', h } as const,
    ];
    expect(levels.map((op) => m.holds(state, op))).toEqual([
      'process',
      'power',
      'power',
      'power',
      'memory',
    ]);
    expect(machine('original').holds(state, checkpoint(1n))).toBe('process');
    expect(machine('safe', { holds: ['process'] }).holds(state, checkpoint(1n))).toBe('process');
    expect(machine('safe', { holds: [] }).holds(state, append('x'))).toBe('memory');
  });
});

describe('storedPayload', () => {
  it('removes whitespace outside strings and nothing else', () => {
    const kept = (text: string): unknown => storedPayload(text);
    expect(kept(' { "a b" : [ 1 ,\t2 ] ,\r\n"c\\" d":" "} ')).toEqual({
      text: '{"a b":[1,2],"c\\" d":" "}',
    });
    expect(kept('1.0e+2')).toEqual({ text: '1.0e+2' });
    expect(kept('"\\ud800"')).toEqual({ text: '"\\ud800"' });
    for (const bad of ['', '{', '1 2', '\u00a01', '"\n"', '01']) {
      expect(kept(bad)).toEqual({ code: 'payload_not_json' });
    }
  });
});
