import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Holds, Outcome, Step } from './history.ts';
import { survives } from './history.ts';
import type { Key, Machine, Owes } from './judge.ts';
import { agree, owes, same } from './ledger.ts';

type Op =
  | { readonly op: 'append'; readonly key: Key; readonly holds: Holds }
  | { readonly op: 'back'; readonly to: number }
  | { readonly op: 'sync' };
type Log = readonly Key[];

/** A log that can be cut: the smallest machine in which every rule of the ledger has matter. */
const toy: Machine<Log, Op, number> = {
  start: () => [],
  next: (log, op) => {
    const state = after(log, op);
    return [{ state, result: { is: 'ok', value: state.length } }];
  },
  holds: (_, op) => (op.op === 'append' ? op.holds : 'power'),
  log: (log) => log,
};

function after(log: Log, op: Op): Log {
  if (op.op === 'append') return [...log, op.key];
  return op.op === 'back' ? log.slice(0, op.to) : log;
}

const step = (op: Op, outcome: Outcome<number>): Step<Op, number> => ({
  actor: 0,
  began: 0,
  ended: 0,
  op,
  at: '2026-01-01T00:00:00.000Z',
  outcome,
});

/** A history in which every step is ok, and the log after each step. */
function played(ops: readonly Op[]): { history: Step<Op, number>[]; logs: Log[] } {
  const logs: Log[] = [[]];
  const history = ops.map((op) => {
    const log = after(logs.at(-1) ?? [], op);
    logs.push(log);
    return step(op, { is: 'ok', value: log.length });
  });
  return { history, logs };
}

const holds = fc.constantFrom<Holds>('memory', 'process', 'power');
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ op: fc.constant('append' as const), key: fc.constant(''), holds }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('back' as const), to: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.constant({ op: 'sync' as const }) },
);
const opList = fc
  .array(op, { maxLength: 14, size: 'max' })
  .map((ops) => ops.map((o, i) => (o.op === 'append' ? { ...o, key: `k${i}` } : o)));
const event = fc.constantFrom<Holds>('process', 'power');
const options = { seed: 20260101, numRuns: 400 };

const allows = (answer: Owes, log: Log): boolean => {
  const whole = [...answer.must, ...answer.may];
  return (
    log.length >= answer.must.length &&
    log.length <= whole.length &&
    log.every((key, i) => key === whole[i]) &&
    !log.some((key) => answer.never.includes(key))
  );
};

function lastSure(history: readonly Step<Op, number>[], upTo: number, what: Holds): number {
  for (let i = upTo; i > 0; i--) {
    const s = history[i - 1];
    if (s !== undefined && survives(toy.holds([], s.op), what)) return i;
  }
  return 0;
}

