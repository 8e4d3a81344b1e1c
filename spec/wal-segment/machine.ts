import type { Holds, Outcome } from '../lib/history.ts';
import type { Key } from '../lib/judge.ts';
import type { Owing } from '../lib/ledger.ts';
import type { Claims, Policy } from '../lib/port.ts';
import { keyOf, noHash } from './bytes.ts';
import type { CodeName } from './codes.ts';
import { countedFixedBytes, frameLengthMost } from './layout.ts';
import { pathOf } from './names.ts';
import { payloadTypes } from './search.ts';
import * as of from './machine-segments.ts';
import type { Active, Segment, State } from './machine-segments.ts';
import type { Frame, Op, Rotation, Value } from './ops.ts';

export type { State } from './machine-segments.ts';
export { payloadTypes } from './search.ts';

type Next = readonly { readonly state: State; readonly result: Outcome<Value> }[];
type Opening = Extract<Op, { op: 'open' }>;
type Appending = Extract<Op, { op: 'append' }>;
type Besides = Extract<Op, { op: 'other' }>;
type Replaying = Extract<Op, { op: 'replay' }>;

/** The size and the age at which a rotation is due, unless `open` says otherwise. */
export const defaults = { maxBytes: 67_108_864n, maxAgeMicros: 60_000_000n } as const;

const u64Max = (1n << 64n) - 1n;
const isU64 = (value: bigint): boolean => value >= 0n && value <= u64Max;

/**
 * The machine of a log under a policy: what the original does, or what `safe` promises, on a disk
 * without faults. `claims` narrow what an `ok` survives.
 */
export function machine(policy: Policy, claims?: Pick<Claims, 'holds'>): Owing<State, Op, Value> {
  const may = (level: Holds): boolean => claims === undefined || claims.holds.includes(level);
  const plain: Holds = may('process') ? 'process' : 'memory';
  const synced: Holds = may('power') ? 'power' : plain;
  return {
    start: () => ({ segments: [], active: null }),
    next: (state, op, at) => next(policy, state, op, microsOf(at)),
    holds: (_state, op) => {
      if (op.op === 'sync') return synced;
      if (op.op === 'other') return op.frames.length === 0 ? 'memory' : synced;
      // A batch without frames answers before it would sync.
      if (op.op === 'append') return op.frames.length === 0 ? 'memory' : op.sync ? synced : plain;
      return op.op === 'close' || op.op === 'rotate' ? plain : 'memory';
    },
    log: (state) => keysOf(state),
    force: (state, op, at) => forced(policy, state, op, at),
    partly: (state, op) => beginnings(policy, state, op),
    handle: ({ op }) => {
      if (op === 'other') return { name: 'other', opens: true };
      const reads = op === 'replay' || op === 'verify' || op === 'frames';
      return { name: reads ? 'files' : 'log', opens: reads || op === 'open' };
    },
  };
}

const keysKept = new WeakMap<State, readonly Key[]>();

function keysOf(state: State): readonly Key[] {
  let keys = keysKept.get(state);
  if (keys === undefined) keysKept.set(state, (keys = of.framesOf(state).map(keyOf)));
  return keys;
}

/** Microseconds since 1970 of an ISO time. */
export function microsOf(at: string): bigint {
  return BigInt(Date.parse(at)) * 1000n;
}

function next(policy: Policy, state: State, op: Op, now: bigint): Next {
  if (op.op === 'open') return open(policy, state, op, now);
  if (op.op === 'append') return append(policy, state, op);
  if (op.op === 'other') return besides(policy, state, op, now);
  if (op.op === 'replay') return replay(policy, state, op);
  if (op.op === 'verify') return verify(policy, state);
  if (op.op === 'frames') {
    const segment = of.segmentOf(state, op.segment);
    return segment === undefined ? refuse(state, 'no_such_segment') : ok(state, segment.frames);
  }
  const { active } = state;
  if (active === null) return refuse(state, 'no-handle');
  if (active.isStale && op.op !== 'shouldRotate' && op.op !== 'force') {
    return refuse(op.op === 'close' ? { ...state, active: null } : state, 'stale_handle');
  }
  if (op.op === 'shouldRotate') return ok(state, due(active, now));
  if (op.op === 'sync') return ok(state, null);
  if (op.op === 'force') return ok({ ...state, active: { ...active, force: true } }, null);
  const closed = of.closedOf(state, active);
  if (op.op === 'close') return ok({ ...state, active: null }, closed);
  const isLast = active.segment === u64Max;
  if (isLast && policy === 'safe') return refuse(state, 'numbers_used_up');
  // The original counts on at 0, whatever stands there.
  const segment = isLast ? 0n : active.segment + 1n;
  const to = { ...active, segment, force: false, prev: closed.hash };
  return ok(of.withActive(state, { ...to, openedAt: now }), closed);
}

