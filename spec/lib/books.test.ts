import { describe, expect, it } from 'vitest';
import type { Holds, Outcome, Step } from './history.ts';
import type { Book, BookOwed } from './judge.ts';
import { owes, type Owing } from './ledger.ts';

interface Shelf {
  readonly log: readonly string[];
  readonly books: readonly Book[];
}

type Op =
  | { readonly op: 'append'; readonly key: string }
  | { readonly op: 'write'; readonly name: string; readonly digest: string; readonly back?: number }
  | { readonly op: 'sync' };

/** A log beside which books lie; `back` cuts the log in the same operation. */
const bare: Owing<Shelf, Op, string> = {
  start: () => ({ log: [], books: [] }),
  next: (state, op) => [{ state: after(state, op), result: { is: 'ok', value: op.op } }],
  holds: (_, { op }) => (op === 'append' ? 'process' : 'power'),
  log: ({ log }) => log,
};
const shelf: Owing<Shelf, Op, string> = { ...bare, books: ({ books }) => books };

function after({ log, books }: Shelf, op: Op): Shelf {
  if (op.op === 'append') return { log: [...log, op.key], books };
  if (op.op === 'sync') return { log, books };
  const { name, digest, back = log.length } = op;
  const others = books.filter((b) => b.name !== name);
  return { log: log.slice(0, back), books: [...others, { name, digest }] };
}

const append = (key: string): Op => ({ op: 'append', key });
const write = (digest: string, more: { name?: string; back?: number } = {}): Op => ({
  op: 'write',
  name: 'm',
  digest,
  ...more,
});
const step = (op: Op, outcome: Outcome<string> = { is: 'ok', value: op.op }): Step<Op, string> => ({
  actor: 0,
  began: 0,
  ended: 0,
  op,
  at: '2026-01-01T00:00:00.000Z',
  outcome,
});
const failed = (op: Op): Step<Op, string> => step(op, { is: 'info', code: 'io-eio' });

/** The books of every alternative that a history owes. */
function booksOf(
  history: readonly Step<Op, string>[],
  event: Holds = 'power',
  upTo = history.length,
): readonly (readonly BookOwed[] | undefined)[] {
  return owes(shelf, history, upTo, event).map(({ books }) => books);
}

describe('the books that a history owes', () => {
  it('are what was acknowledged last, and not there before the first', () => {
    const history = [step(append('a')), step(write('1')), step(write('2'))];
    expect(booksOf(history.slice(0, 1))).toEqual([[]]);
    expect(booksOf(history)).toEqual([[{ name: 'm', oneOf: ['2'] }]]);
    expect(booksOf(history, 'process')).toEqual([[{ name: 'm', oneOf: ['2'] }]]);
  });

  it('are the old or the new one while an operation is in flight', () => {
    const history = [step(write('1')), step(write('2'))];
    expect(booksOf(history, 'power', 0)).toEqual([[], [{ name: 'm', oneOf: [null, '1'] }]]);
    expect(booksOf(history, 'power', 1)).toContainEqual([{ name: 'm', oneOf: ['1', '2'] }]);
  });

  it('are in doubt after a failure until one is acknowledged, whatever is synced', () => {
    const history = [step(write('1')), failed(write('2')), step({ op: 'sync' })];
    expect(booksOf(history)).toEqual([
      [{ name: 'm', oneOf: ['1'] }],
      [{ name: 'm', oneOf: ['1', '2'] }],
    ]);
    expect(booksOf([...history, step(write('3'))])).toEqual([[{ name: 'm', oneOf: ['3'] }]]);
  });

  it('go with the cut of the log that the same operation makes', () => {
    const history = [step(append('a')), step(write('1')), step(write('2', { back: 0 }))];
    const answers = owes(shelf, history, 2, 'power');
    expect(answers).toContainEqual({
      must: ['a'],
      may: [],
      never: [],
      books: [{ name: 'm', oneOf: ['1'] }],
    });
    expect(answers).toContainEqual({
      must: [],
      may: [],
      never: ['a'],
      books: [{ name: 'm', oneOf: ['2'], withCut: true }],
    });
    expect(answers).toHaveLength(2);
  });

  it('are unknown from then on where a port accepted what was not foreseen', () => {
    const odd = step(write('1'), { is: 'ok', value: 'something else' });
    expect(booksOf([odd, step(write('2'))])).toEqual([[{ name: 'm', oneOf: 'any' }]]);
  });

  it('are no longer owed where a refusal changed the disk', () => {
    const strict: typeof shelf = {
      ...shelf,
      next: (state) => [{ state, result: { is: 'fail', code: 'no' } }],
    };
    const refused = step(write('1'), { is: 'info', code: 'no' });
    expect(owes(strict, [refused], 1, 'power')).toEqual([{ must: [], may: [], never: [] }]);
  });

  it('stay apart by name, and a refusal leaves them alone', () => {
    const refused = step(write('2'), { is: 'fail', code: 'no_space' });
    const history = [step(write('1')), step(write('9', { name: 'k' })), refused];
    expect(booksOf(history)).toEqual([
      [
        { name: 'k', oneOf: ['9'] },
        { name: 'm', oneOf: ['1'] },
      ],
    ]);
  });

  it('are no part of what a machine without them owes', () => {
    expect(owes(bare, [step(write('1'))], 1, 'power')).toEqual([{ must: [], may: [], never: [] }]);
  });
});