describe('owes', () => {
  it('allows every log from the last sure acknowledgement to the step in flight', () => {
    fc.assert(
      fc.property(opList, event, fc.nat(14), (ops, what, cut) => {
        const { history, logs } = played(ops);
        const upTo = Math.min(cut, history.length);
        const answers = owes(toy, history, upTo, what);
        const end = Math.min(upTo + 1, history.length);
        for (let i = lastSure(history, upTo, what); i <= end; i++) {
          expect(answers.some((a) => allows(a, logs[i] ?? []))).toBe(true);
        }
      }),
      options,
    );
  });

  it('owes what was acknowledged and never cut afterwards, and allows no log that lacks it', () => {
    fc.assert(
      fc.property(opList, event, (ops, what) => {
        const { history, logs } = played(ops);
        const from = lastSure(history, history.length, what);
        const sure = (logs[from] ?? []).filter((k) => logs.slice(from).every((l) => l.includes(k)));
        for (const answer of owes(toy, history, history.length, what)) {
          expect(answer.must.slice(0, sure.length)).toEqual(sure);
        }
      }),
      options,
    );
  });

  it('keeps must, may and never apart, and names only what was once accepted', () => {
    fc.assert(
      fc.property(opList, event, fc.nat(14), (ops, what, cut) => {
        const { history } = played(ops);
        const upTo = Math.min(cut, history.length);
        const known = new Set(
          history.slice(0, upTo + 1).map((s) => (s.op.op === 'append' ? s.op.key : '')),
        );
        for (const answer of owes(toy, history, upTo, what)) {
          const all = [...answer.must, ...answer.may, ...answer.never];
          expect(new Set(all).size).toBe(all.length);
          expect(all.every((key) => known.has(key))).toBe(true);
        }
      }),
      options,
    );
  });

  it('owes no more after a power cut than after a kill', () => {
    fc.assert(
      fc.property(opList, fc.nat(14), (ops, cut) => {
        const { history, logs } = played(ops);
        const upTo = Math.min(cut, history.length);
        const hard = owes(toy, history, upTo, 'power');
        const soft = owes(toy, history, upTo, 'process');
        for (const log of logs.filter((l) => soft.some((a) => allows(a, l)))) {
          expect(hard.some((a) => allows(a, log))).toBe(true);
        }
      }),
      options,
    );
  });

  it('answers the same when the history grows under it', () => {
    const { history } = played([
      { op: 'append', key: 'a', holds: 'process' },
      { op: 'back', to: 0 },
      { op: 'append', key: 'b', holds: 'process' },
    ]);
    const growing: Step<Op, number>[] = [];
    for (const s of history) {
      growing.push(s);
      const upTo = growing.length;
      expect(owes(toy, growing, upTo, 'process')).toEqual(
        owes(toy, growing.slice(), upTo, 'process'),
      );
    }
  });
});

const append = (key: Key, level: Holds = 'process'): Op => ({ op: 'append', key, holds: level });

describe('owes, by example', () => {
  it('gives before and after for a rollback in flight, both whole', () => {
    const { history } = played([append('a'), append('b'), { op: 'back', to: 1 }]);
    expect(owes(toy, history, 2, 'process')).toEqual([
      { must: ['a', 'b'], may: [], never: [] },
      { must: ['a'], may: [], never: ['b'] },
    ]);
    expect(owes(toy, history, 3, 'process')).toEqual([{ must: ['a'], may: [], never: ['b'] }]);
  });

  it('does not owe after a cut what was not durable before it', () => {
    const { history } = played([
      append('a', 'power'),
      append('b'),
      append('c'),
      { op: 'back', to: 2 },
    ]);
    expect(owes(toy, history, 3, 'power')).toEqual([
      { must: ['a'], may: ['b', 'c'], never: [] },
      { must: ['a'], may: ['b'], never: ['c'] },
    ]);
  });

  it('lets an append in doubt be there or not, and lets a later answer settle it', () => {
    const doubtful = [
      step(append('a'), { is: 'ok', value: 1 }),
      step(append('b'), { is: 'info', code: 'io-eio' }),
    ];
    expect(owes(toy, doubtful, 2, 'process')).toEqual([
      { must: ['a'], may: [], never: [] },
      { must: ['a'], may: ['b'], never: [] },
    ]);
    const without = [...doubtful, step(append('c'), { is: 'ok', value: 2 })];
    expect(owes(toy, without, 3, 'process')).toEqual([{ must: ['a', 'c'], may: [], never: [] }]);
    const withIt = [...doubtful, step(append('c'), { is: 'ok', value: 3 })];
    expect(owes(toy, withIt, 3, 'process')).toEqual([
      { must: ['a', 'b', 'c'], may: [], never: [] },
    ]);
  });

  it('knows of many appends in doubt those where all are there and those where none is', () => {
    const keys = Array.from({ length: 12 }, (_, i) => `k${i}`);
    const doubtful = keys.map((key) => step(append(key), { is: 'info', code: 'io-eio' }));
    const all = owes(toy, doubtful, 12, 'process');
    expect(all).toContainEqual({ must: [], may: [], never: [] });
    expect(all).toContainEqual({ must: [], may: keys, never: [] });
    expect(all.length).toBeLessThanOrEqual(64);
  });

  it('lets a batch in doubt be there in part', () => {
    const partly = (log: Log): readonly Log[] => [[...log, 'half']];
    const doubtful = [step(append('whole'), { is: 'info', code: 'io-eio' })];
    const seldom = [...doubtful, step(append('c'), { is: 'ok', value: 9 })];
    expect(owes({ ...toy, partly }, seldom, 2, 'process')).toEqual([
      { must: ['c'], may: [], never: [] },
      { must: ['half', 'c'], may: [], never: [] },
      { must: ['whole', 'c'], may: [], never: [] },
    ]);
  });

  it('lets what a handle had in memory only be gone once it has failed, and not before', () => {
    const forgetting = (log: Log): readonly Log[] => log.map((_, i) => log.slice(0, i));
    const held = { ...toy, holds: () => 'memory' as const, forgetting };
    const kept = step(append('a'), { is: 'ok', value: 1 });
    const later = step(append('c'), { is: 'ok', value: 9 });
    const orders = (steps: readonly Step<Op, number>[]): readonly (readonly Key[])[] =>
      owes(held, steps, steps.length, 'process').map(({ must, may }) => [...must, ...may]);
    expect(orders([kept, later])).toEqual([['a', 'c']]);
    for (const is of ['fail', 'info'] as const) {
      const failed = step(append('b'), { is, code: 'io-eio' });
      expect(orders([kept, failed, later])).toContainEqual(['c']);
      expect(orders([kept, failed, later])).toContainEqual(['a', 'c']);
    }
  });

  it('leaves a refused step out', () => {
    const refused = [step(append('a'), { is: 'fail', code: 'no_space' })];
    expect(owes(toy, refused, 1, 'process')).toEqual([{ must: [], may: [], never: [] }]);
  });
});