/** The original takes any number, and begins a new chain; `safe` goes on with the last segment. */
function open(policy: Policy, state: State, op: Opening, now: bigint): Next {
  const last = state.segments.at(-1);
  const segment = op.seq ?? last?.segment ?? 1n;
  const numbers = [segment, op.instance, op.maxBytes ?? 0n, op.maxAgeMicros ?? 0n];
  if (!numbers.every(isU64)) {
    return policy === 'safe' ? refuse({ ...state, active: null }, 'not_u64') : [];
  }
  if (policy === 'safe' && last !== undefined && segment < last.segment) {
    return refuse({ ...state, active: null }, 'segment_sealed');
  }
  const active: of.Wanted = {
    segment,
    instance: op.instance,
    maxBytes: op.maxBytes ?? defaults.maxBytes,
    maxAgeMicros: op.maxAgeMicros ?? defaults.maxAgeMicros,
    openedAt: now,
    force: false,
    prev: policy === 'safe' && last !== undefined ? of.hashOf(last) : noHash,
  };
  const opened = of.withActive(state, active);
  const sizeBytes = of.segmentOf(opened, segment)?.sizeBytes ?? 0n;
  const found = policy === 'safe' ? restarts(state) : [];
  return ok(opened, { segment, sizeBytes, repairs: [], notices: found });
}

/** Segments behind the first that begin a chain of their own, as an original's restart leaves. */
function restarts(state: State): readonly { readonly code: string; readonly file: string }[] {
  return state.segments
    .slice(1)
    .filter((segment) => segment.prev === noHash)
    .map(({ segment }) => ({ code: 'chain_restart', file: pathOf(segment) }));
}

function append(policy: Policy, state: State, op: Appending): Next {
  if (state.active === null) return refuse(state, 'no-handle');
  if (state.active.isStale) return refuse(state, 'stale_handle');
  if (op.frames.length === 0) return ok(state, null);
  const code = policy === 'safe' ? refusalOf(state, op.frames) : null;
  const canBeSaid = op.frames.every(({ seq, at }) => isU64(seq) && isU64(at));
  if (policy === 'original' && !canBeSaid) return [];
  return code === null
    ? ok(of.withFrames(state, state.active, op.frames), null)
    : refuse(state, code);
}

/** What `safe` refuses because a later replay would. */
function refusalOf(state: State, frames: readonly Frame[]): CodeName | null {
  let last = of.lastSeq(state);
  for (const { seq, at, type, payload } of frames) {
    if (!isU64(seq) || !isU64(at)) return 'not_u64';
    if (seq <= last) return 'not_increasing';
    if (!payloadTypes.includes(type)) return 'unknown_payload_type';
    if (payload.length + countedFixedBytes > frameLengthMost) return 'frame_too_large';
    last = seq;
  }
  return null;
}

/** What another writer does; the open handle knows nothing of it, and `safe` sees that. */
function besides(policy: Policy, state: State, op: Besides, now: bigint): Next {
  const { active } = state;
  const opening: Opening = { op: 'open', instance: op.instance };
  return open(policy, { ...state, active: null }, opening, now).flatMap((opened) =>
    append(policy, opened.state, { op: 'append', frames: op.frames, sync: true }).flatMap(
      (done): Next => {
        const isStale = policy === 'safe' && done.state !== opened.state;
        const mine = active === null ? null : { ...active, isStale: active.isStale || isStale };
        const after = { segments: done.state.segments, active: mine };
        const { result } = done;
        if (result.is === 'ok') return [{ state: after, result }];
        // Opening may write before the append is refused: a segment, or what it makes durable.
        const told = (['fail', 'info'] as const).map((is) => ({ ...result, is }));
        return told.map((one) => ({ state: after, result: one }));
      },
    ),
  );
}

