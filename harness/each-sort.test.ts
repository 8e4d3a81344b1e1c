import { describe, expect, it } from 'vitest';
import { applyDamage, damageNames, type Damage } from '../faults/damage.ts';
import { randomFrom } from '../faults/random.ts';
import type { Image } from '../spec/lib/image.ts';
import { damageInTurn } from './each-sort.ts';
import { walSegment } from './kinds/wal-segment.ts';
import { faultsOf, makeRun } from './make.ts';
import { trialOf } from './subjects.ts';

const sortOf = (why: string): string => why.replaceAll(/\d+/g, '#');
const sortsOf = (all: readonly Damage[]): readonly string[] =>
  all.flatMap((one) => (one.do === 'splice' ? [sortOf(one.why)] : []));

async function imageOf(seed: string): Promise<Image> {
  const trial = trialOf(walSegment, walSegment.ports['safe']!, 'safe');
  return (await makeRun(trial, randomFrom(seed), 40)).image;
}

describe('histories that share what a run is to have one of each sort of', () => {
  it('have all sorts of damage that a layout suggests between them, and a link each', async () => {
    const image = await imageOf('3');
    const suggested = walSegment.structuralDamage!(image);
    const sorts = new Set(suggested.map(({ why }) => sortOf(why)));
    const parts = Array.from({ length: 10 }, (_, index) =>
      damageInTurn(image, suggested, { index, of: 10 }, randomFrom('4')),
    );
    expect([...new Set(sortsOf(parts.flat()))].toSorted()).toEqual([...sorts].toSorted());
    expect(sorts.size).toBeGreaterThan(40);
    for (const part of parts) {
      expect(part.filter((one) => one.do === 'replace')).toHaveLength(1);
      expect(part.every((one) => applyDamage(image, one) !== image)).toBe(true);
      expect(part.length).toBeLessThan(13);
    }
  });

  it('have every kind of damage between them', async () => {
    const trial = trialOf(walSegment, walSegment.ports['safe']!, 'safe');
    const run = await makeRun(trial, randomFrom('3'), 30);
    const met = new Set<string>();
    for (let index = 0; index < 4; index++) {
      const leansOn = { turn: { index, of: 4 } };
      for (const { fault } of faultsOf(trial, run, randomFrom('5'), 0, leansOn, 0)) {
        if (fault.is === 'damage') for (const { do: name } of fault.damage) met.add(name);
      }
    }
    const possible = damageNames.filter((name) => name !== 'resurrect' && name !== 'swap files');
    expect([...met]).toEqual(expect.arrayContaining([...possible]));
  });

  it('have what only some images can have wherever it can be', async () => {
    const image = await imageOf('1');
    const suggested = walSegment.structuralDamage!(image);
    const rare = 'it begins a chain';
    expect(suggested.filter(({ why }) => why === rare)).toHaveLength(1);
    for (const index of [0, 1, 2, 3]) {
      const part = damageInTurn(image, suggested, { index, of: 10 }, randomFrom('4'));
      expect(sortsOf(part)).toContain(rare);
    }
  });

  it('have a sample where there are too many sorts for so few, and nothing of nothing', async () => {
    const image = await imageOf('3');
    const all = walSegment.structuralDamage!(image);
    const alone = damageInTurn(image, all, { index: 0, of: 1 }, randomFrom('4'));
    expect(alone.length).toBeGreaterThan(16);
    expect(alone.length).toBeLessThan(21);
    expect(damageInTurn(new Map(), [], { index: 0, of: 1 }, randomFrom('4'))).toEqual([]);
  });
});
