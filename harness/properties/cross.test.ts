import { expect, it } from 'vitest';
import { crossOpening, crossText } from './testing-cross.ts';

const plan = { seed: '20004', asked: 1000 };

it.each(['safe', 'original'] as const)(
  'what %s closed the other opens to the same entries, appends to, and hands back',
  async (writer) => {
    const tally = await crossOpening(writer, plan);
    console.log(crossText(writer, plan.seed, tally));
    expect(tally.wrong.slice(0, 5)).toEqual([]);
    expect(tally.tried).toBe(plan.asked);
    expect(tally.entries).toBeGreaterThan(5 * plan.asked);
  },
);
