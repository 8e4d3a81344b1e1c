import type { Notice } from '../lib/judge.ts';
import { genesis, sixteen } from './encode.ts';
import { beliefOf, cutTo, rollbackEvent } from './machine-log.ts';
import type { Disk, Stored } from './machine-log.ts';
import { manifestOf } from './machine-manifest.ts';
import { appended, refusals } from './machine-append.ts';
import { checkpointOf, filled, initial } from './machine-original.ts';
import { storedPayload } from './machine-payload.ts';
import { fail, isRead, ok, read } from './machine-read.ts';
import { withHandle } from './machine-types.ts';
import type { Handle, OnHandle, Setting, State, Way } from './machine-types.ts';
import type { Checkpoint, Op } from './ops.ts';

/** What opening answers under policy `safe`, for writing or for inspection. */
export function openSafe(state: State, op: Extract<Op, { op: 'create' | 'inspect' }>): Way {
  const made = op.op === 'create' ? { ...state, disk: { ...state.disk, made: true } } : state;
  const { disk } = made;
  const handle: Handle = {
    is: op.op === 'create' ? 'write' : 'inspect',
    max: op.max,
    durability: op.op === 'create' ? (op.durability ?? 'none') : 'none',
    knows: disk.entries,
    stale: 'no',
    counters: initial,
  };
  const entryCount = BigInt(disk.entries.length);
  const opened = { entryCount, repairs: [], notices: noticesOf(disk) };
  return { state: withHandle(made, op.h, handle), result: ok(opened) };
}

/**
 * A checkpoint that a rollback left behind speaks of another history as soon as the log has grown
 * over it.
 */
function noticesOf(disk: Disk): readonly Notice[] {
  return [...disk.checkpoints.values()]
    .filter((c) => c.headEntrySeq <= BigInt(disk.entries.length))
    .filter((c) => chainAt(disk.entries, c.headEntrySeq) !== c.chainHash)
    .map((c) => c.snapshotRef)
    .toSorted()
    .map((file) => ({ code: 'witness_disagrees', file }));
}

function chainAt(entries: readonly Stored[], seq: bigint): string {
  return seq === 0n ? genesis : (entries[Number(seq) - 1]?.chain ?? '');
}

type Mutation = Extract<
  Op,
  { op: 'append' | 'checkpoint' | 'rollback' | 'ledgerAppend' | 'manifest' | 'rebuild' | 'sync' }
>;

/** Operations of a safe store on an open handle. */
export const onSafe: OnHandle = ({ state, handle, op, at, setting }) => {
  const { disk } = state;
  if (isRead(op)) {
    // Validation compares what a handle knows with files that another one moved: nothing says what
    // it finds.
    if (op.op === 'validate' && !knowsAll(handle, disk)) return [];
    return look(state, handle, (entries) => read(entries, op));
  }
  switch (op.op) {
    case 'state':
      return look(state, handle, (entries) => ok(stateOf(entries)));
    case 'readCheckpoint':
      return [{ state, result: ok(disk.checkpoints.get(op.seq) ?? null) }];
    case 'ledger':
      return [{ state, result: ok(disk.events) }];
    case 'readManifest':
      return [{ state, result: ok(disk.manifest) }];
    case 'close': {
      const closed = withHandle(state, op.h, null);
      const done: Way = { state: closed, result: ok(null) };
      return handle.stale === 'no'
        ? [done]
        : [done, { state: closed, result: fail('stale_handle') }];
    }
  }
  if (handle.is === 'inspect') {
    const refused: Way = { state, result: fail('read_only') };
    return op.op === 'sync' ? [{ state, result: ok(null) }, refused] : [refused];
  }
  const stale: Way = {
    state: withHandle(state, op.h, { ...handle, stale: 'yes' }),
    result: fail('stale_handle'),
  };
  // What touches neither segments nor index may be done by a stale handle, or refused by it.
  const harmless = op.op === 'sync' || op.op === 'ledgerAppend';
  if (handle.stale === 'yes' && !harmless) {
    return op.op === 'append' ? [stale, ...refusals(state, handle, op, setting)] : [stale];
  }
  const ways = mutate({ state, handle, op, at, setting });
  return handle.stale === 'no' ? ways : [...ways, stale];
};

/**
 * What a reader shows: what its handle knows, or, where the log only grew since, what is there now.
 */
function look(
  state: State,
  handle: Handle,
  show: (entries: readonly Stored[]) => Way['result'],
): readonly Way[] {
  const { entries } = state.disk;
  const { knows } = handle;
  const known: Way = { state, result: show(knows) };
  if (knowsAll(handle, state.disk)) return [known];
  // Nothing says what a reader sees whose entries were rolled back under it.
  if (knows.some((e, i) => e !== entries[i])) return [];
  return [known, { state, result: show(entries) }, { state, result: fail('stale_handle') }];
}

function knowsAll({ knows }: Handle, { entries }: Disk): boolean {
  return knows.length === entries.length && knows.at(-1) === entries.at(-1);
}

