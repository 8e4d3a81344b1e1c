import { sessionStoreV2Witness } from '../kinds/session-store-v2-agreement.ts';
import { walSegmentWitness } from '../kinds/wal-segment-agreement.ts';
import { walSegmentDirected } from '../properties/directed-wal-segment.ts';
import { directedStores } from '../properties/directed.ts';
import type { MutantGround } from './mutants.ts';

/** Of every kind that has a table: what its spec mutants are tried on. */
export const mutantGrounds: readonly MutantGround[] = [
  { witness: sessionStoreV2Witness, directed: directedStores },
  { witness: walSegmentWitness, directed: walSegmentDirected },
];
