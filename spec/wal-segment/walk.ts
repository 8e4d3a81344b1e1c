import type { Phase } from '../lib/clause.ts';
import type { Outcome } from '../lib/history.ts';
import type { Policy } from '../lib/port.ts';
import type { Walk, WalkOptions, WalkStep } from '../lib/walk.ts';
import { frameLengthMost } from './layout.ts';
import type { Frame, Op, Opened, Value } from './ops.ts';

/**
 * Open, replay twice, verify the chain, append one frame and then two with a sync, rotate, append
 * into the new segment, sync, reopen, replay, and again. Under `safe` it also asks for what must be
 * refused, and lets another writer in; an open that is refused is followed by a reader that takes
 * what verifies. Under `original` every reader is asked in every mode. `costly` adds what takes a
 * second: a frame as long as no reader takes.
 */
export function* walk(policy: Policy, options: WalkOptions = {}): Walk<Op, Value> {
  const opened = yield ask('open', open);
  if (opened.is !== 'ok') {
    yield policy === 'safe' ? ask('inspect', lenient) : mode('inspect', false, false);
    yield ask('again', open);
    return;
  }
  const last = lastSeqOf(yield* readers(policy, 'read'));
  yield ask('read', { op: 'shouldRotate' });
  // What was shown is durable by this, also where another process had left it unsynced.
  if (policy === 'safe') yield ask('sync', { op: 'sync' });
  yield ask('append', append([last + 1n], false));
  yield { ...ask('append', append([last + 2n, last + 3n], true)), holds: 'power' };
  const rotated = yield ask('append', { op: 'rotate' });
  yield ask('append', append([last + 4n], false));
  yield ask('sync', { op: 'sync' });
  if (policy === 'safe') yield* stale(last);
  else yield ask('reopen', { op: 'close' });
  const reopened = yield ask('reopen', open);
  if (reopened.is !== 'ok') return;
  yield* readers(policy, 'reopen');
  yield ask('again', { op: 'close' });
  const again = yield ask('again', open);
  if (again.is !== 'ok') return;
  const read = yield* readers(policy, 'again');
  if (policy !== 'safe') return;
  // Last of all, since a log that accepts them is one that no replay gets past.
  yield* refusals(lastSeqOf(read), options.costly === true);
  if (rotated.is === 'ok') yield* sealed(opened);
}

const open = { op: 'open', instance: 9n } as const satisfies Op;
const replay: Op = { op: 'replay', after: 0n };
const lenient: Op = { ...replay, strict: false };

const ask = (phase: Phase, op: Op, probe?: string): WalkStep<Op> =>
  probe === undefined ? { phase, op } : { phase, op, probe };

/** A replay in one of the four modes; its probe names the mode. */
const mode = (phase: Phase, strict: boolean, chain: boolean): WalkStep<Op> =>
  ask(phase, { ...replay, strict, chain }, modeName(strict, chain));

/** How the probe of a replay names its mode. */
export function modeName(strict: boolean, chain: boolean): string {
  return `${strict ? 'strict' : 'permissive'}, ${chain ? 'with' : 'without'} the chain`;
}

/** Every reader of the whole log; answers what the strict one with the chain did. */
function* readers(
  policy: Policy,
  phase: Phase,
): Generator<WalkStep<Op>, Outcome<Value>, Outcome<Value>> {
  if (policy === 'safe') {
    const read = yield ask(phase, replay);
    if (phase === 'read') yield ask(phase, replay);
    yield ask(phase, { op: 'verify' });
    return read;
  }
  const read = yield mode(phase, true, true);
  yield mode(phase, true, false);
  yield mode(phase, false, true);
  yield mode(phase, false, false);
  yield ask(phase, { op: 'verify' });
  return read;
}

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

/** Appends that no replay would get past: each must be refused before the disk is touched. */
function* refusals(last: bigint, costly: boolean): Walk<Op, Value> {
  yield ask('refuse', append([last], false), 'not_increasing');
  yield ask('refuse', append([last + 1n, last + 1n], true), 'not_increasing');
  const odd = frameOf(last + 1n);
  yield ask('refuse', { ...appendOf([{ ...odd, type: 3 }]) }, 'unknown_type');
  if (!costly) return;
  yield ask(
    'refuse',
    appendOf([{ ...odd, payload: new Uint8Array(frameLengthMost) }]),
    'too_large',
  );
}

/** Another writer moves the log: whoever has it open must notice and refuse. */
function* stale(last: bigint): Walk<Op, Value> {
  const frames = [frameOf(last + 5n)];
  const moved = yield { ...ask('stale', { op: 'other', instance: 9n, frames }), holds: 'power' };
  if (moved.is === 'ok') yield ask('stale', append([last + 6n], true), 'stale_handle');
}

/** The segment that the first open opened has another behind it by now. */
function* sealed(opened: Outcome<Value>): Walk<Op, Value> {
  if (opened.is !== 'ok') return;
  const { segment } = opened.value as Opened;
  if (typeof segment === 'bigint') yield ask('refuse', { ...open, seq: segment }, 'sealed_segment');
}

/** No history has payloads like these. */
function frameOf(seq: bigint): Frame {
  return { seq, at: seq, type: 1, payload: new TextEncoder().encode(`walk.${seq}`) };
}

const appendOf = (frames: readonly Frame[], sync = false): Op => ({ op: 'append', frames, sync });

const append = (seqs: readonly bigint[], sync: boolean): Op => appendOf(seqs.map(frameOf), sync);
