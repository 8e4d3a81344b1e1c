import { describe, expect, it } from 'vitest';
import { namerOf } from '../report/calls.ts';
import { kindNamed, trialOf } from '../subjects.ts';
import { appendLogZoo } from '../zoo/append-log/index.ts';
import { fastSegmentZoo } from '../zoo/fast-segment/index.ts';
import { hunt } from '../zoo/hunt.ts';
import { loadBug } from '../zoo/load.ts';
import { sessionStoreV2Zoo } from '../zoo/session-store-v2/index.ts';
import type { Bug, Zoo } from '../zoo/types.ts';
import { walSegmentZoo } from '../zoo/wal-segment/index.ts';
import { advise } from './advise.ts';

/** All bugs that leave out a sync take minutes: by default those that are found at once. */
const isAll = process.env['ADVICE_ALL'] === '1';

const quick = new Set([
  'entry-skips-sync',
  'name-not-durable',
  'syncs-before-writing',
  'syncs-only-its-own',
  'entry-skips-frame-sync',
  'entry-skips-name-sync',
  'new-segment-nameless',
  'renames-unsynced-file',
  'session-nameless',
  'segment-nameless',
]);

/** What the advice would sync, by name; null where it names no sync. */
async function advisedFor<O, R>(zoo: Zoo<O, R>, bug: Bug): Promise<readonly string[] | null> {
  const { make } = await loadBug(zoo, bug);
  const trial = trialOf(kindNamed(zoo.kind), make as never, 'safe');
  const { hit } = await hunt(trial, bug, '1');
  if (hit === null) throw new Error(`${bug.id} is not found`);
  const clause = trial.kind.clauses.find((one) => one.id === bug.clause)!;
  const { run, finding } = hit;
  const advice = await advise(trial, { clause, finding, run, fault: hit.case.fault });
  if (advice?.barriers.is !== 'removes') return null;
  const { log } = advice.scene.on;
  return advice.barriers.barriers.map(({ after, ino }) => {
    const names = namerOf(log);
    for (const event of log.events.slice(0, after + 1)) names.apply(event);
    return names.of(ino);
  });
}

/** A path of which `*` stands for any one name, without the ending of a directory. */
const fits = (name: string, pattern: string): boolean => {
  const plain = name.replace(/^\.\/$/, '').replace(/\/$/, '');
  const source = pattern.replace(/[.]/g, '\\.').replaceAll('*', '[^/]*');
  return new RegExp(`^${source}$`).test(plain);
};

const title = isAll ? 'all that are declared' : 'the quick ones';

describe(`the sync that a planted bug leaves out is the advice: ${title}`, () => {
  const zoos = [appendLogZoo, sessionStoreV2Zoo, fastSegmentZoo, walSegmentZoo];
  for (const zoo of zoos as readonly Zoo<unknown, unknown>[]) {
    const bugs = zoo.bugs.filter((bug) => bug.barrier !== undefined);
    for (const bug of bugs.filter(({ id }) => isAll || quick.has(id))) {
      it(`${zoo.kind} ${bug.id}`, { timeout: 300_000 }, async () => {
        const advised = await advisedFor(zoo, bug);
        expect(advised).toHaveLength(1);
        const [only = ''] = advised ?? [];
        expect(fits(only, bug.barrier!), `${only}, declared ${bug.barrier}`).toBe(true);
      });
    }
  }
});
