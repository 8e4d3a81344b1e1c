import { describe, expect, it } from 'vitest';
import { accepts, imageOf } from './accepts.ts';
import { assess } from './classify.ts';
import type { Frame } from './ops.ts';
import { does, rowIds, start } from './table.ts';

const at = '2026-01-01T00:00:00.000Z';

describe('what the original tolerates', () => {
  it.each(accepts)('$id $text', ({ vector, safe, notice, source }) => {
    const image = imageOf(vector);
    const { mode, applies } = vector;
    const [way, ...others] = does(start(image), { op: 'replay', after: 0n, ...mode }, at);
    if (way?.outcome.is !== 'ok') throw new Error('the original refuses it');
    expect(others).toEqual([]);
    expect((way.outcome.value as readonly Frame[]).map(({ seq }) => seq)).toEqual(applies);
    const { legal, expectedNotices } = assess(image);
    expect(legal.open).toBe(safe ? 'ok' : 'refused');
    expect(expectedNotices.map(({ code }) => code)).toEqual(notice === undefined ? [] : [notice]);
    const named = source.match(/W\d+[a-z]?/g) ?? [];
    expect(named.filter((row) => !(rowIds as readonly string[]).includes(row))).toEqual([]);
    expect(named.some((row) => (way.rows as readonly string[]).includes(row))).toBe(true);
  });
});
