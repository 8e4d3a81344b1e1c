import { describe, expect, it } from 'vitest';
import { appendLog } from '../kinds/append-log.ts';
import { safePort } from '../kinds/append-log-example.ts';
import { trialOf } from '../subjects.ts';
import { appendLogZoo } from './append-log/index.ts';
import { hunt, operationsMost } from './hunt.ts';
import { loadBug } from './load.ts';

const seeds = Array.from({ length: 10 }, (_, i) => String(i + 1));

describe('the bugs planted in the example log', () => {
  it.each(appendLogZoo.bugs)('$clause catches $id in histories of 40 operations', async (bug) => {
    const { make } = await loadBug(appendLogZoo, bug);
    const trial = trialOf(appendLog, make, 'safe');
    for (const seed of seeds) {
      const { hit, operationsBefore, operationsAfter } = await hunt(trial, bug, seed);
      expect(hit?.finding.say, `seed ${seed}`).toBeDefined();
      expect(operationsBefore).toBeGreaterThanOrEqual(40);
      expect(operationsAfter, `seed ${seed}`).toBeLessThanOrEqual(operationsMost);
    }
  });

  it('are what the clauses catch: without them nothing is found', async () => {
    const trial = trialOf(appendLog, safePort, 'safe');
    const budget = { operations: 40, states: 300, damaged: 60, shrinkWalks: 1 };
    const asked = new Map(appendLogZoo.bugs.map((bug) => [`${bug.clause} ${bug.needs}`, bug]));
    for (const bug of asked.values()) {
      expect((await hunt(trial, bug, '1', budget)).hit, bug.id).toBeNull();
    }
  });
});
