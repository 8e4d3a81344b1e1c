import { inspectSafe, openSafe } from '../../reference/session-store-v2/store.ts';
import type { Op, Value } from '../../spec/session-store-v2/ops.ts';
import type { PortMaker } from '../kind.ts';
import { claimsOf, makePortOf } from './session-store-v2-port.ts';

/** The safe store as a port; copies of this module carry the planted bugs. */
export const safePort: PortMaker<Op, Value> = makePortOf(claimsOf.safe, (env, root, op) =>
  op.op === 'inspect'
    ? inspectSafe(env, root, { max: op.max })
    : openSafe(env, root, {
        max: op.max,
        ...(op.durability === undefined ? {} : { durability: op.durability }),
        ...(op.onGap === undefined ? {} : { onGap: op.onGap }),
      }),
);
