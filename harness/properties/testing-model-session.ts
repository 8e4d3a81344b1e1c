import type { Random } from '../../faults/random.ts';
import { openOriginal, inspectOriginal } from '../../reference/session-store-v2/original/index.ts';
import { inspectSafe, openSafe } from '../../reference/session-store-v2/store.ts';
import type { Policy } from '../../spec/lib/port.ts';
import type { Draft } from '../../spec/session-store-v2/drafts.ts';
import { machine, type State } from '../../spec/session-store-v2/machine.ts';
import type { Op, Value } from '../../spec/session-store-v2/ops.ts';
import { claimsOf, makePortOf, type OpenStore } from '../kinds/session-store-v2-port.ts';
import { sessionStoreV2 } from '../kinds/session-store-v2.ts';
import type { ModelSubject } from './testing-model.ts';

/** The longest line that model and safe store take here, so that an entry can be too long. */
const lineBytes = 4096;

const openers: Readonly<Record<Policy, OpenStore>> = {
  safe: (env, root, op) =>
    op.op === 'inspect'
      ? inspectSafe(env, root, { max: op.max, limits: { lineBytes } })
      : openSafe(env, root, {
          max: op.max,
          limits: { lineBytes },
          ...(op.durability === undefined ? {} : { durability: op.durability }),
        }),
  original: (env, root, op) =>
    op.op === 'create'
      ? openOriginal(env, root, { max: op.max })
      : inspectOriginal(env, root, { max: op.max }),
};

/** Either store of `session-store-v2`, held to its machine. */
export function sessionModel(store: Policy): ModelSubject<Op, Value, State, Draft> {
  return {
    kind: sessionStoreV2,
    store,
    ops: claimsOf[store].ops,
    make: makePortOf(claimsOf[store], openers[store]),
    machine: machine(store, claimsOf[store], { lineBytes }),
    odd: (_state, random) => oddOp(store, random),
  };
}

/**
 * What drafts never ask: no threshold, no handle, an operation that is not there, an entry too
 * long.
 */
function oddOp(store: Policy, random: Random): Op {
  const entry = { h: 'a', parent: null, type: 'message' };
  return random.pick<Op>([
    { op: 'create', h: 'b', max: 0n },
    { op: 'all', h: 'nobody' },
    { op: 'close', h: 'b' },
    ...(store === 'original' ? [{ op: 'sync', h: 'a' } as const] : []),
    { op: 'append', ...entry, id: `odd ${random.below(9)}`, payload: `"${'x'.repeat(lineBytes)}"` },
    { op: 'append', ...entry, id: 'broken', payload: '{"a":' },
  ]);
}