describe('a close that is refused', () => {
  type Shut = { readonly log: Log; readonly open: boolean };
  type Act = { readonly op: 'append'; readonly key: Key } | { readonly op: 'close' | 'open' };
  const may: Machine<Shut, Act, null> = {
    start: () => ({ log: [], open: true }),
    next: (s, act) => {
      const isRefused = act.op === 'open' ? s.open : !s.open;
      if (isRefused) return [{ state: s, result: { is: 'fail', code: 'not now' } }];
      const log = act.op === 'append' ? [...s.log, act.key] : s.log;
      return [{ state: { log, open: act.op !== 'close' }, result: { is: 'ok', value: null } }];
    },
    holds: () => 'process',
    log: ({ log }) => log,
  };
  const acted = (act: Act, outcome: Outcome<null>): Step<Act, null> => ({
    ...step({ op: 'sync' }, { is: 'fail', code: '' }),
    op: act,
    outcome,
  });
  const ok: Outcome<null> = { is: 'ok', value: null };

  it('has closed or has not, as later answers tell', () => {
    const shut = acted({ op: 'close' }, { is: 'fail', code: 'io-eio' });
    const again = [acted({ op: 'open' }, ok), acted({ op: 'append', key: 'a' }, ok)];
    const owed = [{ must: ['a'], may: [], never: [] }];
    expect(owes(may, [shut, ...again], 3, 'process')).toEqual(owed);
    const gone = acted({ op: 'append', key: 'a' }, { is: 'fail', code: 'not now' });
    expect(owes(may, [shut, gone, ...again], 4, 'process')).toEqual(owed);
    expect(owes(may, [shut, acted({ op: 'append', key: 'a' }, ok)], 2, 'process')).toEqual(owed);
  });
});

describe('same and agree', () => {
  it('compare plain data to the last member', () => {
    expect(same({ a: [1n, { b: null }] }, { a: [1n, { b: null }], c: undefined })).toBe(true);
    expect(same({ a: 1n }, { a: 1 })).toBe(false);
    expect(same([], {})).toBe(false);
    expect(same({ code: 'x' }, { code: 'x', detail: 'why' })).toBe(true);
    expect(same({ code: 'x', detail: 'y' }, { code: 'x', detail: 'z' })).toBe(false);
    expect(agree({ is: 'fail', code: 'x' }, { is: 'info', code: 'x' })).toBe(true);
    expect(agree({ is: 'fail', code: 'x' }, { is: 'fail', code: 'y' })).toBe(false);
    expect(agree({ is: 'ok', value: 1 }, { is: 'ok', value: 1 })).toBe(true);
  });
});
