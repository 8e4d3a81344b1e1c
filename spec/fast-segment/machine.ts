import type { Holds, Outcome } from '../lib/history.ts';
import type { Key } from '../lib/judge.ts';
import type { Owing } from '../lib/ledger.ts';
import type { Claims, Policy } from '../lib/port.ts';
import { judgedId } from './classify.ts';
import {
  emptyOriginal, factsOriginal, logOriginal, nextOriginal, type Facts, type OriginalState,
} from './machine-original.ts'; // prettier-ignore
import {
  emptyState, endOf, isLate, nextSafe, withFrames, type File, type SafeState,
} from './machine-safe.ts'; // prettier-ignore
import { keyOf } from './bytes.ts';
import { handleName, type Entry, type Op, type Value } from './ops.ts';

/** A store under one of the policies. */
export type State = SafeState | OriginalState;

/**
 * The machine of a store of segments: what the original does, or what `safe` promises, on a disk
 * without faults. Its log is what the judged session publishes: a frame behind the published length
 * was never committed, owes nothing to anybody, and is shown to nobody. `claims` narrow what an
 * `ok` survives.
 */
export function machine(policy: Policy, claims?: Pick<Claims, 'holds'>): Owing<State, Op, Value> {
  const may = (level: Holds): boolean => claims === undefined || claims.holds.includes(level);
  const plain: Holds = may('process') ? 'process' : 'memory';
  const synced: Holds = may('power') ? 'power' : plain;
  return {
    start: () => (policy === 'safe' ? emptyState : emptyOriginal),
    next,
    holds: (state, op) => holdsOf(state, op, { plain, synced }),
    log,
    force: (state, op) => (state.is === 'safe' ? forced(state, op) : null),
    handle: (op) =>
      op.op === 'list'
        ? { name: 'files', opens: true }
        : { name: handleName(op), opens: op.op === 'open' },
  };
}

function next(
  state: State,
  op: Op,
): readonly { readonly state: State; readonly result: Outcome<Value> }[] {
  return state.is === 'safe' ? nextSafe(state, op) : nextOriginal(state, op);
}

/**
 * What an ok survives. An append that does not publish survives a kill as bytes, and is cut by the
 * open that follows. A cut is durable where it goes below what was published: of the original,
 * which leaves the header as it was, only `reset` is.
 */
function holdsOf(state: State, op: Op, levels: { plain: Holds; synced: Holds }): Holds {
  if (op.op === 'list' || op.id !== judgedId) return 'memory';
  switch (op.op) {
    case 'syncGroup':
    case 'reset':
      return levels.synced;
    case 'seal':
      return isLate(op) ? 'memory' : levels.synced;
    case 'append':
      return levels.plain;
    case 'truncate': {
      const file = state.is === 'safe' ? state.files.get(op.id) : undefined;
      return file !== undefined && op.len < file.published ? levels.synced : 'memory';
    }
    default:
      return 'memory';
  }
}

const noKeys: readonly Key[] = [];
const keysKept = new WeakMap<File, readonly Key[]>();

function log(state: State): readonly Key[] {
  if (state.is === 'original') return logOriginal(state);
  const file = state.files.get(judgedId);
  if (file === undefined) return noKeys;
  let keys = keysKept.get(file);
  if (keys === undefined) keysKept.set(file, (keys = publishedIn(file)));
  return keys;
}

const publishedIn = ({ frames, published }: File): readonly Key[] =>
  frames.filter(({ end }) => end <= published).map(({ key }) => key);

const sealedBy = (op: Op): readonly Entry[] => (op.op === 'seal' && !isLate(op) ? op.entries : []);

/**
 * The keys that an accepted operation by itself adds to the judged session: what a seal brings.
 * What was appended before it is added by whatever publishes it.
 */
export function addsOf(op: Op): readonly Key[] | null {
  if (op.op === 'list' || op.id !== judgedId) return null;
  try {
    const keys = sealedBy(op).map(keyOf);
    return keys.length > 0 ? keys : null;
  } catch {
    return null;
  }
}

/** The store of a port that sealed what it should have refused: all of its frames are published. */
function forced(state: SafeState, op: Op): SafeState | null {
  const file = 'id' in op ? state.files.get(op.id) : undefined;
  if (!('id' in op) || file === undefined || (op.op !== 'seal' && op.op !== 'syncGroup')) {
    return null;
  }
  try {
    const after = withFrames(file, sealedBy(op));
    const sealed = { ...after, published: endOf(after) };
    return { ...state, files: new Map(state.files).set(op.id, sealed) };
  } catch {
    return null;
  }
}

/** What is known of one session's segment and its handle. */
export function factsOf(state: State, id: number): Facts {
  if (state.is === 'safe') {
    const file = state.files.get(id);
    const handle = state.handles.get(handleName({ id }));
    const tracked = handle?.tracked ?? 16n;
    const boundaries = [16n, ...(file?.frames ?? []).map(({ end }) => end)];
    return { isOpen: handle !== undefined, end: endOf(file), tracked, boundaries };
  }
  return factsOriginal(state, id);
}
