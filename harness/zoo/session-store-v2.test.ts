import { describe, expect, it } from 'vitest';
import { safePort } from '../kinds/session-store-v2-safe.ts';
import { sessionStoreV2 } from '../kinds/session-store-v2.ts';
import { trialOf } from '../subjects.ts';
import { expectCaught, stingy } from './testing.ts';
import { hunt } from './hunt.ts';
import { loadBug } from './load.ts';
import { sessionStoreV2Zoo } from './session-store-v2/index.ts';

// One seed; `tearproof zoo --full` tries several.
const seed = '1';

describe('the bugs planted in the safe session store', () => {
  it.each(sessionStoreV2Zoo.bugs)('$clause catches $id', async (bug) => {
    const { make } = await loadBug(sessionStoreV2Zoo, bug);
    const trial = trialOf(sessionStoreV2, make, 'safe');
    await expectCaught(trial, bug, await hunt(trial, bug, seed));
  });

  it('are what the clauses catch: without them nothing is found', async () => {
    const trial = trialOf(sessionStoreV2, safePort, 'safe');
    for (const bug of sessionStoreV2Zoo.bugs) {
      expect((await hunt(trial, bug, seed, stingy(25))).hit, bug.id).toBeNull();
    }
  });
});
