import { JsonError, reprintValue } from '../lib/json.ts';
import { isWellFormed } from '../lib/utf8.ts';
import { genesis, schemas, sixteen } from './encode.ts';
import { beliefOf, brokenRule, cutTo, frameAt, rollbackEvent, stored } from './machine-log.ts';
import type { Disk, Stored } from './machine-log.ts';
import { manifestOf } from './machine-manifest.ts';
import { fail, isRead, ok, read } from './machine-read.ts';
import { withHandle } from './machine-types.ts';
import type { Counters, Handle, OnHandle, Setting, State, Way } from './machine-types.ts';
import type { Checkpoint, MigrationEvent, Op } from './ops.ts';

/** The counters of a handle that has looked at nothing. */
export const initial: Counters = {
  segmentSeq: 1n,
  frameSeq: 1n,
  entrySeq: 1n,
  segmentBytes: 0n,
  head: null,
  chain: genesis,
  total: 0n,
  lastCrc32c: '00000000',
};

/** The counters of a handle that has read these entries. */
export function bootstrapped(entries: readonly Stored[]): Counters {
  const last = entries.at(-1);
  if (last === undefined) return initial;
  return {
    ...beliefOf(entries),
    segmentSeq: last.row.segmentSeq,
    frameSeq: last.row.frameSeq + 1n,
    entrySeq: last.row.entrySeq + 1n,
    segmentBytes: last.row.byteOffset + last.row.byteLength,
  };
}

/** What `create` answers: the entries as they are, or the first rule that they break. */
export function openOriginal(state: State, op: Extract<Op, { op: 'create' }>): Way {
  const made: State = { ...state, disk: { ...state.disk, made: true } };
  const { entries } = made.disk;
  const code = brokenRule(entries);
  if (code !== null) return { state: withHandle(made, op.h, null), result: fail(code) };
  const counters = bootstrapped(entries);
  const handle: Handle = {
    is: 'write',
    max: op.max,
    durability: 'none',
    knows: entries,
    stale: 'no',
    counters,
  };
  const opened = { entryCount: counters.entrySeq - 1n, repairs: [], notices: [] };
  return { state: withHandle(made, op.h, handle), result: ok(opened) };
}

/**
 * Operations of the original on an open handle (format page, Operations), while no outdated handle
 * appends.
 */
export const onOriginal: OnHandle = ({ state, handle, op, at, setting }) => {
  const { disk } = state;
  const { counters } = handle;
  const put = (next: Disk, after: Counters = counters): State =>
    withHandle({ ...state, disk: next }, op.h, { ...handle, counters: after });
  if (isRead(op)) return [{ state, result: read(disk.entries, op) }];
  switch (op.op) {
    case 'sync':
      return [{ state, result: fail('not_supported') }];
    case 'close':
      return [{ state: withHandle(state, op.h, null), result: ok(null) }];
    case 'state': {
      const { chain: chainHash, total: totalBytes, head } = counters;
      return [
        { state, result: ok({ entryCount: counters.entrySeq - 1n, chainHash, totalBytes, head }) },
      ];
    }
    case 'readCheckpoint':
      return [{ state, result: ok(disk.checkpoints.get(op.seq) ?? null) }];
    case 'ledger':
      return [{ state, result: ok(disk.events) }];
    case 'readManifest':
      return [{ state, result: ok(disk.manifest) }];
  }
  // Without directories the rest fails in ways that belong to the file system.
  if (!disk.made) return [];
  switch (op.op) {
    case 'append':
      return append({ disk, handle, op, at, put });
    case 'checkpoint': {
      const checkpoint = checkpointOf(counters, op, at);
      const checkpoints = new Map(disk.checkpoints).set(op.seq, checkpoint);
      return [{ state: put({ ...disk, checkpoints }), result: ok(checkpoint) }];
    }
    case 'rollback':
      return [rollback({ disk, op, at, setting, put })];
    case 'ledgerAppend': {
      const events = [...disk.events, filled(op.event, at)];
      return [{ state: put({ ...disk, events }), result: ok(null) }];
    }
    case 'manifest': {
      const createdAt = disk.manifest?.createdAt ?? at;
      const { sessionId, sourceFormat } = op;
      const names = { sessionId, sourceFormat, createdAt, updatedAt: at };
      const manifest = manifestOf(disk.entries, counters, names);
      return [{ state: put({ ...disk, manifest }), result: ok(manifest) }];
    }
    case 'rebuild':
      return [
        { state: put(disk, bootstrapped(disk.entries)), result: ok(BigInt(disk.entries.length)) },
      ];
  }
};

type Put = (next: Disk, after?: Counters) => State;

