import type { Holds, Outcome } from '../lib/history.ts';
import type { Key } from '../lib/judge.ts';
import type { Owing } from '../lib/ledger.ts';
import type { Claims } from '../lib/port.ts';
import type { Durability, Op, Value } from './ops.ts';
import { keyOf } from './payload.ts';

/** What a log is: its payloads in order, and how it is open at the moment (null: closed). */
export interface State {
  readonly payloads: readonly Uint8Array[];
  readonly keys: readonly Key[];
  readonly open: Durability | null;
  /** Of the payloads, the first so many that no handle has in its own memory only. */
  readonly handedOver: number;
}

/** What an `ok` survives: that of a plain append, that of `sync` and an append under `entry`. */
export interface Levels {
  readonly plain: Holds;
  readonly synced: Holds;
}

type Next = readonly { readonly state: State; readonly result: Outcome<Value> }[];

/**
 * The levels of a port by what it claims to hold: one that never says `process` buffers appends in
 * its own memory, one that never says `power` owes nothing after a power cut. Without claims all
 * three are owed.
 */
export function levelsOf(claims?: Pick<Claims, 'holds'>): Levels {
  const has = (level: Holds): boolean => claims === undefined || claims.holds.includes(level);
  const plain: Holds = has('process') ? 'process' : 'memory';
  return { plain, synced: has('power') ? 'power' : plain };
}

/** The machine of any log: every operation has one allowed result on a disk that does not fail. */
export function machine(levels: Levels = levelsOf()): Owing<State, Op, Value> {
  return {
    start: () => ({ payloads: [], keys: [], open: null, handedOver: 0 }),
    next: (state, op) => next(levels, state, op),
    holds: (state, op) => holds(levels, state, op),
    log: (state) => state.keys,
    handle: (op) => ({ name: '', opens: op.op === 'open' }),
    forgetting: (state) => (levels.plain === 'memory' ? shortened(state) : []),
  };
}

function holds(levels: Levels, state: State, op: Op): Holds {
  if (op.op === 'sync') return levels.synced;
  if (op.op === 'append') return state.open === 'entry' ? levels.synced : levels.plain;
  // An open or a read promises nothing of its own; a close hands over what was held in memory.
  return op.op === 'close' ? 'process' : 'memory';
}

function next(levels: Levels, state: State, op: Op): Next {
  if (op.op === 'open') {
    if (state.open !== null) return refuse(state, 'already-open');
    return accept({ ...state, open: op.durability ?? 'none' });
  }
  if (state.open === null) return refuse(state, 'no-handle');
  switch (op.op) {
    case 'append':
      return accept(appended(levels, state, op.payload));
    case 'read':
      return accept(state, state.payloads);
    case 'close':
      return accept({ ...state, open: null, handedOver: state.keys.length });
    case 'sync':
      return accept({ ...state, handedOver: state.keys.length });
  }
}

function appended(levels: Levels, state: State, payload: Uint8Array): State {
  const keys = [...state.keys, keyOf(payload)];
  const isHeld = holds(levels, state, { op: 'append', payload }) === 'memory';
  const handedOver = isHeld ? state.handedOver : keys.length;
  return { ...state, payloads: [...state.payloads, payload], keys, handedOver };
}

/** What is left of a log whose handle lost all, or some, of what it had in its memory only. */
function shortened({ payloads, keys, open, handedOver }: State): State[] {
  return Array.from({ length: keys.length - handedOver }, (_, i) => {
    const count = handedOver + i;
    // What is lost is lost once: a second failure of the same handle takes no more of these.
    const kept = { payloads: payloads.slice(0, count), keys: keys.slice(0, count) };
    return { ...kept, open, handedOver: count };
  });
}

const accept = (state: State, value: Value = null): Next => [
  { state, result: { is: 'ok', value } },
];

const refuse = (state: State, code: string): Next => [{ state, result: { is: 'fail', code } }];
