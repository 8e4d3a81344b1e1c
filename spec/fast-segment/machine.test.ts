import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Step } from '../lib/history.ts';
import { owes } from '../lib/ledger.ts';
import { keyOf } from './bytes.ts';
import { drafts, resolve } from './drafts.ts';
import { addsOf, machine, type State } from './machine.ts';
import { opNames, type Entry, type Op, type Value } from './ops.ts';
import { partsOf, plainer } from './plainer.ts';
import { entries } from './testing.ts';

const id = 7;
const [a, b, c] = entries as [Entry, Entry, Entry];
const [keyA, keyB] = [keyOf(a), keyOf(b)];
const open: Op = { op: 'open', id };
const append = (entry: Entry, track = true): Op => ({ op: 'append', id, entry, track });
const sync: Op = { op: 'syncGroup', id };
const read: Op = { op: 'readCommitted', id };
const seal = (...all: readonly Entry[]): Op => ({ op: 'seal', id, entries: all, deadlineMs: 5 });
const safe = machine('safe');

/** What each operation answers, where the machine allows but one way. */
function answers(ops: readonly Op[], of = safe): readonly unknown[] {
  let state = of.start();
  return ops.map((op) => {
    const [way, ...others] = of.next(state, op, '');
    if (way === undefined || others.length > 0) throw new Error(`${others.length + 1} ways`);
    state = way.state;
    return way.result.is === 'ok' ? way.result.value : way.result.code;
  });
}

/** The history of operations that all went as the machine foresaw. */
function historyOf(ops: readonly Op[]): readonly Step<Op, Value>[] {
  let state = safe.start();
  return ops.map((op, i) => {
    const [way] = safe.next(state, op, '');
    state = way?.state ?? state;
    return { actor: 0, began: i, ended: i, op, at: '', outcome: way!.result };
  });
}

const owed = (ops: readonly Op[], upTo = ops.length, event: 'process' | 'power' = 'power') =>
  owes(safe, historyOf(ops), upTo, event).map(({ must, may, never }) => [must, may, never]);

describe('the machine of safe', () => {
  it('shows what was published, and cuts the rest at the next open', () => {
    const cut = {
      did: 'cut', file: 'sessions/7.fast', from: 84, to: 138, why: 'uncommitted_tail',
    }; // prettier-ignore
    expect(answers([open, append(a), read, sync, append(b), read, open, read])).toEqual([
      { committed: 16n, repairs: [], notices: [] }, 68n, [], null, 54n, [a],
      { committed: 84n, repairs: [cut], notices: [] }, [a],
    ]); // prettier-ignore
  });

  it('refuses what makes the committed length lie', () => {
    const untracked = [open, append(a, false)];
    const track = (bytes: bigint): Op => ({ op: 'track', id, bytes });
    for (const op of [sync, seal(b), append(b)]) {
      expect(answers([...untracked, op]).at(-1)).toBe('untracked_frames');
    }
    expect(answers([...untracked, append(b, false), track(68n), track(54n), sync, read]).at(-1)).toEqual([a, b]);
    for (const bytes of [1n, 67n, 1n << 63n, -68n]) {
      expect(answers([...untracked, track(bytes)]).at(-1)).toBe('not_on_boundary');
    }
    for (const len of [0n, 15n, 17n, 200n, 1n << 63n]) {
      expect(answers([open, seal(a), { op: 'truncate', id, len }]).at(-1)).toBe('not_on_boundary');
    }
    expect(answers([open, seal(a, b), { op: 'truncate', id, len: 84n }, read]).at(-1)).toEqual([a]);
  }); // prettier-ignore

  it('refuses ids and entries that do not fit, and what has no handle', () => {
    for (const bad of [-1, 1.5, 2 ** 32]) {
      expect(answers([{ op: 'open', id: bad }])).toEqual(['id_out_of_range']);
    }
    const odd: Entry = { t: 'tombstone', space: 1n, coords: [2 ** 32], revision: 0n };
    expect(answers([open, append(odd)]).at(-1)).toBe('entry_invalid');
    const long: Entry = { ...a, t: 'write', space: 0n, coords: [], revision: 0n, data: new Uint8Array(67_108_864) };
    expect(answers([open, append(long)]).at(-1)).toBe('entry_too_large');
    expect(answers([append(a), open, { op: 'close', id }, sync])).toMatchObject(['no-handle', {}, null, 'no-handle']);
  }); // prettier-ignore

  it('times a seal by the clock that it brings', () => {
    const timed = (deadlineMs: number, tickMs = 0): Op => ({ op: 'seal', id, entries: [a, b], deadlineMs, tickMs }); // prettier-ignore
    const sealed = [[1, 0], [31, 10]] as const; // prettier-ignore
    for (const [deadline, tick] of sealed) {
      expect(answers([open, timed(deadline, tick), read]).slice(1)).toEqual(['sealed', [a, b]]);
    }
    for (const [deadline, tick] of [[0, 0], [30, 10], [5, 10]] as const) {
      expect(answers([open, timed(deadline, tick), read]).slice(1)).toEqual(['timed_out', []]);
      expect(addsOf(timed(deadline, tick))).toBeNull();
    }
  }); // prettier-ignore

  it('calls a handle stale once another has moved the file', () => {
    const other = { ...seal(b), h: 's' } as Op;
    const start = [open, seal(a), { ...open, h: 's' } as Op, other];
    expect(answers([...start, append(c)]).at(-1)).toBe('stale_handle');
    expect(answers([...start, open, append(c)]).at(-1)).toBeTypeOf('bigint');
  });
});

