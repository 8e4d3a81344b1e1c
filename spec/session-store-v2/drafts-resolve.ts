import { payloadOf } from './drafts-payload.ts';
import type { Around } from './drafts-payload.ts';
import type { AppendDraft, Draft } from './drafts.ts';
import { brokenRule } from './machine-log.ts';
import { isCurrent } from './machine-original.ts';
import type { Handle, State } from './machine-types.ts';
import type { MigrationEvent, Op } from './ops.ts';

/**
 * The operation that a draft stands for in a state. Where its handle is not open, that is opening
 * it.
 */
export function resolve(state: State, draft: Draft): Op {
  const { h, what } = draft;
  if (what.do === 'sidecar' || what.do === 'hasSidecar') return { op: what.do, path: what.path };
  const handle = state.handles.get(h);
  if (what.do === 'inspect') return inspecting(draft);
  if (what.do === 'reopen' || handle === undefined) return opening(state, draft);
  switch (what.do) {
    case 'append':
      return canAppend(state, draft, handle)
        ? appendOf(state, handle, h, what)
        : opening(state, draft);
    case 'lookup':
    case 'from':
    case 'segment':
      return { op: what.do, h, seq: BigInt(what.n) };
    case 'tail':
      return { op: 'tail', h, n: BigInt(what.n) };
    case 'path':
      return { op: 'path', h, leaf: idAt(state, what.pick) ?? 'nobody' };
    case 'checkpoint':
      return { op: 'checkpoint', h, seq: BigInt(what.seq), reason: `reason ${what.seq}` };
    case 'readCheckpoint':
      return { op: 'readCheckpoint', h, seq: BigInt(what.seq) };
    case 'rollback':
      return rollbackOf(state, h, what.pick);
    case 'ledgerAppend':
      return { op: 'ledgerAppend', h, event: eventOf(what.filled, what.failed) };
    case 'manifest':
      return { op: 'manifest', h, sessionId: what.session, sourceFormat: 'native_v2' };
    default:
      return { op: what.do, h };
  }
}

/**
 * Under `safe` an inspecting handle never writes, so the writers keep their names to themselves.
 */
function inspecting(draft: Draft): Op {
  const h = draft.policy === 'safe' ? 'i' : draft.h;
  return { op: 'inspect', h, max: BigInt(draft.max) };
}

function opening(state: State, draft: Draft): Op {
  const { h, max, policy, durability } = draft;
  const isReader = h === 'i' && draft.what.do !== 'reopen';
  // An original that accepted what it cannot open is looked at, and may be rolled back, without
  // opening it.
  const isShut = policy === 'original' && brokenRule(state.disk.entries) !== null;
  if (isReader || (isShut && draft.what.do !== 'reopen'))
    return { op: 'inspect', h, max: BigInt(max) };
  return policy === 'safe'
    ? { op: 'create', h, max: BigInt(max), durability }
    : { op: 'create', h, max: BigInt(max) };
}

/**
 * An original that is not at the end of the log would overwrite it; that is the table's matter, not
 * the machine's.
 */
function canAppend(state: State, draft: Draft, handle: Handle): boolean {
  return (
    draft.policy === 'safe' || (state.disk.made && isCurrent(handle.counters, state.disk.entries))
  );
}

function appendOf(state: State, handle: Handle, h: string, draft: AppendDraft): Op {
  const { entries, segments } = state.disk;
  const id = newId(state, draft.id);
  const wanted = { id, parent: parentOf(state, draft.parent, id), type: draft.type };
  const last = entries.at(-1)?.row;
  const place = {
    segmentSeq: last?.segmentSeq ?? 1n,
    frameSeq: (last?.frameSeq ?? 0n) + 1n,
    entrySeq: BigInt(entries.length + 1),
  };
  const size = Number(segments.get(place.segmentSeq) ?? 0n);
  const around: Around = { size, max: Number(handle.max), place, wanted };
  return { op: 'append', h, ...wanted, payload: payloadOf(draft.payload, around) };
}

const strangeIds = ['', ' ', 'é', '😀', '"\\', '\u0001', '\u2028', 'x'.repeat(300)] as const;

function newId(state: State, draft: AppendDraft['id']): string {
  const { entries } = state.disk;
  const taken = new Set(entries.map((e) => e.frame.entryId));
  const next = `e${entries.length + 1}`;
  const strange = typeof draft === 'number' ? strangeIds[draft] : undefined;
  if (strange !== undefined && !taken.has(strange)) return strange;
  if (draft === 'same') return entries.at(-1)?.frame.entryId ?? next;
  return draft === 'lone' ? `lone \ud800` : next;
}

function parentOf(state: State, draft: AppendDraft['parent'], id: string): string | null {
  switch (draft) {
    case 'none':
      return null;
    case 'last':
      return state.disk.entries.at(-1)?.frame.entryId ?? null;
    case 'unknown':
      return 'nobody';
    case 'next':
      return `e${state.disk.entries.length + 2}`;
    case 'self':
      return id;
    default:
      return idAt(state, draft);
  }
}

function idAt(state: State, pick: number): string | null {
  const { entries } = state.disk;
  return entries.length === 0 ? null : (entries[pick % entries.length]?.frame.entryId ?? null);
}

function rollbackOf(state: State, h: string, pick: number | 'missing'): Op {
  const known = [...state.disk.checkpoints.keys()];
  if (known.length === 0 && pick !== 'missing') {
    return { op: 'checkpoint', h, seq: BigInt(pick), reason: 'to return to' };
  }
  const seq = pick === 'missing' ? undefined : known[pick % known.length];
  return {
    op: 'rollback',
    h,
    seq: seq ?? 99n,
    migrationId: '00000000-0000-0000-0000-00000000000a',
    correlationId: 'rollback_00000001',
  };
}

function eventOf(filled: boolean, failed: boolean): MigrationEvent {
  return {
    schema: filled ? 'mine' : '',
    migrationId: 'm',
    phase: 'forward',
    at: filled ? '2026-01-01T00:00:00.000Z' : '',
    sourcePath: 'é"\n',
    targetPath: '',
    sourceFormat: 'jsonl_v3',
    targetFormat: 'native_v2',
    verification: { entryCountMatch: !failed, hashChainMatch: true, indexConsistent: true },
    outcome: failed ? 'fatal_error' : 'ok',
    errorClass: failed ? 'io' : null,
    correlationId: '',
  };
}
