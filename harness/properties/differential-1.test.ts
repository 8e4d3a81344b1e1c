import { expect, it } from 'vitest';
import { differential, tallyText, traitsWanted } from './testing-agree.ts';
import { historiesWanted, imagesWanted, perHistory } from './testing-scale.ts';

const seed = '20001';
// Two minutes on a quiet core; a busy machine may take its time.
const timeout = 1_800_000;
const half = Math.ceil(historiesWanted / 2);

// Two files, so that two workers share the work.
it(
  'on the first half of the damaged stores, table and original agree and safe keeps its promises',
  { timeout },
  async () => {
    const portion = { seed, from: 0, to: half, perHistory };
    const tally = await differential(portion);
    console.log(tallyText(`seed ${seed}, histories ${portion.from} to ${portion.to}`, tally));
    expect(tally.disagreements.slice(0, 5)).toEqual([]);
    expect(tally.anomalies.slice(0, 5)).toEqual([]);
    expect(tally.quiet).toBeGreaterThan(50);
    expect(tally.silent.slice(0, 5)).toEqual([]);
    expect(tally.histories).toBeGreaterThanOrEqual(100);
    expect(tally.images).toBeGreaterThanOrEqual(imagesWanted / 2);
    for (const trait of traitsWanted) expect(tally.traits.get(trait) ?? 0).toBeGreaterThan(20);
  },
);
