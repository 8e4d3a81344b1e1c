import { describe, expect, it } from 'vitest';
import { mutantGrounds } from '../zoo/mutant-grounds.ts';
import { corpus, trialOfMutants, type Specimen } from '../zoo/mutants.ts';

const size = { histories: 4, damaged: 20 };

describe.each(mutantGrounds)('the table of $witness.kind', (ground) => {
  const { rules, rows } = ground.witness;
  it.each(['1', '20005'])(
    'has no mutant that the corpus of seed %s lets live, and none of a row on that row',
    async (seed) => {
      const specimens: Specimen[] = [];
      for await (const one of corpus(ground, seed, size)) specimens.push(one);
      const { fates, rowsAlive } = trialOfMutants(ground.witness, specimens);
      const alive = fates.filter((fate) => fate.killedAfter === null).map((fate) => fate.rule);
      console.log(
        `seed ${seed}: ${fates.length - alive.length} of ${rules.length} mutants contradicted, ` +
          `${rows.length - rowsAlive.length} of ${rows.length} rows, on ${specimens.length} stores`,
      );
      const apart = specimens.flatMap((s) => s.compared.disagreement?.say ?? []);
      expect(apart.slice(0, 5)).toEqual([]);
      expect(alive).toEqual([]);
      expect(rowsAlive).toEqual([]);
    },
  );
});