function stateOf(entries: readonly Stored[]): {
  entryCount: bigint; chainHash: string; totalBytes: bigint;
  head: ReturnType<typeof beliefOf>['head'];
} {
  const { head, chain: chainHash, total: totalBytes } = beliefOf(entries);
  return { entryCount: BigInt(entries.length), chainHash, totalBytes, head };
} // prettier-ignore

function mutate(on: {
  readonly state: State;
  readonly handle: Handle;
  readonly op: Mutation;
  readonly at: string;
  readonly setting: Setting;
}): readonly Way[] {
  const { state, handle, op, at, setting } = on;
  const { disk } = state;
  const leave = (next: Disk): State => ({ ...state, disk: next });
  switch (op.op) {
    case 'sync':
      return [{ state, result: ok(null) }];
    case 'append':
      return append({ state, handle, op, at, setting });
    case 'checkpoint': {
      const checkpoint = checkpointOf(beliefOf(disk.entries), op, at);
      const checkpoints = new Map(disk.checkpoints).set(op.seq, checkpoint);
      return [{ state: leave({ ...disk, checkpoints }), result: ok(checkpoint) }];
    }
    case 'rollback':
      return [rollback({ state, handle, op, at, setting })];
    case 'ledgerAppend':
      return [
        {
          state: leave({ ...disk, events: [...disk.events, filled(op.event, at)] }),
          result: ok(null),
        },
      ];
    case 'manifest': {
      const { sessionId, sourceFormat } = op;
      const createdAt = disk.manifest?.createdAt ?? at;
      const names = { sessionId, sourceFormat, createdAt, updatedAt: at };
      const manifest = manifestOf(disk.entries, beliefOf(disk.entries), names);
      return [{ state: leave({ ...disk, manifest }), result: ok(manifest) }];
    }
    case 'rebuild':
      return [
        { state: moved(state, op.h, disk, 'maybe'), result: ok(BigInt(disk.entries.length)) },
      ];
  }
}

/**
 * The state after handle `by` changed the disk: every other writing handle is, or may be, stale.
 */
function moved(state: State, by: string, disk: Disk, others: 'maybe' | 'yes'): State {
  const handles = new Map<string, Handle>();
  for (const [name, handle] of state.handles) {
    if (name === by) handles.set(name, { ...handle, knows: disk.entries, stale: 'no' });
    else if (handle.is === 'inspect' || handle.stale === 'yes') handles.set(name, handle);
    else handles.set(name, { ...handle, stale: others });
  }
  return { disk, handles };
}

function append(on: {
  readonly state: State;
  readonly handle: Handle;
  readonly op: Extract<Op, { op: 'append' }>;
  readonly at: string;
  readonly setting: Setting;
}): readonly Way[] {
  const { state, handle, op, at, setting } = on;
  const refused = refusals(state, handle, op, setting);
  if (refused.length > 0) return refused;
  const payload = storedPayload(op.payload);
  if ('code' in payload) return [];
  const next = appended(state.disk, { ...op, payload: payload.text }, handle.max, at);
  const row = next.entries.at(-1)?.row;
  return row === undefined ? [] : [{ state: moved(state, op.h, next, 'yes'), result: ok(row) }];
}

function rollback(on: {
  readonly state: State;
  readonly handle: Handle;
  readonly op: Extract<Op, { op: 'rollback' }>;
  readonly at: string;
  readonly setting: Setting;
}): Way {
  const { state, op, at, setting } = on;
  const { disk } = state;
  const checkpoint = disk.checkpoints.get(op.seq);
  if (checkpoint === undefined) return { state, result: fail('checkpoint-not-found') };
  if (!stillHolds(disk.entries, checkpoint)) return { state, result: fail('checkpoint_mismatch') };
  const keep = disk.entries.slice(0, Number(checkpoint.headEntrySeq));
  const event = rollbackEvent(
    {
      migrationId: op.migrationId,
      correlationId: op.correlationId,
      at,
      sourcePath: `checkpoints/${sixteen(op.seq)}.json`,
      targetPath: setting.root,
    },
    {
      verification: { entryCountMatch: true, hashChainMatch: true, indexConsistent: true },
      outcome: 'ok',
      errorClass: null,
    },
  );
  const events = [...disk.events, event];
  const nothingGoes = keep.length === disk.entries.length;
  if (nothingGoes)
    return { state: moved(state, op.h, { ...disk, events }, 'maybe'), result: ok(event) };
  const cut = { ...cutTo(disk, keep), events, aside: asideAfter(disk, keep) };
  return { state: moved(state, op.h, cut, 'yes'), result: ok(event) };
}

function stillHolds(entries: readonly Stored[], checkpoint: Checkpoint): boolean {
  const { headEntrySeq, headEntryId, chainHash } = checkpoint;
  if (headEntrySeq > BigInt(entries.length)) return false;
  const id = entries[Number(headEntrySeq) - 1]?.row.entryId ?? '';
  return id === headEntryId && chainAt(entries, headEntrySeq) === chainHash;
}

/** The largest segment number that has a set-aside name once everything behind `keep` has gone. */
function asideAfter(disk: Disk, keep: readonly Stored[]): bigint | null {
  const gone = disk.entries.slice(keep.length).map((e) => e.row.segmentSeq);
  return gone.reduce((a, b) => (a !== null && a > b ? a : b), disk.aside);
}
