import { describe, expect, it } from 'vitest';
import type { Op } from '../spec/session-store-v2/ops.ts';
import { stateNameOf } from './explore.ts';
import { faultable, killPointOf, type Nested } from './fault.ts';
import { faultedBy, gather } from './judge.ts';
import { momentAt, powerCuts, secondFaults } from './ladder.ts';
import { walkAfter } from './nested.ts';
import { runOps } from './shrink.ts';
import { subjectOf } from './subjects.ts';
import { randomFrom } from '../faults/random.ts';

const ops: readonly Op[] = [
  { op: 'create', h: 'a', max: 4096n },
  { op: 'manifest', h: 'a', sessionId: 's', sourceFormat: 'f' },
  { op: 'append', h: 'a', id: 'x', parent: null, type: 'message', payload: '{}' },
];
const { trial } = await subjectOf('session-store-v2', 'safe', 'safe');
const run = await runOps(trial, ops);
const on = faultable(trial.machine, run);
const appends = run.steps.at(-1)!;
const inAppend = run.log.events.findIndex(
  (e, i) => i >= appends.began && e.is === 'call' && e.call.do === 'write',
);
const torn = {
  is: 'kill',
  kill: { ...killPointOf(run, momentAt(on, inAppend)), partialBytes: 40, inFlight: true },
} as const;

/** Some of the second faults of the walk after `first`: each costs two walks to look at. */
async function seconds(
  first: Nested['first'],
  is: 'kill' | 'power',
  most = 12,
): Promise<readonly Nested[]> {
  const walked = await walkAfter(trial, run, { first });
  const plan = { models: ['adversarial-512'], rungs: ['one lost'] } as const;
  const all = [...secondFaults(trial.kind, walked!, first, plan, randomFrom('1'))];
  const kind = all.map((planned) => planned.fault).filter((fault) => fault.second.is === is);
  return kind.filter((_, i) => i % Math.ceil(kind.length / most) === 0);
}

describe('what a first open took away', () => {
  it('is still known where a second kill comes, or power fails twice', async () => {
    const before = await faultedBy(trial, run, torn);
    const [kill] = await seconds(torn, 'kill');
    expect((await gather(trial, run, kill!))?.earlier).toEqual(before?.image);
    const plan = { models: ['adversarial-512'], rungs: ['one lost'] } as const;
    const [cut] = powerCuts(trial.kind, on, plan, randomFrom('1'));
    const [twice] = await seconds(cut!.fault, 'power');
    const lost = await faultedBy(trial, run, cut!.fault);
    expect((await gather(trial, run, twice!))?.earlier).toEqual(lost?.image);
  });

  it('is not owed where power fails after a kill: it may never have been durable', async () => {
    const [power] = await seconds(torn, 'power');
    expect((await gather(trial, run, power!))?.earlier).toBeUndefined();
  });

  it('makes two states of one image only where something is gone', async () => {
    const all = await seconds(torn, 'kill', 60);
    const names = new Set<boolean>();
    for (const fault of all) {
      const faulted = (await faultedBy(trial, run, fault))!;
      const { earlier: _, ...bare } = faulted;
      const isNamed = stateNameOf(fault, faulted) !== stateNameOf(fault, bare);
      names.add(isNamed);
      const segment = [...(faulted.earlier ?? [])].find(([path]) => path.endsWith('.seg'));
      const now = faulted.image.get(segment![0]);
      expect(isNamed).toBe(now?.is !== 'file' || now.size < 40);
    }
    expect(names.size).toBe(2);
  });

  it('leaves owed what the history acknowledged besides entries', async () => {
    for (const fault of [...(await seconds(torn, 'kill')), ...(await seconds(torn, 'power'))]) {
      const faulted = await faultedBy(trial, run, fault);
      const owed = faulted!.owes.map(({ books }) => books?.map(({ name, oneOf }) => [name, oneOf.length])); // prettier-ignore
      expect(owed.length).toBeGreaterThan(0);
      for (const books of owed) expect(books).toEqual([['manifest', 1]]);
    }
  });
});
