import { rowRecord, schemas } from '../codec-records.ts';
import { under } from '../paths.ts';
import type { Checkpoint, MigrationEvent, Row } from '../types.ts';
import { bootstrap } from './bootstrap.ts';
import { bufferedLines } from './buffered.ts';
import { appendEvent, checkpointPath, readCheckpoint } from './checkpoint.ts';
import { asStoreError, isDeath, isUnverified, rollbackErrorClass, sessionError } from './errors.ts';
import {
  bestEffort, listSegments, makeDirectories, opens, syncDir, truncateFile, withFile,
} from './files.ts'; // prettier-ignore
import { entryCount, resetCounters, U64_MAX } from './handle.ts';
import type { Handle } from './handle.ts';
import { readIndex } from './read.ts';
import { isValid } from './validate.ts';

/** The caller's names for one rollback, as the ledger event carries them. */
export interface RollbackIds {
  readonly migrationId: string;
  readonly correlationId: string;
}

/**
 * Cuts the store back to a checkpoint's head (format page, Rollback in the original), verifies
 * afterwards, and tells the ledger. Any error but a failed verification leaves one more event of
 * failure, if that can be written.
 */
export function rollback(handle: Handle, seq: bigint, ids: RollbackIds): MigrationEvent {
  let event: MigrationEvent;
  try {
    event = cutBack(handle, seq, ids);
  } catch (error) {
    const known = asStoreError(error);
    if (!isUnverified(known) && !isDeath(known)) {
      bestEffort(() => appendEvent(handle, failureEvent(handle, seq, { ids, why: known })));
    }
    throw known;
  }
  return event;
}

function cutBack(handle: Handle, seq: bigint, ids: RollbackIds): MigrationEvent {
  const checkpoint = readCheckpoint(handle, seq);
  if (checkpoint === null) {
    throw sessionError('checkpoint-not-found', `checkpoint ${seq} not found`);
  }
  const rows = readIndex(handle).filter((row) => row.entrySeq <= checkpoint.headEntrySeq);
  cutSegments(handle, keptLengths(rows));
  replaceIndex(handle, rows);
  resetCounters(handle.memory);
  bootstrap(handle);
  const event = rollbackEvent(handle, checkpoint, ids);
  appendEvent(handle, event);
  if (event.outcome === 'ok') return event;
  throw sessionError('rollback-unverified', `rollback verification failed for checkpoint ${seq}`);
}

/** How much of each segment the kept rows reach. */
function keptLengths(rows: readonly Row[]): ReadonlyMap<bigint, bigint> {
  const lengths = new Map<bigint, bigint>();
  for (const row of rows) {
    const end = row.byteOffset + row.byteLength;
    if (end > U64_MAX) {
      throw sessionError('rollback-range-overflow', 'index byte range overflow during rollback');
    }
    const before = lengths.get(row.segmentSeq) ?? 0n;
    lengths.set(row.segmentSeq, end > before ? end : before);
  }
  return lengths;
}

function cutSegments(handle: Handle, lengths: ReadonlyMap<bigint, bigint>): void {
  const { fs } = handle.env;
  for (const { seq, path } of listSegments(handle)) {
    const keep = lengths.get(seq) ?? 0n;
    if (keep === 0n) fs.unlinkSync(path);
    else if (keep < BigInt(fs.statSync(path).size)) truncateFile(fs, path, Number(keep));
  }
}

function replaceIndex({ env: { fs }, paths }: Handle, rows: readonly Row[]): void {
  const staged = under(paths.tmp, 'offsets.rollback.tmp');
  bestEffort(() => makeDirectories(fs, paths.tmp));
  withFile(fs, staged, opens.replace, (fd) => {
    const index = bufferedLines(fs, fd);
    try {
      for (const row of rows) {
        index.json(rowRecord.print(row, null));
        index.endLine();
      }
      index.flush();
    } finally {
      index.drop();
    }
    fs.fsyncSync(fd);
  });
  fs.renameSync(staged, paths.index);
  bestEffort(() => syncDir(fs, paths.indexDir));
}

function rollbackEvent(handle: Handle, checkpoint: Checkpoint, ids: RollbackIds): MigrationEvent {
  const verification = {
    entryCountMatch: entryCount(handle.memory) === checkpoint.headEntrySeq,
    hashChainMatch: handle.memory.chainHash === checkpoint.chainHash,
    indexConsistent: isValid(handle),
  };
  const { entryCountMatch, hashChainMatch, indexConsistent } = verification;
  const base = { ...eventBase(handle, ids), sourcePath: checkpoint.snapshotRef, verification };
  if (entryCountMatch && hashChainMatch && indexConsistent) {
    return { ...base, outcome: 'ok', errorClass: null };
  }
  return indexConsistent
    ? { ...base, outcome: 'recoverable_error', errorClass: 'integrity_mismatch' }
    : { ...base, outcome: 'fatal_error', errorClass: 'index_corruption' };
}

function failureEvent(
  handle: Handle,
  seq: bigint,
  { ids, why }: { ids: RollbackIds; why: ReturnType<typeof asStoreError> },
): MigrationEvent {
  return {
    ...eventBase(handle, ids),
    sourcePath: checkpointPath(handle, seq),
    verification: { entryCountMatch: false, hashChainMatch: false, indexConsistent: false },
    outcome: 'fatal_error',
    errorClass: rollbackErrorClass(why),
  };
}

function eventBase(
  { env, paths }: Handle,
  ids: RollbackIds,
): Omit<MigrationEvent, 'sourcePath' | 'verification' | 'outcome' | 'errorClass'> {
  return {
    schema: schemas.event,
    migrationId: ids.migrationId,
    phase: 'rollback',
    at: env.now(),
    targetPath: paths.root,
    sourceFormat: 'native_v2',
    targetFormat: 'native_v2',
    correlationId: ids.correlationId,
  };
}
