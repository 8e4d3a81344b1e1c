import { describe, expect, it } from 'vitest';
import { safePort } from '../kinds/session-store-v2-safe.ts';
import { sessionStoreV2 } from '../kinds/session-store-v2.ts';
import { trialOf } from '../subjects.ts';
import { hunt, operationsMost } from './hunt.ts';
import { loadBug } from './load.ts';
import { sessionStoreV2Zoo } from './session-store-v2/index.ts';

// One seed; `tearproof zoo --full` tries ten.
const seed = '1';

describe('the bugs planted in the safe session store', () => {
  it.each(sessionStoreV2Zoo.bugs)(
    '$clause catches $id in histories of 40 operations',
    async (bug) => {
      const { make } = await loadBug(sessionStoreV2Zoo, bug);
      const trial = trialOf(sessionStoreV2, make, 'safe');
      const { hit, operationsBefore, operationsAfter } = await hunt(trial, bug, seed);
      expect(hit?.finding.say).toBeDefined();
      expect(operationsBefore).toBeGreaterThanOrEqual(40);
      expect(operationsAfter).toBeLessThanOrEqual(operationsMost);
    },
  );

  it('are what the clauses catch: without them nothing is found', async () => {
    const trial = trialOf(sessionStoreV2, safePort, 'safe');
    const budget = { operations: 40, states: 25, damaged: 20, shrinkWalks: 1 };
    for (const bug of sessionStoreV2Zoo.bugs) {
      expect((await hunt(trial, bug, seed, budget)).hit, bug.id).toBeNull();
    }
  });
});
