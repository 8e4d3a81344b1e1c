import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadBug } from '../../harness/zoo/load.ts';
import { zoos } from '../../harness/zoo/index.ts';
import { plantAll } from './plant.ts';
import { repository } from './sources.ts';

describe.each(zoos)('the zoo of $kind', (zoo) => {
  it('lists every bug that is declared, once', () => {
    const folder = join(repository, 'harness/zoo', zoo.kind);
    const files = readdirSync(folder).filter((name) => !/^index\.ts$|\.test\.ts$/.test(name));
    const ids = zoo.bugs.map((bug) => `${bug.id}.ts`);
    expect(ids.toSorted()).toEqual(files.toSorted());
    expect(zoo.bugs.map((bug) => bug.kind)).toEqual(zoo.bugs.map(() => zoo.kind));
  });

  it('is planted, and every bug is a port of its own', async () => {
    expect(plantAll()).toEqual([]);
    const makers = await Promise.all(zoo.bugs.map(async (bug) => (await loadBug(zoo, bug)).make));
    expect(new Set([...makers, zoo.safe]).size).toBe(zoo.bugs.length + 1);
  });
});
