import type { Policy } from '../lib/port.ts';
import type { Phase } from '../lib/clause.ts';
import type { Outcome } from '../lib/history.ts';
import type { Walk, WalkOptions, WalkStep } from '../lib/walk.ts';
import { lineBytesMax } from './layout.ts';
import type { Frame, Op, Value } from './ops.ts';

const max = 1200n;
const whole = 1n << 40n;

/**
 * The walk over a state: open, every reader, refusals, two appends, sync, a stale handle, reopen,
 * open again. `costly` adds what takes a second: an entry as long as no reader takes.
 */
export function* walk(policy: Policy, options: WalkOptions = {}): Walk<Op, Value> {
  const opened = yield ask('open', { op: 'create', h: 'w', max });
  if (opened.is !== 'ok') {
    yield* inspect(policy);
    yield ask('again', { op: 'create', h: 'w', max });
    return;
  }
  const ids = idsOf(yield ask('read', { op: 'all', h: 'w' }));
  yield* readers('w', ids);
  const name = unusedName(ids);
  if (policy === 'safe') yield* refusals(ids);
  if (policy === 'safe' && options.costly === true) yield ask('refuse', tooLong(), 'too_large');
  yield* appends(policy, ids, name);
  if (policy === 'safe') yield* stale(name);
  yield ask('reopen', { op: 'create', h: 'x', max });
  const after = idsOf(yield ask('reopen', { op: 'all', h: 'x' }));
  yield* readers('x', after, 'reopen');
  yield ask('again', { op: 'create', h: 'y', max });
  yield ask('again', { op: 'all', h: 'y' });
}

const ask = (phase: Phase, op: Op, probe?: string): WalkStep<Op> =>
  probe === undefined ? { phase, op } : { phase, op, probe };

function idsOf(outcome: Outcome<Value>): readonly string[] {
  if (outcome.is !== 'ok' || !Array.isArray(outcome.value)) return [];
  return (outcome.value as readonly Frame[]).map((frame) => frame.entryId);
}

/** A name for what this walk appends: an earlier walk over the same store may have left its own. */
function unusedName(ids: readonly string[]): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? 'walk' : `walk${n}`;
    if (!ids.some((id) => id.startsWith(`${name}-`))) return name;
  }
}

function* readers(h: string, ids: readonly string[], phase: Phase = 'read'): Walk<Op, Value> {
  const last = ids[ids.length - 1];
  yield ask(phase, { op: 'from', h, seq: 1n });
  yield ask(phase, { op: 'tail', h, n: whole });
  yield ask(phase, { op: 'index', h });
  yield ask(phase, { op: 'summary', h });
  yield ask(phase, { op: 'state', h });
  yield ask(phase, { op: 'lookup', h, seq: BigInt(ids.length) });
  if (last !== undefined) yield ask(phase, { op: 'path', h, leaf: last });
  yield ask(phase, { op: 'validate', h });
}

/** What a refused store still shows to a reader that cannot write. */
function* inspect(policy: Policy): Walk<Op, Value> {
  if (policy === 'original') return;
  yield ask('inspect', { op: 'inspect', h: 'i', max });
  yield ask('inspect', { op: 'all', h: 'i' });
  yield ask('inspect', append('i', 'walk-i', null), 'inspect_writes');
}

/** Appends that a later open would refuse: each must be refused before the disk is touched. */
function* refusals(ids: readonly string[]): Walk<Op, Value> {
  const known = ids[0];
  if (known !== undefined) yield ask('refuse', append('w', known, null), 'duplicate_id');
  yield ask('refuse', append('w', 'walk-p', 'no such parent'), 'unknown_parent');
  yield ask('refuse', append('w', 'walk-s', 'walk-s'), 'self_parent');
  yield ask(
    'refuse',
    { op: 'append', h: 'w', id: 'walk-j', parent: null, type: 'message', payload: '{' },
    'not_json',
  );
  yield ask('refuse', { op: 'inspect', h: 'i', max });
  yield ask('refuse', append('i', 'walk-i', null), 'inspect_writes');
}

function* appends(policy: Policy, ids: readonly string[], name: string): Walk<Op, Value> {
  const parent = ids[ids.length - 1] ?? null;
  const first = yield ask('append', append('w', `${name}-1`, parent));
  yield ask('append', append('w', `${name}-2`, first.is === 'ok' ? `${name}-1` : parent));
  if (policy === 'safe') yield ask('sync', { op: 'sync', h: 'w' });
}

/** A second writer moves the store: the first must notice and refuse. */
function* stale(name: string): Walk<Op, Value> {
  const second = yield ask('stale', { op: 'create', h: 's', max });
  if (second.is !== 'ok') return;
  const moved = yield ask('stale', append('s', `${name}-3`, `${name}-1`));
  if (moved.is === 'ok') yield ask('stale', append('w', `${name}-4`, null), 'stale_handle');
  yield ask('stale', { op: 'close', h: 's' });
}

/** An entry whose payload alone is as long as the longest line that a reader takes. */
const tooLong = (): Op => ({
  op: 'append',
  h: 'w',
  id: 'walk-l',
  parent: null,
  type: 'message',
  payload: `"${'A'.repeat(lineBytesMax)}"`,
});

const append = (h: string, id: string, parent: string | null): Op => ({
  op: 'append',
  h,
  id,
  parent,
  type: 'message',
  payload: JSON.stringify({ walk: id }),
});