/** The log of a port that accepted a batch which it should have refused. */
function forced(policy: Policy, state: State, op: Op, at: string): State | null {
  const { active } = state;
  if (op.op === 'append') return active === null ? null : of.withFrames(state, active, op.frames);
  if (op.op !== 'other') return null;
  const opening: Opening = { op: 'open', instance: op.instance };
  const opened = open(policy, { ...state, active: null }, opening, microsOf(at))[0]?.state;
  if (opened?.active == null) return null;
  return { ...of.withFrames(opened, opened.active, op.frames), active };
}

/** What a batch leaves of which not all frames arrived. */
function beginnings(policy: Policy, state: State, op: Op): readonly State[] {
  if (op.op !== 'append' && op.op !== 'other') return [];
  const { frames } = op;
  const into = op.op === 'append' ? state.active : lastActive(state);
  if (into === null) return [];
  const { active } = state;
  const mine = active === null ? null : { ...active, isStale: policy === 'safe' };
  return frames.slice(1).map((_, i) => ({
    ...of.withFrames(state, into, frames.slice(0, i + 1)),
    ...(op.op === 'append' ? {} : { active: mine }),
  }));
}

/** The last segment as another writer opens it, where there is one. */
function lastActive({ segments }: State): Active | null {
  const last = segments.at(-1);
  if (last === undefined) return null;
  const { segment, prev, parts: hashed } = last;
  const limits = { ...defaults, instance: 0n, openedAt: 0n, force: false };
  return { ...limits, segment, prev, hashed, isStale: false };
}

function due(active: Active, now: bigint): Rotation | null {
  if (active.force) return 'forced';
  if (of.sizeKnownTo(active) >= active.maxBytes) return 'size';
  // A clock that went back is taken for one that stands.
  const age = now < active.openedAt ? 0n : now - active.openedAt;
  return age >= active.maxAgeMicros ? 'time' : null;
}

/** Where the chain breaks, as an index of the segments; -1 where it does not. */
function brokenAt(policy: Policy, state: State): number {
  return state.segments.findIndex(({ prev }, i) => {
    const before = state.segments[i - 1];
    if (policy === 'safe' && prev === noHash) return false;
    return prev !== (before === undefined ? noHash : of.hashOf(before));
  });
}

function verify(policy: Policy, state: State): Next {
  if (brokenAt(policy, state) >= 0) return refuse(state, 'chain_mismatch');
  return ok(
    state,
    state.segments.map((s) => ({ segment: s.segment, prev: s.prev, hash: of.hashOf(s) })),
  );
}

/** Undamaged segments; an original's restarts and wrong sequences are all that can go wrong. */
function replay(policy: Policy, state: State, op: Replaying): Next {
  const { strict = true, chain = true } = op;
  const broken = chain ? brokenAt(policy, state) : -1;
  if (broken >= 0 && strict) return refuse(state, 'chain_mismatch');
  const segments: readonly Segment[] =
    broken >= 0 ? state.segments.slice(0, broken) : state.segments;
  const applied: Frame[] = [];
  let last = 0n;
  for (const frame of segments.flatMap((segment) => segment.frames)) {
    if (frame.seq <= op.after) continue;
    if (frame.seq <= last) return refuse(state, 'non_monotonic');
    if (!payloadTypes.includes(frame.type)) {
      if (strict) return refuse(state, 'unknown_payload_type');
      continue;
    }
    applied.push(frame);
    last = frame.seq;
  }
  return ok(state, applied);
}

const ok = (state: State, value: Value): Next => [{ state, result: { is: 'ok', value } }];

const refuse = (state: State, code: CodeName): Next => [{ state, result: { is: 'fail', code } }];
