import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drafts, resolve } from './drafts.ts';
import { levelsOf, machine, type State } from './machine.ts';
import type { Op } from './ops.ts';
import { fills, keyOf, payloadBytes } from './payload.ts';

const seed = 20261120;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function runOps(ops: readonly Op[]): { state: State; codes: string[] } {
  const log = machine();
  let state = log.start();
  const codes = ops.map((op) => {
    const [only, ...others] = log.next(state, op, '2026-01-01T00:00:00.000Z');
    expect(others).toEqual([]);
    state = only!.state;
    return only!.result.is === 'ok' ? 'ok' : only!.result.code;
  });
  return { state, codes };
}

describe('the machine of any log', () => {
  it('keeps payloads in order over a reopen and answers them to a read', () => {
    const { state, codes } = runOps([
      { op: 'open' },
      { op: 'append', payload: bytes('a') },
      { op: 'close' },
      { op: 'open', durability: 'entry' },
      { op: 'append', payload: bytes('b') },
    ]);
    expect(codes).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(machine().log(state)).toEqual(["'a'", "'b'"]);
    const [read] = machine().next(state, { op: 'read' }, '');
    expect(read!.result).toEqual({ is: 'ok', value: [bytes('a'), bytes('b')] });
  });

  it('refuses what needs an open log, and a second open', () => {
    const { codes } = runOps([
      { op: 'append', payload: bytes('a') },
      { op: 'read' },
      { op: 'sync' },
      { op: 'close' },
      { op: 'open' },
      { op: 'open' },
    ]);
    const none = 'no-handle';
    expect(codes).toEqual([none, none, none, none, 'ok', 'already-open']);
  });

  it('gives each operation the level that the port claims', () => {
    const append: Op = { op: 'append', payload: bytes('a') };
    const opened = (durability: 'none' | 'entry'): State =>
      runOps([{ op: 'open', durability }]).state;
    const levels = (holds?: readonly ('memory' | 'process' | 'power')[]): string[] => {
      const log = machine(levelsOf(holds === undefined ? undefined : { holds }));
      return [
        log.holds(opened('none'), append),
        log.holds(opened('entry'), append),
        log.holds(opened('none'), { op: 'sync' }),
        log.holds(opened('none'), { op: 'close' }),
        log.holds(opened('none'), { op: 'read' }),
      ];
    };
    expect(levels()).toEqual(['process', 'power', 'power', 'process', 'memory']);
    expect(levels(['memory', 'power'])).toEqual(['memory', 'power', 'power', 'process', 'memory']);
    expect(levels(['process'])).toEqual(['process', 'process', 'process', 'process', 'memory']);
  });
});

describe('drafts', () => {
  it('resolve to histories whose payloads are all different and mostly accepted', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(drafts(), { minLength: 30, maxLength: 30, size: 'max' }), (list) => {
        const log = machine();
        let state = log.start();
        for (const draft of list) {
          const op = resolve(state, draft);
          const step = log.next(state, op, '')[0]!;
          const end = step.result.is === 'ok' ? 'ok' : step.result.code;
          const name = `${op.op} ${end}`;
          seen.set(name, (seen.get(name) ?? 0) + 1);
          state = step.state;
        }
        expect(new Set(log.log(state)).size).toBe(state.payloads.length);
      }),
      { seed, numRuns: 200 },
    );
    for (const name of [
      'open ok',
      'append ok',
      'sync ok',
      'read ok',
      'close ok',
      'close no-handle',
    ]) {
      expect(seen.get(name) ?? 0, name).toBeGreaterThan(50);
    }
  });

  it('tell a payload by its bytes, whatever it is filled with', () => {
    const all = fills.flatMap((fill) =>
      [0, 1, 40, 600].map((fillBytes) => keyOf(payloadBytes({ fill, fillBytes, salt: 0 }, 7))),
    );
    // Without filling all six are the same tag.
    expect(new Set(all).size).toBe(all.length - 5);
    expect(keyOf(bytes('7.0 '))).toBe("'7.0 '");
    expect(keyOf(Uint8Array.of(0))).toMatch(/^1 bytes sha256:[0-9a-f]{64}$/);
  });
});
