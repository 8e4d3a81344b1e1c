import fc from 'fast-check';
import type { Policy } from '../lib/port.ts';
import { payloadOf, payloads, refusedPayloads } from './drafts-payload.ts';
import type { Around, PayloadDraft } from './drafts-payload.ts';
import { brokenRule } from './machine-log.ts';
import { isCurrent } from './machine-original.ts';
import type { Handle, State } from './machine-types.ts';
import type { Durability, MigrationEvent, Op } from './ops.ts';

/**
 * How an append names itself and its parent; numbers pick among what is there when the draft is
 * resolved.
 */
interface AppendDraft {
  readonly do: 'append';
  readonly id: 'new' | 'same' | 'lone' | number;
  readonly parent: 'last' | 'none' | 'unknown' | 'next' | 'self' | number;
  readonly type: string;
  readonly payload: PayloadDraft;
}

/** An operation by description, so that removing one before it leaves it meaningful. */
export interface Draft {
  readonly policy: Policy;
  /** Which handle: the writer, a second writer, a reader. */
  readonly h: 'a' | 'b' | 'i';
  readonly max: number;
  readonly durability: Durability;
  readonly what:
    | AppendDraft
    | { readonly do: 'reopen' | 'inspect' | 'sync' | 'close' | 'drop' | 'rebuild' | 'validate' }
    | { readonly do: 'all' | 'index' | 'summary' | 'state' | 'ledger' | 'readManifest' }
    | { readonly do: 'lookup' | 'from' | 'tail' | 'segment'; readonly n: number }
    | { readonly do: 'path'; readonly pick: number }
    | { readonly do: 'checkpoint' | 'readCheckpoint'; readonly seq: number }
    | { readonly do: 'rollback'; readonly pick: number | 'missing' }
    | { readonly do: 'ledgerAppend'; readonly filled: boolean; readonly failed: boolean }
    | { readonly do: 'manifest'; readonly session: string }
    | { readonly do: 'sidecar' | 'hasSidecar'; readonly path: string };
}

const types = ['message', 'compaction', 'label', 'custom', '', 'ünï\n'] as const;
const thresholds = [1, 400, 700, 1200, 4096, 65_536] as const;

const sessionPaths = ['/x/a.jsonl', '/x/a.b.jsonl', '/x/.jsonl', '/x/a', '/é.v2'] as const;

function appends(isSafe: boolean): fc.Arbitrary<AppendDraft> {
  const rare = isSafe ? 1 : 0;
  return fc.record({
    do: fc.constant('append' as const),
    id: fc.oneof(
      { weight: 30, arbitrary: fc.constant('new' as const) },
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 7 }) },
      { weight: 1, arbitrary: fc.constant('same' as const) },
      { weight: rare, arbitrary: fc.constant('lone' as const) },
    ),
    parent: fc.oneof(
      { weight: 20, arbitrary: fc.constant('last' as const) },
      { weight: 6, arbitrary: fc.constant('none' as const) },
      { weight: 8, arbitrary: fc.nat(50) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('unknown' as const, 'next' as const, 'self' as const),
      },
    ),
    type: fc.constantFrom(...types),
    payload: fc.oneof(
      { weight: 20, arbitrary: payloads(isSafe) },
      { weight: rare, arbitrary: refusedPayloads },
    ),
  });
}

/**
 * Drafts of operations for a policy; each array of them is a history, whatever is taken out of it.
 */
export function drafts(policy: Policy): fc.Arbitrary<Draft> {
  const isSafe = policy === 'safe';
  const plain = <T extends string>(...names: readonly T[]): fc.Arbitrary<{ readonly do: T }> =>
    fc.constantFrom(...names).map((name) => ({ do: name }));
  const seq = fc.integer({ min: 0, max: 3 });
  const what: fc.Arbitrary<Draft['what']> = fc.oneof(
    { weight: 60, arbitrary: appends(isSafe) },
    { weight: isSafe ? 6 : 0, arbitrary: plain('sync') },
    { weight: 7, arbitrary: plain('reopen') },
    { weight: 3, arbitrary: plain('close', 'drop') },
    { weight: 2, arbitrary: plain('inspect') },
    { weight: 3, arbitrary: plain('rebuild', 'validate') },
    { weight: 10, arbitrary: plain('all', 'index', 'summary', 'state', 'ledger', 'readManifest') },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constantFrom('lookup', 'from', 'tail', 'segment'),
        n: fc.nat(12),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('path' as const), pick: fc.nat(50) }) },
    { weight: 7, arbitrary: fc.record({ do: fc.constant('checkpoint' as const), seq }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('readCheckpoint' as const), seq }) },
    {
      weight: 9,
      arbitrary: fc.record({
        do: fc.constant('rollback' as const),
        pick: fc.oneof(
          { weight: 9, arbitrary: fc.nat(3) },
          { weight: 1, arbitrary: fc.constant('missing' as const) },
        ),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('ledgerAppend' as const),
        filled: fc.boolean(),
        failed: fc.boolean(),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('manifest' as const),
        session: fc.constantFrom('s', '', 'é"'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom('sidecar' as const, 'hasSidecar' as const),
        path: fc.constantFrom(...sessionPaths),
      }),
    },
  );
  return fc.record({
    policy: fc.constant(policy),
    h: fc.oneof(
      { weight: 40, arbitrary: fc.constant('a' as const) },
      { weight: 2, arbitrary: fc.constant('b' as const) },
      { weight: 1, arbitrary: fc.constant('i' as const) },
    ),
    max: fc.constantFrom(...thresholds),
    durability: fc.constantFrom('none' as const, 'entry' as const),
    what,
  });
}

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