describe('what is owed', () => {
  it('is nothing for what was appended, and everything that was published', () => {
    expect(owed([open, append(a)])).toEqual([[[], [], []]]);
    expect(owed([open, append(a)], 2, 'process')).toEqual([[[], [], []]]);
    expect(owed([open, append(a), sync])).toEqual([[[keyA], [], []]]);
    expect(owed([open, seal(a, b), append(c)])).toEqual([[[keyA, keyB], [], []]]);
  });

  it('may be there while it is being published', () => {
    expect(owed([open, append(a), sync], 2)).toEqual([
      [[], [], []],
      [[], [keyA], []],
    ]);
  });

  it('is gone once it was cut', () => {
    expect(owed([open, seal(a, b), { op: 'truncate', id, len: 84n }])).toEqual([[[keyA], [], [keyB]]]);
    expect(owed([open, seal(a, b), { op: 'reset', id }])).toEqual([[[], [], [keyA, keyB]]]);
    const split = owed([open, seal(a, b), { op: 'reset', id }], 2);
    expect(split).toContainEqual([[keyA, keyB], [], []]);
    expect(split).toContainEqual([[], [], [keyA, keyB]]);
  }); // prettier-ignore

  it('follows one session alone', () => {
    const other: readonly Op[] = [
      { op: 'open', id: 8 },
      { op: 'seal', id: 8, entries: [a], deadlineMs: 5 },
    ];
    expect(owed([open, append(b), ...other])).toEqual([[[], [], []]]);
    expect(other.map(addsOf)).toEqual([null, null]);
  });
});

describe('drafts', () => {
  const seed = 20_261_120;

  it('have plainer operations, none of them longer', () => {
    const size = (op: Op): number =>
      JSON.stringify(op, (_, value: unknown) => (value instanceof Uint8Array ? 'x'.repeat(value.length) : typeof value === 'bigint' ? `${value}` : value)).length;
    const [tracked, untracked] = [append(a), append(a, false)];
    for (const op of [seal(a, b, c), { ...seal(a), tickMs: 3 } as Op, tracked]) {
      const all = plainer(op);
      expect(all.length).toBeGreaterThan(0);
      for (const one of all) {
        expect(size(one)).toBeLessThanOrEqual(size(op));
        expect(one).not.toEqual(op);
      }
    }
    expect(plainer(untracked)).toContainEqual(tracked);
    expect(plainer(sync)).toEqual([]);
    expect(partsOf(seal(a, b))).toEqual([append(a), append(b)]);
    expect(partsOf(sync)).toEqual([]);
    expect(partsOf(open)).toEqual([open]);
  }); // prettier-ignore

  it.each(['safe', 'original'] as const)('lead under %s to every operation and refusal', (policy) => {
    const of = machine(policy);
    const met = new Set<string>();
    const keys = new Set<string>();
    let added = 0;
    for (const all of fc.sample(fc.array(drafts(), { minLength: 12, maxLength: 24 }), { seed, numRuns: 250 })) {
      let state: State = of.start();
      keys.clear();
      added = 0;
      for (const draft of all) {
        const op = resolve(state, draft);
        for (const key of addsOf(op) ?? []) {
          keys.add(key);
          added += 1;
        }
        const ways = of.next(state, op, '');
        expect(ways.length).toBeGreaterThan(0);
        for (const { result } of ways) {
          met.add(result.is === 'ok' ? (op.op === 'seal' ? result.value as string : op.op) : result.code);
        }
        state = ways[0]!.state;
        
      }
      expect(keys.size).toBe(added);
    }
    const refusals =
      policy === 'safe'
        ? ['no-handle', 'untracked_frames', 'not_on_boundary']
        : ['no-handle', 'io-unexpected-eof', 'io-invalid-data', 'io-invalid-input'];
    const names = opNames.filter((name) => name !== 'seal');
    expect([...names, 'sealed', 'timed_out', ...refusals].filter((one) => !met.has(one))).toEqual([]);
  }); // prettier-ignore
});
