import { describe, expect, it } from 'vitest';
import type { Op, Summary } from './ops.ts';
import { does, rowIds, rows } from './table.ts';
import type { TableResult } from './table.ts';
import { hashesOf } from './table/testing-recorded.ts';
import { first, index, openOf } from './table/testing-stores.ts';
import { indexTries } from './table/testing-tries-index.ts';
import { segmentsTries } from './table/testing-tries-segments.ts';
import { orderTries } from './table/testing-tries-order.ts';
import { meaningTries } from './table/testing-tries-meaning.ts';
import { numbersTries } from './table/testing-tries-numbers.ts';
import { base, cutTo } from './table/testing-tries.ts';

const tries = [...indexTries, ...segmentsTries, ...orderTries, ...meaningTries, ...numbersTries];

/** Outcome and image in one text. */
function shownOf({ outcome, world }: TableResult): string {
  const { is } = outcome;
  return JSON.stringify([is, is === 'ok' ? null : outcome.code, hashesOf(world.image)]);
}

const readable = (result: TableResult): number => {
  const summary = first(does(result.world, { op: 'summary', h: 'a' }, '')).outcome;
  if (summary.is !== 'ok') throw new Error('no summary');
  const all = first(does(result.world, { op: 'all', h: 'a' }, '')).outcome;
  const frames = all.is === 'ok' ? (all.value as readonly unknown[]).length : -1;
  expect(frames).toBe(Number((summary.value as Summary | null)?.entryCount ?? 0n));
  return frames;
};

describe('decision rows, each with damage made by hand', () => {
  it.each(tries)('$row $what: $opens', ({ row, image, opens, count, limits, max, also }) => {
    const before = image();
    const result = openOf(before, limits === undefined ? {} : { limits }, max);
    if (typeof opens === 'string') expect(result.outcome).toMatchObject({ code: opens });
    else {
      expect(result.outcome, result.message).toMatchObject({
        is: 'ok',
        value: { entryCount: count ?? BigInt(opens) },
      });
      expect(readable(result)).toBe(opens);
    }
    expect(result.rows).toContain(row);
    also?.(result, before);
  });

  it('R3 a missing LF of the index is glued by the next append, until it is opened again', () => {
    const opened = openOf(cutTo(base, index, -1));
    expect(opened.outcome.is).toBe('ok');
    const op: Op = { op: 'append', h: 'a', id: 'e5', parent: 'e4', type: 'message', payload: '5' };
    const appended = first(does(opened.world, op, '2026-01-01T00:00:09.000Z'));
    expect([appended.outcome.is, appended.rows]).toEqual(['ok', ['R3']]);
    const mended = first(does(opened.world, op, '', { mutate: 'append-mends-line' }));
    expect(first(does(mended.world, { op: 'all', h: 'a' }, '')).outcome.is).toBe('ok');
    const read = first(does(appended.world, { op: 'all', h: 'a' }, ''));
    expect(read.outcome).toEqual({ is: 'fail', code: 'json' });
    const again = openOf(appended.world.image);
    expect([readable(again), again.rows]).toEqual([5, expect.arrayContaining(['R2'])]);
  });

  it.each(rows.filter(({ id }) => id !== 'R3'))(
    '$id is killed by inverting one of its decisions',
    ({ id, rules }) => {
      const mine = tries.filter(({ row }) => row === id);
      const mutants = rules.flatMap((rule) => [
        rule,
        { rule, answer: true },
        { rule, answer: false },
      ]);
      const killed = mutants.filter((mutate) =>
        mine.some(({ image, limits, max }) => {
          const before = image();
          const plain = openOf(before, limits === undefined ? {} : { limits }, max);
          const mutant = openOf(before, { mutate, ...(limits && { limits }) }, max);
          return shownOf(plain) !== shownOf(mutant);
        }),
      );
      expect(killed).not.toEqual([]);
    },
  );

  it('covers every row', () => {
    const tried = new Set([...tries.map(({ row }) => row), 'R3']);
    expect(rowIds.filter((id) => !tried.has(id))).toEqual([]);
    expect(new Set(rowIds).size).toBe(rows.length);
  });
});
