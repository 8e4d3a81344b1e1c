import { expect, it } from 'vitest';
import { rowIds, ruleIds } from '../../spec/session-store-v2/table.ts';
import { corpus, trialOfMutants, type Specimen } from '../zoo/session-store-v2-mutants.ts';

const size = { histories: 4, damaged: 20 };

it.each(['1', '20005'])(
  'the corpus of seed %s contradicts every spec mutant, and one of every decision row on that row',
  async (seed) => {
    const specimens: Specimen[] = [];
    for await (const one of corpus(seed, size)) specimens.push(one);
    const { fates, rowsAlive } = trialOfMutants(specimens);
    const alive = fates.filter((fate) => fate.killedAfter === null).map((fate) => fate.rule);
    console.log(
      `seed ${seed}: ${fates.length - alive.length} of ${ruleIds.length} mutants contradicted, ` +
        `${rowIds.length - rowsAlive.length} of ${rowIds.length} rows, on ${specimens.length} stores`,
    );
    expect(specimens.filter((s) => s.compared.disagreement !== null)).toEqual([]);
    expect(alive).toEqual([]);
    expect(rowsAlive).toEqual([]);
  },
);
