import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../faults/random.ts';
import type { PortMaker } from '../kind.ts';
import { makeRun } from '../make.ts';
import { findBug } from '../zoo/index.ts';
import { kindNamed, trialOf } from '../subjects.ts';
import type { LiveCase } from './cases.ts';
import { liveClausesOf } from './judge.ts';
import { liveReaderOf } from './readers.ts';
import { plantedBeside, plantedMaker, type PlantedBeside } from './testing-planted.ts';
import { acrossMoments, atEachMoment, type Watched } from './watch.ts';

type AnyWatched = Watched<unknown, unknown, unknown, unknown>;
type Maker = PortMaker<unknown, unknown>;

const readable = ['session-store-v2', 'wal-segment'];
const safeOf = (kind: string): Maker => kindNamed(kind).ports['safe']!;

/** A short history of a writer, to be read by another store of the kind. */
async function watched(
  kindName: string,
  index: number,
  { writing = safeOf(kindName), reading = writing }: { writing?: Maker; reading?: Maker } = {},
): Promise<AnyWatched> {
  const kind = kindNamed(kindName);
  const random = randomFrom('1').fork(`live/${index}`);
  const leansOn = index % 2 === 1 ? kind.leans?.[0] : undefined;
  const run = await makeRun(trialOf(kind, writing, 'safe'), random, 14, leansOn);
  const clauses = liveClausesOf(kind);
  return { trial: trialOf(kind, reading, 'safe'), run, reader: liveReaderOf(kindName)!, clauses };
}

async function gathered(cases: AsyncIterable<LiveCase>): Promise<readonly LiveCase[]> {
  const all: LiveCase[] = [];
  for await (const one of cases) all.push(one);
  return all;
}

const brokenBy = ({ judged }: LiveCase): readonly string[] =>
  judged.flatMap(({ clause, findings }) => findings.map(({ anomaly }) => `${clause.id} ${anomaly}`)); // prettier-ignore

const brokenIn = (cases: readonly LiveCase[]): readonly string[] =>
  [...new Set(cases.flatMap(brokenBy))].toSorted();

/** True where some case breaks it; the cases behind it are not made. */
async function isBroken(cases: AsyncIterable<LiveCase>, what: string): Promise<boolean> {
  for await (const one of cases) {
    if (brokenBy(one).some((broken) => broken.startsWith(what))) return true;
  }
  return false;
}

describe.each(readable)('a live reader of %s', (kind) => {
  it('sees what was acknowledged, and a prefix of what is appended, at each moment', async () => {
    for (const index of [0, 1]) {
      const cases = await gathered(atEachMoment(await watched(kind, index)));
      expect(brokenIn(cases)).toEqual([]);
      expect(cases.filter((one) => one.overlapped).length).toBeGreaterThan(100);
      expect(Math.max(...cases.map((one) => one.shown))).toBeGreaterThan(1);
    }
  });

  it('sees the same while the writer goes on between its own file calls', async () => {
    for (const index of [0, 1]) {
      const on = await watched(kind, index);
      const cases = await gathered(acrossMoments(on, randomFrom('2').fork(`${index}`), 120));
      expect(brokenIn(cases)).toEqual([]);
      expect(cases.filter((one) => one.overlapped).length).toBeGreaterThan(30);
    }
  });
});

describe('a live reader finds', () => {
  it.each([
    ['wal-segment', 'replay-cuts-tail', 'WAL-S10-8 side_effect', 0],
    ['wal-segment', 'reads-past-end', 'WAL-S3-8 unopenable', 0],
    ['wal-segment', 'acknowledges-early', 'WAL-S3-5 lost_acked', 0],
    ['session-store-v2', 'removes-intent-first', 'SSV2-S4-3 not_atomic', 5],
  ])('in %s the bug %s, as %s', async (kind, bug, broken, index) => {
    const writing = (await findBug(kind, bug)) as Maker;
    const on = await watched(kind, index, { writing });
    expect(await isBroken(atEachMoment(on), broken)).toBe(true);
  });

  const planted = plantedBeside.flatMap((bug) =>
    Object.entries(bug.clauses).map(([kind, clause]) => ({ bug, id: bug.id, kind, clause })),
  );

  it('a planted bug for each of its clauses', () => {
    const all = readable.flatMap((kind) => liveClausesOf(kindNamed(kind)).map(({ id }) => id));
    expect([...new Set(planted.map(({ clause }) => clause))].toSorted()).toEqual(all.toSorted());
  });

  it.each(planted)('$id in $kind, by $clause', async ({ bug, id, kind, clause }) => {
    for (const index of id === 'forgets-intent' ? [5] : [0, 1]) {
      const on = await watched(kind, index, both(kind, bug));
      if (await isBroken(atEachMoment(on), `${clause} `)) return;
    }
    expect.unreachable(`${bug.id} was not caught by ${clause}`);
  });
});

function both(kind: string, bug: PlantedBeside): { writing: Maker; reading: Maker } {
  const safe = safeOf(kind);
  const writing: Maker = (fs, root) => safe(bug.writes?.(fs) ?? fs, root);
  return { writing, reading: plantedMaker(kind, bug) };
}

it('a live reader that takes two looks for one is found only while the writer goes on', async () => {
  const twice = plantedBeside.find(({ id }) => id === 'rows-first')!;
  const reading = plantedMaker('session-store-v2', twice);
  const on = await watched('session-store-v2', 0, { writing: safeOf('session-store-v2'), reading });
  expect(brokenIn(await gathered(atEachMoment(on)))).toEqual([]);
  const cases = await gathered(acrossMoments(on, randomFrom('2'), 120));
  expect(brokenIn(cases)).toContain('SSV2-S3-11 unopenable');
});
