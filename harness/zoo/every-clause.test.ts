import { describe, expect, it } from 'vitest';
import type { Clause } from '../../spec/lib/clause.ts';
import { kinds } from '../subjects.ts';
import { zooOf } from './testing.ts';

const tooLong = 'each of its walks appends as much as no line may hold, a hunt takes a thousand';

/** Clauses that no bug of the zoo is planted for, and why. */
const unplanted: Readonly<Record<Clause['id'], string>> = {
  'SSV2-S6-5': tooLong,
  'FAST-S6-2': tooLong,
  'WAL-S6-3': tooLong,
};

/** `tearproof live` has planted bugs of its own; an original is judged by its tables. */
const isJudgedByCheck = ({ policies, needs }: Clause): boolean =>
  policies.includes('safe') && needs !== 'tearproof live';

describe.each(kinds)('of the clauses of $name', ({ name, clauses }) => {
  const planted = new Set(zooOf(name).bugs.map((bug) => bug.clause));
  const judged = clauses.filter(isJudgedByCheck).map(({ id }) => id);

  it('each is one that a planted bug must break, but for those that say why not', () => {
    expect(judged.filter((id) => !planted.has(id) && unplanted[id] === undefined)).toEqual([]);
  });

  it('each that a planted bug must break is there, and says of itself that it can be', () => {
    expect([...planted].filter((id) => !judged.includes(id))).toEqual([]);
    expect([...planted].filter((id) => unplanted[id] !== undefined)).toEqual([]);
  });
});

it('leaves none without a bug that is no clause any more', () => {
  const ids = kinds.flatMap(({ clauses }) => clauses.map(({ id }) => id));
  expect(Object.keys(unplanted).filter((id) => !ids.some((one) => one === id))).toEqual([]);
});
