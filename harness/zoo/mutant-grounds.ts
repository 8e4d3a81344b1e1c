import { fastSegmentWitness } from '../kinds/fast-segment-agreement.ts';
import { sessionStoreV2Witness } from '../kinds/session-store-v2-agreement.ts';
import { walSegmentWitness } from '../kinds/wal-segment-agreement.ts';
import { fastSegmentDirected } from '../properties/directed-fast-segment.ts';
import { walSegmentDirected } from '../properties/directed-wal-segment.ts';
import { directedStores } from '../properties/directed.ts';
import type { MutantGround } from './mutants.ts';

/** Of every kind that has a table: what its spec mutants are tried on. */
export const mutantGrounds: readonly MutantGround[] = [
  { witness: sessionStoreV2Witness, directed: directedStores },
  { witness: fastSegmentWitness, directed: fastSegmentDirected },
  { witness: walSegmentWitness, directed: walSegmentDirected },
];
