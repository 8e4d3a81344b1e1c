import type { Phase } from '../lib/clause.ts';
import type { Outcome } from '../lib/history.ts';
import type { Walk, WalkStep } from '../lib/walk.ts';
import type { Frame, Op, Value } from './ops.ts';

/**
 * Open, replay twice, verify the chain, append one frame and then two with a sync, rotate, append
 * into the new segment, sync, close, reopen, replay, and again. It ends at an open that is refused.
 */
export function* walk(): Walk<Op, Value> {
  const opened = yield ask('open', open);
  if (opened.is !== 'ok') return;
  const read = yield ask('read', replay);
  yield ask('read', replay);
  yield ask('read', { op: 'verify' });
  yield ask('read', { op: 'shouldRotate' });
  const last = lastSeqOf(read);
  yield ask('append', append([last + 1n], false));
  yield { ...ask('append', append([last + 2n, last + 3n], true)), holds: 'power' };
  yield ask('append', { op: 'rotate' });
  yield ask('append', append([last + 4n], false));
  yield ask('sync', { op: 'sync' });
  for (const phase of ['reopen', 'again'] as const) {
    yield ask(phase, { op: 'close' });
    const reopened = yield ask(phase, open);
    if (reopened.is !== 'ok') return;
    yield ask(phase, replay);
    yield ask(phase, { op: 'verify' });
  }
}

const open: Op = { op: 'open', instance: 9n };
const replay: Op = { op: 'replay', after: 0n };

const ask = (phase: Phase, op: Op): WalkStep<Op> => ({ phase, op });

/** Room for the walk's own frames is left below the largest sequence there is. */
const lastMost = (1n << 64n) - 16n;

function lastSeqOf(read: Outcome<Value>): bigint {
  const frames = read.is === 'ok' && Array.isArray(read.value) ? read.value : [];
  const last = (frames as readonly Frame[]).reduce(
    (most, { seq }) => (seq > most ? seq : most),
    0n,
  );
  return last < lastMost ? last : lastMost;
}

/** No history has payloads like these. */
function append(seqs: readonly bigint[], sync: boolean): Op {
  const frames = seqs.map((seq): Frame => ({
    seq,
    at: seq,
    type: 1,
    payload: new TextEncoder().encode(`walk.${seq}`),
  }));
  return { op: 'append', frames, sync };
}