function append(on: {
  readonly disk: Disk;
  readonly handle: Handle;
  readonly op: Extract<Op, { op: 'append' }>;
  readonly at: string;
  readonly put: Put;
}): readonly Way[] {
  const { disk, handle, op, at, put } = on;
  const { counters } = handle;
  // A handle that does not stand at the end would overwrite what others wrote; texts without UTF-8
  // form cannot be given.
  if (
    !isCurrent(counters, disk.entries) ||
    ![op.id, op.parent ?? '', op.type, op.payload].every(isWellFormed)
  ) {
    return [];
  }
  const payload = printed(op.payload);
  if (payload === null) return [{ state: put(disk), result: fail('json') }];
  const wanted = { id: op.id, parent: op.parent, type: op.type, payload };
  let made = frameAt(wanted, counters, at);
  if (counters.segmentBytes > 0n && counters.segmentBytes + BigInt(made.line.length) > handle.max) {
    const { segmentSeq, entrySeq } = counters;
    made = frameAt(wanted, { segmentSeq: segmentSeq + 1n, frameSeq: 1n, entrySeq }, at);
  }
  const next = stored(disk, made.frame, made.line);
  const row = next.entries.at(-1)?.row;
  if (row === undefined) return [];
  return [{ state: put(next, bootstrapped(next.entries)), result: ok(row) }];
}

/** True where the counters are those of a handle that has just read these entries. */
export function isCurrent(counters: Counters, entries: readonly Stored[]): boolean {
  const fresh = bootstrapped(entries);
  return (
    counters.entrySeq === fresh.entrySeq &&
    counters.segmentSeq === fresh.segmentSeq &&
    counters.segmentBytes === fresh.segmentBytes &&
    counters.chain === fresh.chain
  );
}

function printed(payload: string): string | null {
  try {
    return reprintValue(payload);
  } catch (error) {
    if (error instanceof JsonError) return null;
    throw error;
  }
}

/** The checkpoint of a handle that believes this head and chain. */
export function checkpointOf(
  belief: Pick<Counters, 'head' | 'chain'>,
  op: Extract<Op, { op: 'checkpoint' }>,
  at: string,
): Checkpoint {
  return {
    schema: schemas.checkpoint,
    checkpointSeq: op.seq,
    at,
    headEntrySeq: belief.head?.entrySeq ?? 0n,
    headEntryId: belief.head?.entryId ?? '',
    snapshotRef: `checkpoints/${sixteen(op.seq)}.json`,
    compactedBeforeEntrySeq: 0n,
    chainHash: belief.chain,
    reason: op.reason,
  };
}

/** An event as it is stored: an empty schema or time is filled in. */
export function filled(event: MigrationEvent, at: string): MigrationEvent {
  const schema = event.schema === '' ? schemas.event : event.schema;
  return { ...event, schema, at: event.at === '' ? at : event.at };
}

function rollback(on: {
  readonly disk: Disk;
  readonly op: Extract<Op, { op: 'rollback' }>;
  readonly at: string;
  readonly setting: Setting;
  readonly put: Put;
}): Way {
  const { disk, op, at, put } = on;
  const { root } = on.setting;
  const checkpoint = disk.checkpoints.get(op.seq);
  const names = {
    migrationId: op.migrationId,
    correlationId: op.correlationId,
    at,
    targetPath: root,
  };
  if (checkpoint === undefined) {
    const none = { entryCountMatch: false, hashChainMatch: false, indexConsistent: false };
    const event = rollbackEvent(
      { ...names, sourcePath: `${root}/checkpoints/${sixteen(op.seq)}.json` },
      { verification: none, outcome: 'fatal_error', errorClass: 'checkpoint_not_found' },
    );
    const state = put({ ...disk, events: [...disk.events, event] });
    return { state, result: { is: 'info', code: 'checkpoint-not-found' } };
  }
  // It cuts first and looks afterwards.
  const cut = cutTo(
    disk,
    disk.entries.filter((e) => e.row.entrySeq <= checkpoint.headEntrySeq),
  );
  const counters = bootstrapped(cut.entries);
  const verification = {
    entryCountMatch: counters.entrySeq - 1n === checkpoint.headEntrySeq,
    hashChainMatch: counters.chain === checkpoint.chainHash,
    indexConsistent: brokenRule(cut.entries) === null,
  };
  const { entryCountMatch, hashChainMatch, indexConsistent } = verification;
  const isOk = entryCountMatch && hashChainMatch && indexConsistent;
  const event = rollbackEvent(
    { ...names, sourcePath: checkpoint.snapshotRef },
    {
      verification,
      outcome: isOk ? 'ok' : indexConsistent ? 'recoverable_error' : 'fatal_error',
      errorClass: isOk ? null : indexConsistent ? 'integrity_mismatch' : 'index_corruption',
    },
  );
  const state = put({ ...cut, events: [...disk.events, event] }, counters);
  return { state, result: isOk ? ok(event) : { is: 'info', code: 'rollback-unverified' } };
}
