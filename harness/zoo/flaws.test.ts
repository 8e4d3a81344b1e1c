import { expect, it } from 'vitest';
import { kindNamed, trialOf } from '../subjects.ts';
import { flawsOf } from './flaws.ts';
import { hunt } from './hunt.ts';
import { loadBug } from './load.ts';
import { zooOf } from './testing.ts';

const zoo = zooOf('append-log');
const bug = await loadBug(
  zoo,
  zoo.bugs.find(({ id }) => id === 'name-not-durable')!,
);
const trial = trialOf(kindNamed(zoo.kind), bug.make, 'safe');
const hunted = await hunt(trial, bug, '1');
const hit = hunted.hit!;

it('tells each flaw of a hunt, and none of a good one', async () => {
  expect(await flawsOf(trial, bug, hunted)).toEqual([]);
  expect(await flawsOf(trial, bug, { ...hunted, hit: null })).toEqual([
    `NOT CAUGHT by LOG-S3-1 in ${hunted.states} states`,
  ]);
  const long = { ...hunted, operationsBefore: 39, operationsAfter: 7 };
  expect(await flawsOf(trial, bug, long)).toEqual([
    'found in a history of 39 operations only',
    'shrunk to 7 operations only',
  ]);
  const early = { ...hunted, early: { stage: 'kill', clause: 'LOG-S3-4' } };
  expect(await flawsOf(trial, bug, early, false)).toEqual([
    'said to take two faults, but LOG-S3-4 broke at kill',
  ]);
});

it('tells a fault that no honest file system allows', async () => {
  const { fault } = hit.case;
  if (fault.is !== 'power') throw new Error(`found by ${fault.is}`);
  const lying = { ...hit, case: { ...hit.case, fault: { ...fault, model: 'lying-fsync' } } };
  expect(await flawsOf(trial, bug, { ...hunted, hit: lying })).toEqual([
    'takes lying-fsync, which does not keep its word',
  ]);
});

it('tells a bug that one fault shows though it is said to take two', async () => {
  const [first, ...more] = await flawsOf(trial, { ...bug, takesTwo: true }, hunted);
  expect(first).toBe('said to take two faults, but was shrunk to one (power)');
  expect(more).toEqual([]);
});

it('tells which of two faults is one too many', async () => {
  const { fault } = hit.case;
  if (fault.is !== 'power') throw new Error(`found by ${fault.is}`);
  const again = { is: 'nested', first: fault, second: { is: 'kill', kill: fault.kill } } as const;
  const two = { ...hit, case: { ...hit.case, fault: again } };
  const flaws = await flawsOf(trial, { ...bug, takesTwo: true }, { ...hunted, hit: two });
  expect(flaws).toEqual(['said to take two faults, but breaks without the second fault too']);
});
