import { expect, it } from 'vitest';
import { sessionStoreV2Witness } from '../kinds/session-store-v2-agreement.ts';
import { rowIds } from '../../spec/session-store-v2/table.ts';
import { directedStores } from './directed.ts';
import { addTo, countIn, newTally, tallyText, tryStore, type Counts } from './testing-agree.ts';

const seed = '20002';
const each = 20;

it('every decision row is hit by 20 distinct stores made for it, and both stores hold there', async () => {
  const tally = newTally();
  const missed: string[] = [];
  const made: Counts = new Map();
  for await (const store of directedStores(seed, each)) {
    const came = await tryStore({ ...store, ops: sessionStoreV2Witness.standard });
    const row = store.row ?? 'no row';
    addTo(tally, came, `made for ${row}, number ${made.get(row) ?? 0}`);
    countIn(made, row);
    tally.histories++;
    if (store.row !== null && !came.rows.has(store.row)) missed.push(row);
  }
  console.log(tallyText(`seed ${seed}, made for rows`, tally));
  expect(missed).toEqual([]);
  expect(rowIds.filter((row) => (made.get(row) ?? 0) < each)).toEqual([]);
  expect(rowIds.filter((row) => (tally.rows.get(row) ?? 0) < each)).toEqual([]);
  expect(tally.disagreements).toEqual([]);
  expect(tally.anomalies).toEqual([]);
});
