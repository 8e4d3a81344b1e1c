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
 * without faults. Its log is the judged session's: every frame in the file, of which those behind
 * the published length owe nothing to anybody, since the next open cuts them. `claims` narrow what
 * an `ok` survives.
 */
export function machine(policy: Policy, claims?: Pick<Claims, 'holds'>): Owing<State, Op, Value> {
  const may = (level: Holds): boolean => claims === undefined || claims.holds.includes(level);
  const plain: Holds = may('process') ? 'process' : 'memory';
  const synced: Holds = may('power') ? 'power' : plain;
  return {
    start: () => (policy === 'safe' ? emptyState : emptyOriginal),
    next,
    holds: (state, op) => (publishes(state, op) ? synced : 'memory'),
    log,
    force: (state, op) => (state.is === 'safe' ? forced(state, op) : null),
    partly: (state, op) => (state.is === 'safe' ? beginnings(state, op) : []),
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
 * True where an ok leaves nothing in the judged session's file that is not published, and all of it
 * durable. A cut does where it goes below what was published: of the original, which leaves the
 * header as it was, only `reset` does.
 */
function publishes(state: State, op: Op): boolean {
  if (op.op === 'list' || op.id !== judgedId) return false;
  if (op.op === 'syncGroup' || op.op === 'reset') return true;
  if (op.op === 'seal') return !isLate(op);
  if (op.op !== 'truncate' || state.is === 'original') return false;
  const file = state.files.get(op.id);
  return file !== undefined && op.len <= file.published;
}

const noKeys: readonly Key[] = [];
const keysKept = new WeakMap<File, readonly Key[]>();

function log(state: State): readonly Key[] {
  if (state.is === 'original') return logOriginal(state);
  const file = state.files.get(judgedId);
  if (file === undefined) return noKeys;
  let keys = keysKept.get(file);
  if (keys === undefined) keysKept.set(file, (keys = file.frames.map(({ key }) => key)));
  return keys;
}

function entriesOf(op: Op): readonly Entry[] {
  if (op.op === 'append') return [op.entry];
  return op.op === 'seal' && !isLate(op) ? op.entries : [];
}

/** The keys that an accepted operation adds to the judged session, or null. */
export function addsOf(op: Op): readonly Key[] | null {
  if (op.op === 'list' || op.id !== judgedId) return null;
  try {
    const keys = entriesOf(op).map(keyOf);
    return keys.length > 0 ? keys : null;
  } catch {
    return null;
  }
}

/** The store of a port that accepted what it should have refused, whatever it published. */
function forced(state: SafeState, op: Op): SafeState | null {
  return fileAfter(state, op, entriesOf(op));
}

/** What a seal leaves of which not all frames arrived, or the header did not. */
function beginnings(state: SafeState, op: Op): readonly SafeState[] {
  if (op.op !== 'seal') return [];
  return op.entries.flatMap((_, i) => fileAfter(state, op, op.entries.slice(0, i + 1)) ?? []);
}

function fileAfter(state: SafeState, op: Op, entries: readonly Entry[]): SafeState | null {
  const file = 'id' in op ? state.files.get(op.id) : undefined;
  if (!('id' in op) || file === undefined || entries.length === 0) return null;
  try {
    const files = new Map(state.files).set(op.id, withFrames(file, entries));
    return { ...state, files };
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
