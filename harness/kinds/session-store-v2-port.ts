import { StoreError } from '../../reference/lib/error.ts';
import type { StoreEnv } from '../../reference/lib/fs.ts';
import { inspectOriginal, openOriginal } from '../../reference/session-store-v2/original/index.ts';
import { hasSidecar, sidecarPath } from '../../reference/session-store-v2/sidecar.ts';
import { inspectSafe, openSafe } from '../../reference/session-store-v2/store.ts';
import type { SessionStore } from '../../reference/session-store-v2/types.ts';
import type { Claims, Policy } from '../../spec/lib/port.ts';
import type { Op, Value } from '../../spec/session-store-v2/ops.ts';
import type { PortMaker } from '../kind.ts';
import { outcomeOf } from './outcome.ts';
import { trackFds } from './track-fds.ts';

type Opener = Extract<Op, { op: 'create' | 'inspect' }>;
type HandleOp = Exclude<Op, Opener | { op: 'sidecar' | 'hasSidecar' | 'close' | 'drop' }>;

interface Handle {
  readonly store: SessionStore;
  closeFds(): void;
}

/** How a store is opened; what differs between the two of ours. */
export type OpenStore = (env: StoreEnv, root: string, op: Opener) => SessionStore;

const openers: Readonly<Record<Policy, OpenStore>> = {
  original: (env, root, op) =>
    op.op === 'create'
      ? openOriginal(env, root, { max: op.max })
      : inspectOriginal(env, root, { max: op.max }),
  safe: (env, root, op) =>
    op.op === 'create'
      ? openSafe(env, root, {
          max: op.max,
          ...(op.durability === undefined ? {} : { durability: op.durability }),
          ...(op.onGap === undefined ? {} : { onGap: op.onGap }),
        })
      : inspectSafe(env, root, { max: op.max }),
};

const everyOp = [
  'create', 'inspect', 'append', 'close', 'drop', 'lookup', 'all', 'from', 'tail', 'path', 'segment', 'index',
  'summary', 'state', 'checkpoint', 'readCheckpoint', 'rollback', 'ledgerAppend', 'ledger', 'manifest',
  'readManifest', 'rebuild', 'validate', 'sidecar', 'hasSidecar',
] as const satisfies readonly Op['op'][]; // prettier-ignore

/** What each of our stores says of itself. */
export const claimsOf: Readonly<Record<Policy, Claims>> = {
  original: {
    name: 'tearproof-original',
    version: '0.1.0',
    kind: 'session-store-v2',
    policy: 'original',
    profiles: ['reader', 'core', 'full'],
    ops: everyOp,
    holds: ['process'],
  },
  safe: {
    name: 'tearproof-safe',
    version: '0.1.0',
    kind: 'session-store-v2',
    policy: 'safe',
    profiles: ['reader', 'core', 'full'],
    ops: [...everyOp, 'sync'],
    holds: ['process', 'power'],
  },
};

/**
 * Either of our stores as a port; it answers at once, and `root` is created by the operation
 * `create` only.
 */
export function makePort(store: Policy): PortMaker<Op, Value> {
  return makePortOf(claimsOf[store], openers[store]);
}

/**
 * Any store of this shape as a port: planted bugs and stores under test are adapted by the same
 * lines.
 */
export function makePortOf(claims: Claims, open: OpenStore): PortMaker<Op, Value> {
  return (fs, root) => {
    const handles = new Map<string, Handle>();
    let now = '';
    const drop = (name: string): void => {
      handles.get(name)?.closeFds();
      handles.delete(name);
    };
    const run = (op: Op): Value => {
      if (op.op === 'sidecar') return sidecarPath(op.path);
      if (op.op === 'hasSidecar') return hasSidecar(fs, op.path);
      if (op.op === 'create' || op.op === 'inspect') {
        drop(op.h);
        const handle = openHandle(open, { fs, now: () => now }, root, op);
        handles.set(op.h, handle);
        return handle.store.opened;
      }
      const handle = handles.get(op.h);
      if (handle === undefined) throw new StoreError('no-handle', `no handle ${op.h} is open`);
      if (op.op === 'drop' || op.op === 'close') {
        try {
          if (op.op === 'close') handle.store.close();
        } finally {
          drop(op.h);
        }
        return null;
      }
      return perform(handle.store, op);
    };
    return {
      claims,
      step(op, at) {
        now = at;
        return outcomeOf(() => run(op));
      },
    };
  };
}

function openHandle(open: OpenStore, env: StoreEnv, root: string, op: Opener): Handle {
  const tracked = trackFds(env.fs);
  try {
    const store = open({ fs: tracked.fs, now: env.now }, root, op);
    return { store, closeFds: () => tracked.closeAll() };
  } catch (error) {
    tracked.closeAll();
    throw error;
  }
}

function perform(store: SessionStore, op: HandleOp): Value {
  switch (op.op) {
    case 'append':
      return store.append({ id: op.id, parent: op.parent, type: op.type, payload: op.payload });
    case 'sync':
      return done(() => store.sync());
    case 'lookup':
      return store.lookup(op.seq);
    case 'all':
      return store.all();
    case 'from':
      return store.from(op.seq);
    case 'tail':
      return store.tail(op.n);
    case 'path':
      return store.path(op.leaf);
    case 'segment':
      return store.segment(op.seq);
    case 'index':
      return store.index();
    case 'summary':
      return store.summary();
    case 'state':
      return store.state();
    case 'checkpoint':
      return store.checkpoint(op.seq, op.reason);
    case 'readCheckpoint':
      return store.readCheckpoint(op.seq);
    case 'rollback':
      return store.rollback(op.seq, op);
    case 'ledgerAppend':
      return done(() => store.ledgerAppend(op.event));
    case 'ledger':
      return store.ledger();
    case 'manifest':
      return store.manifest(op);
    case 'readManifest':
      return store.readManifest();
    case 'rebuild':
      return store.rebuild();
    default:
      return validate(store, op);
  }
}

/** Its parameter's type makes the switch above complete. */
function validate(store: SessionStore, _op: Extract<Op, { op: 'validate' }>): null {
  store.validate();
  return null;
}

function done(run: () => void): null {
  run();
  return null;
}
