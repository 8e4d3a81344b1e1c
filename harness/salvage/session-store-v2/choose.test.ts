import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choose } from './choose.ts';
import type { Found } from './types.ts';

const frame = (entryId: string, parentEntryId: string | null, from = 0): Found => ({
  file: 0,
  from,
  to: from + 1,
  entryId,
  parentEntryId,
});

function decide(frames: readonly Found[]) {
  const { kept, leftOut } = choose(frames, ['segments/0000000000000001.seg']);
  return {
    kept: kept.map((f) => f.entryId),
    left: leftOut.map((l) => [l.entryId, l.reason, l.detail]),
  };
}

describe('choose', () => {
  it('keeps a sound chain, a branch and a parent that stands behind its child', () => {
    const frames = [frame('a', null), frame('c', 'b'), frame('b', 'a'), frame('d', 'a')];
    expect(decide(frames)).toEqual({ kept: ['a', 'c', 'b', 'd'], left: [] });
  });

  it('leaves out what hangs on a lost entry, and names the lost one', () => {
    const frames = [frame('a', null), frame('c', 'b'), frame('d', 'c'), frame('e', 'a')];
    expect(decide(frames)).toEqual({
      kept: ['a', 'e'],
      left: [
        ['c', 'parent_lost', 'b'],
        ['d', 'parent_lost', 'b'],
      ],
    });
  });

  it('keeps the first entry of an id', () => {
    const frames = [frame('a', null), frame('a', null, 9)];
    expect(decide(frames)).toEqual({ kept: ['a'], left: [['a', 'duplicate_id', undefined]] });
  });

  it('leaves out circles, self-parents and what hangs on them', () => {
    const frames = [frame('a', 'b'), frame('b', 'a'), frame('s', 's'), frame('x', 'b')];
    expect(decide(frames)).toEqual({
      kept: [],
      left: [
        ['a', 'parent_cycle', 'b'],
        ['b', 'parent_cycle', 'a'],
        ['s', 'parent_cycle', 's'],
        ['x', 'parent_cycle', 'b'],
      ],
    });
  });

  it('takes a long broken chain in linear time', () => {
    const chain = Array.from({ length: 50_000 }, (_, i) => frame(`e${i + 1}`, `e${i}`));
    expect(decide(chain).left).toHaveLength(50_000);
  });

  it('accounts for every frame once, and what it keeps is closed', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const frames = fc.array(fc.tuple(id, fc.option(id)), { maxLength: 10, size: 'max' });
    fc.assert(
      fc.property(frames, (pairs) => {
        const found = pairs.map(([entryId, parent], i) => frame(entryId, parent, i));
        const { kept, leftOut } = choose(found, ['f']);
        const places = [...kept, ...leftOut].map((f) => f.from).toSorted((a, b) => a - b);
        expect(places).toEqual(found.map((f) => f.from));
        const ids = new Set(kept.map((f) => f.entryId));
        expect(ids.size).toBe(kept.length);
        expect(kept.every((f) => f.parentEntryId === null || ids.has(f.parentEntryId))).toBe(true);
      }),
      { seed: 20_260_101, numRuns: 500 },
    );
  });
});
