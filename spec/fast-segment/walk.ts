import type { Phase } from '../lib/clause.ts';
import type { Outcome } from '../lib/history.ts';
import type { Policy } from '../lib/port.ts';
import type { Walk, WalkOptions, WalkStep } from '../lib/walk.ts';
import { keyOf } from './bytes.ts';
import { judgedId } from './classify.ts';
import { payloadBytesMost } from './layout.ts';
import type { Entry, Op, Value } from './ops.ts';

const id = judgedId;

/**
 * The walk over a state: open, read twice, a group sync of nothing, an append, a seal, an append
 * that a group sync publishes, a second handle that makes the first one stale, reopen, again, and
 * refusals. It ends at an open that is refused, asked once more. `costly` adds an entry as long as
 * no reader takes.
 */
export function* walk(policy: Policy, options: WalkOptions = {}): Walk<Op, Value> {
  const opened = yield ask('open', open);
  if (opened.is !== 'ok') {
    yield ask('again', open);
    return;
  }
  const read = yield ask('read', reading);
  yield ask('read', reading);
  yield ask('read', { op: 'committedBytes', id });
  yield ask('read', { op: 'list' });
  // Nothing is new, so a store may answer at once: then all that it showed must be durable already.
  yield publishing('sync', { op: 'syncGroup', id }, []);
  const count = countOf(read);
  const [first, ...rest] = [0, 1, 2].map((n) => entryOf(count, n));
  const last = entryOf(count, 3);
  if (first === undefined) return;
  yield ask('append', append(first));
  yield publishing('append', { op: 'seal', id, entries: rest, deadlineMs: 1 }, [first, ...rest]);
  yield ask('append', append(last));
  const synced = yield publishing('sync', { op: 'syncGroup', id }, [last]);
  // A second open cuts what the first handle failed to publish.
  if (policy === 'safe' && synced.is === 'ok') yield* stale(count);
  for (const phase of ['reopen', 'again'] as const) {
    yield ask(phase, { op: 'close', id });
    const reopened = yield ask(phase, open);
    if (reopened.is !== 'ok') return;
    yield ask(phase, reading);
  }
  // Last, for a store that takes them is left destroyed.
  if (policy === 'safe') yield* refusals(options);
}

const open: Op = { op: 'open', id };
const reading: Op = { op: 'readCommitted', id };

const ask = (phase: Phase, op: Op, probe?: string): WalkStep<Op> =>
  probe === undefined ? { phase, op } : { phase, op, probe };

const append = (entry: Entry): Op => ({ op: 'append', id, entry, track: true });

/** A step that publishes these entries: its own, and what was appended before it. */
const publishing = (phase: Phase, op: Op, entries: readonly Entry[]): WalkStep<Op> => ({
  ...ask(phase, op),
  holds: 'power',
  adds: entries.map(keyOf),
});

const countOf = (read: Outcome<Value>): number =>
  read.is === 'ok' && Array.isArray(read.value) ? read.value.length : 0;

/** No history has entries like these. */
const entryOf = (count: number, n: number): Entry => ({
  t: 'write',
  space: 99n,
  coords: [count, n],
  revision: BigInt(count + n),
  data: new TextEncoder().encode(`walk ${n}`),
});

/** What would make the committed length lie, and what no reader takes. */
function* refusals({ costly = false }: WalkOptions): Walk<Op, Value> {
  yield ask('refuse', { op: 'truncate', id, len: 7n }, 'off_boundary');
  yield ask('refuse', { op: 'track', id, bytes: 1n }, 'off_boundary');
  if (!costly) return;
  const data = new Uint8Array(payloadBytesMost);
  const entry: Entry = { t: 'write', space: 99n, coords: [], revision: 0n, data };
  yield ask('refuse', { op: 'append', id, entry, track: true }, 'too_large');
}

/** A second writer moves the file: the first must notice and refuse. */
function* stale(count: number): Walk<Op, Value> {
  const h = 's';
  const second = yield ask('stale', { op: 'open', id, h });
  if (second.is !== 'ok') return;
  const moved = yield ask('stale', {
    op: 'seal', id, h, entries: [entryOf(count, 4)], deadlineMs: 1,
  }); // prettier-ignore
  if (moved.is === 'ok') {
    const entry = entryOf(count, 5);
    yield ask('stale', { op: 'append', id, entry, track: true }, 'stale_handle');
    yield ask('stale', { op: 'syncGroup', id }, 'stale_handle');
  }
  yield ask('stale', { op: 'close', id, h });
}
