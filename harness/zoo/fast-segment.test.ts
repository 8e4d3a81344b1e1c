import { describe, expect, it } from 'vitest';
import { safePort } from '../kinds/fast-segment-safe.ts';
import { fastSegment } from '../kinds/fast-segment.ts';
import { trialOf } from '../subjects.ts';
import { hunt } from './hunt.ts';
import { loadBug } from './load.ts';
import { expectCaught, stingy } from './testing.ts';
import { fastSegmentZoo } from './fast-segment/index.ts';

// One seed; `tearproof zoo --full` tries several.
const seed = '1';

describe('the bugs planted in the safe store of fast segments', () => {
  it.each(fastSegmentZoo.bugs)('$clause catches $id', async (bug) => {
    const { make } = await loadBug(fastSegmentZoo, bug);
    const trial = trialOf(fastSegment, make, 'safe');
    await expectCaught(trial, bug, await hunt(trial, bug, seed));
  });

  it('are what the clauses catch: without them nothing is found', async () => {
    const trial = trialOf(fastSegment, safePort, 'safe');
    // One hunt for each way in which bugs are looked for, and each clause once.
    const ways = new Map(fastSegmentZoo.bugs.map((bug) => [`${bug.needs} ${bug.clause}`, bug]));
    for (const bug of ways.values()) {
      expect((await hunt(trial, bug, seed, stingy(8))).hit, bug.id).toBeNull();
    }
  });
});
