import type { Image } from '../../spec/lib/image.ts';
import { randomFrom, type Random } from '../../faults/random.ts';
import type { Owes } from '../../spec/lib/judge.ts';
import { rowIds, type RowId } from '../../spec/session-store-v2/table.ts';
import { owedAt } from '../fault.ts';
import { sessionStoreV2 } from '../kinds/session-store-v2.ts';
import { digestImage } from '../lib/digest.ts';
import { runOps } from '../shrink.ts';
import { trialOf } from '../subjects.ts';
import type { WitnessLimits } from '../zoo/witness.ts';
import { framesDirected } from './directed-frames.ts';
import { indexDirected } from './directed-index.ts';
import { opsOf, type Shape } from './directed-store.ts';
import { treeDirected } from './directed-tree.ts';

/** Damage that leads to one decision row, whatever the store is otherwise like. */
export interface Directed {
  /** Null where it leads to none, but to a decision that other damage rarely asks for. */
  readonly row: RowId | null;
  readonly of?: Partial<Shape>;
  /** Limits of both witnesses under which the row is met by a small store. */
  readonly limits?: WitnessLimits;
  readonly damage: (image: Image, random: Random) => Image;
}

/** A store that was damaged for a decision row. */
export interface DirectedStore {
  readonly row: RowId | null;
  readonly image: Image;
  readonly undamaged: Image;
  readonly owes: readonly Owes[];
  readonly limits?: WitnessLimits;
}

const directed: readonly Directed[] = [...indexDirected, ...framesDirected, ...treeDirected];

/**
 * Stores that random damage rarely makes: `each` distinct ones for every decision row, from as many
 * histories of the original.
 */
export async function* directedStores(seed: string, each: number): AsyncGenerator<DirectedStore> {
  const trial = trialOf(sessionStoreV2, sessionStoreV2.ports['original']!, 'original');
  for (const row of [null, ...rowIds]) {
    const makers = directed.filter((d) => d.row === row);
    const known = new Set<string>();
    for (let i = 0; known.size < each && i < 4 * each && makers.length > 0; i++) {
      const { of = {}, damage, limits } = makers[i % makers.length]!;
      const random = randomFrom(seed).fork(`directed/${row}/${i}`);
      const run = await runOps(trial, opsOf(of, random));
      const image = damage(run.image, random);
      const name = digestImage(image);
      if (known.has(name)) continue;
      known.add(name);
      const at = { upTo: run.steps.length, inFlight: false };
      const owes = owedAt(trial.machine, run, at, 'process');
      yield { row, image, undamaged: run.image, owes, ...(limits && { limits }) };
    }
  }
}
