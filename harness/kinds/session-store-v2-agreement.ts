import { openOriginal, inspectOriginal } from '../../reference/session-store-v2/original/index.ts';
import type { Op, Value } from '../../spec/session-store-v2/ops.ts';
import {
  does, rows, ruleIds, type Limits, type TableOptions, type World,
} from '../../spec/session-store-v2/table.ts'; // prettier-ignore
import { storeRoot } from '../drive.ts';
import { mutantOf, witnessOf, type Asking, type WitnessLimits } from '../zoo/witness.ts';
import { claimsOf, makePortOf } from './session-store-v2-port.ts';

/** Open, readers, append, checkpoint, reopen, readers. */
const standard: readonly Op[] = [
  { op: 'create', h: 'a', max: 1200n },
  { op: 'state', h: 'a' },
  { op: 'all', h: 'a' },
  { op: 'index', h: 'a' },
  { op: 'validate', h: 'a' },
  { op: 'tail', h: 'a', n: 2n },
  { op: 'from', h: 'a', seq: 2n },
  { op: 'lookup', h: 'a', seq: 2n },
  { op: 'append', h: 'a', id: 'added-1', parent: null, type: 'message', payload: '{"n":99}' },
  { op: 'summary', h: 'a' },
  { op: 'path', h: 'a', leaf: 'added-1' },
  { op: 'segment', h: 'a', seq: 1n },
  { op: 'create', h: 'b', max: 1200n },
  { op: 'all', h: 'b' },
  { op: 'state', h: 'b' },
  { op: 'readManifest', h: 'b' },
  { op: 'manifest', h: 'b', sessionId: 's', sourceFormat: 'native_v2' },
  { op: 'rollback', h: 'b', seq: 1n, migrationId: 'm', correlationId: 'c' },
  { op: 'create', h: 'c', max: 1200n },
  { op: 'state', h: 'c' },
  { op: 'ledger', h: 'c' },
];

const brief: readonly Op[] = [
  { op: 'create', h: 'a', max: 1200n },
  { op: 'all', h: 'a' },
  { op: 'append', h: 'a', id: 'added-1', parent: null, type: 'message', payload: '{"n":99}' },
  { op: 'create', h: 'b', max: 1200n },
  { op: 'state', h: 'b' },
];

/**
 * Table and original of `session-store-v2`. Limits: `lineBytes`, the longest line with its LF, and
 * `quarantineNames`, the names that are tried before setting a segment aside is given up.
 */
export const sessionStoreV2Witness = witnessOf<Op, Value, World>({
  kind: 'session-store-v2',
  rules: ruleIds,
  rows,
  standard,
  brief,
  // Decision rows are about the open that finds the damage, and one about the append after it.
  showsRows: (op, step) => step === 0 || op.op === 'append',
  start: (image) => ({ image, root: storeRoot, handles: new Map() }),
  does: (world, op, at, asking) => does(world, op, at, tableOptions(asking)),
  original: (limits = {}) =>
    makePortOf(claimsOf.original, (env, root, op) =>
      op.op === 'create'
        ? openOriginal(env, root, { max: op.max, limits })
        : inspectOriginal(env, root, { max: op.max, limits }),
    ),
});

function tableOptions({ mutate, limits }: Asking): TableOptions {
  return {
    ...(limits === undefined ? {} : { limits: tableLimits(limits) }),
    ...(mutate === undefined ? {} : { mutate: mutantOf(ruleIds, mutate) }),
  };
}

const tableLimits = ({ lineBytes, quarantineNames }: WitnessLimits): Partial<Limits> => ({
  ...(lineBytes === undefined ? {} : { lineBytes }),
  ...(quarantineNames === undefined ? {} : { quarantineSuffixes: quarantineNames }),
});
