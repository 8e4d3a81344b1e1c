import { describe, expect, it } from 'vitest';
import { safePort } from '../kinds/wal-segment-safe.ts';
import { walSegment } from '../kinds/wal-segment.ts';
import { trialOf } from '../subjects.ts';
import { hunt } from './hunt.ts';
import { loadBug } from './load.ts';
import { expectCaught, stingy } from './testing.ts';
import { walSegmentZoo } from './wal-segment/index.ts';

// One seed; `tearproof zoo --full` tries several.
const seed = '1';

describe('the bugs planted in the safe log of chained segments', () => {
  it.each(walSegmentZoo.bugs)('$clause catches $id', async (bug) => {
    const { make } = await loadBug(walSegmentZoo, bug);
    const trial = trialOf(walSegment, make, 'safe');
    await expectCaught(trial, bug, await hunt(trial, bug, seed));
  });

  it('are what the clauses catch: without them nothing is found', async () => {
    const trial = trialOf(walSegment, safePort, 'safe');
    // One hunt for each way in which bugs are looked for, and each clause once.
    const ways = new Map(walSegmentZoo.bugs.map((bug) => [`${bug.needs} ${bug.clause}`, bug]));
    for (const bug of ways.values()) {
      expect((await hunt(trial, bug, seed, stingy(8))).hit, bug.id).toBeNull();
    }
  });
});
