import { describe, expect, it } from 'vitest';
import { appendLog } from '../kinds/append-log.ts';
import { safePort } from '../kinds/append-log-example.ts';
import { trialOf } from '../subjects.ts';
import { appendLogZoo } from './append-log/index.ts';
import { hunt } from './hunt.ts';
import { loadBug } from './load.ts';
import { expectCaught, stingy } from './testing.ts';

const seeds = ['1', '2', '3'];

describe('the bugs planted in the example log', () => {
  it.each(appendLogZoo.bugs)('$clause catches $id', async (bug) => {
    const { make } = await loadBug(appendLogZoo, bug);
    const trial = trialOf(appendLog, make, 'safe');
    for (const seed of seeds) await expectCaught(trial, bug, await hunt(trial, bug, seed));
  });

  it('are what the clauses catch: without them nothing is found', async () => {
    const trial = trialOf(appendLog, safePort, 'safe');
    for (const bug of appendLogZoo.bugs) {
      expect((await hunt(trial, bug, '1', stingy(100))).hit, bug.id).toBeNull();
    }
  });
});
