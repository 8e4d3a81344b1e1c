import type { Holds } from '../lib/history.ts';
import type { Owing } from '../lib/ledger.ts';
import type { Claims, Policy } from '../lib/port.ts';
import { booksOf } from './books.ts';
import { sidecarPath } from './helpers.ts';
import { lineBytesLimit } from './classify-lines.ts';
import { emptyDisk } from './machine-log.ts';
import { initial, onOriginal, openOriginal } from './machine-original.ts';
import { storedPayload } from './machine-payload.ts';
import { fail, ok } from './machine-read.ts';
import { appended } from './machine-append.ts';
import { onSafe, openSafe } from './machine-safe.ts';
import { withHandle } from './machine-types.ts';
import type { Handle, Setting, State, Way } from './machine-types.ts';
import type { Op, Value } from './ops.ts';

export type { State } from './machine-types.ts';

/**
 * The abstract store: what every operation answers, to the last member, on a disk that does not
 * fail. Several answers where the format page leaves a choice, none where an operation cannot be
 * asked (an outdated original that appends). A port that claims less than `power` or `process` owes
 * less; without claims all is owed.
 */
export function machine(
  policy: Policy,
  claims?: Pick<Claims, 'holds'>,
  setting: Partial<Setting> = {},
): Owing<State, Op, Value> {
  const whole: Setting = { root: '/store', lineBytes: lineBytesLimit, ...setting };
  return {
    start: () => ({ disk: emptyDisk, handles: new Map() }),
    next: (state, op, at) => next(policy, whole, state, op, at),
    holds: (state, op) =>
      claimed(policy === 'safe' ? safeHolds(state, op) : originalHolds(op), claims),
    log: (state) => state.disk.entries.map((e) => e.key),
    ...(policy === 'safe' ? { books: (state: State) => booksOf(state.disk) } : {}),
    force: (state, op, at) => force(state, op, at),
    handle: (op) => ({
      name: 'h' in op ? op.h : '',
      opens: op.op === 'create' || op.op === 'inspect',
    }),
  };
}

/** The highest level that is both owed and claimed. */
function claimed(owed: Holds, claims: Pick<Claims, 'holds'> | undefined): Holds {
  if (claims === undefined || claims.holds.includes(owed)) return owed;
  return owed === 'power' && claims.holds.includes('process') ? 'process' : 'memory';
}

function next(policy: Policy, setting: Setting, state: State, op: Op, at: string): readonly Way[] {
  switch (op.op) {
    case 'sidecar':
      return [{ state, result: ok(sidecarPath(op.path)) }];
    case 'hasSidecar':
      return isElsewhere(setting, op.path) ? [{ state, result: ok(false) }] : [];
    case 'create':
    case 'inspect':
      return [open(policy, state, op)];
  }
  const handle = state.handles.get(op.h);
  if (handle === undefined) return [{ state, result: fail('no-handle') }];
  if (op.op === 'drop') return [{ state: withHandle(state, op.h, null), result: ok(null) }];
  return (policy === 'safe' ? onSafe : onOriginal)({ state, handle, op, at, setting });
}

/**
 * True where the sidecar of a path is certainly not there: it would stand outside all that the
 * machine knows.
 */
function isElsewhere(setting: Setting, path: string): boolean {
  const at = sidecarPath(path);
  return at.startsWith('/') && at !== setting.root && !at.startsWith(`${setting.root}/`);
}

function open(policy: Policy, state: State, op: Extract<Op, { op: 'create' | 'inspect' }>): Way {
  if (op.max === 0n) {
    return { state: withHandle(state, op.h, null), result: fail('max-segment-bytes-zero') };
  }
  if (policy === 'safe') return openSafe(state, op);
  if (op.op === 'create') return openOriginal(state, op);
  // The original's inspection looks at nothing: whatever is there, it believes in an empty store.
  const handle: Handle = {
    is: 'inspect',
    max: op.max,
    durability: 'none',
    knows: [],
    stale: 'no',
    counters: initial,
  };
  const opened = { entryCount: 0n, repairs: [], notices: [] };
  return { state: withHandle(state, op.h, handle), result: ok(opened) };
}

const written: ReadonlySet<string> = new Set<Op['op']>([
  'append', 'checkpoint', 'rollback', 'ledgerAppend', 'manifest',
]); // prettier-ignore

/** The original syncs no segment, so whatever it says, only a kill is survived. */
function originalHolds(op: Op): Holds {
  return written.has(op.op) ? 'process' : 'memory';
}

function safeHolds(state: State, op: Op): Holds {
  if (!('h' in op)) return 'memory';
  const handle = state.handles.get(op.h);
  if (handle === undefined || handle.is === 'inspect') return 'memory';
  if (op.op === 'append') return handle.durability === 'entry' ? 'power' : 'process';
  // A stale handle may still be asked to sync, but speaks only for itself.
  const syncs = (op.op === 'sync' || op.op === 'close') && handle.stale !== 'yes';
  return syncs || written.has(op.op) ? 'power' : 'memory';
}

/** The log after an append that should have been refused. */
function force(state: State, op: Op, at: string): State | null {
  if (op.op !== 'append') return null;
  const payload = storedPayload(op.payload);
  const text = 'code' in payload ? op.payload : payload.text;
  const max = state.handles.get(op.h)?.max ?? 1n;
  return { ...state, disk: appended(state.disk, { ...op, payload: text }, max, at) };
}
