import { describe, expect, it } from 'vitest';
import { createDisk } from '../../faults/disk.ts';
import { randomFrom } from '../../faults/random.ts';
import { openLog } from '../../ports/examples/append-log.ts';
import { errorStates } from '../error-sweep.ts';
import type { DiskMaker } from '../kind.ts';
import { appendLog } from '../kinds/append-log.ts';
import { logPort } from '../kinds/append-log-port.ts';
import { makeRun } from '../make.ts';
import type { RungTally } from '../rungs.ts';
import { trialOf } from '../subjects.ts';

/** States of failing calls over disks that fail as they are told, or do not. */
async function swept(isDeaf: boolean): Promise<{ readonly states: number; tally: RungTally }> {
  const make = logPort(openLog);
  const plain = trialOf(appendLog, make, 'safe');
  const random = randomFrom('8');
  const run = await makeRun(plain, random, 10);
  const disk: DiskMaker = (image, options) =>
    createDisk(image, { ...options, account: true, ...(isDeaf ? { inject: [] } : {}) });
  const trial = { ...plain, make: Object.assign(logPort(openLog), { disk }) };
  const plan = { injections: 8, powerCuts: 1, inRecovery: 0 };
  const tallies: RungTally[] = [];
  let states = 0;
  const tell = (tally: RungTally): void => void tallies.push(tally);
  for await (const _ of errorStates(trial, run, plan, random, { tell })) states++;
  return { states, tally: tallies[0]! };
}

describe('a call that was to fail', () => {
  it('counts only where it did', async () => {
    const [failing, deaf] = [await swept(false), await swept(true)];
    expect(failing.tally.walked).toBe(8);
    expect(failing.states).toBeGreaterThan(8);
    expect(deaf.tally).toMatchObject({ generated: failing.tally.generated, walked: 0 });
    expect(deaf.states).toBe(0);
  });
});
