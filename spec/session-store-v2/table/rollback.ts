import type { Checkpoint, MigrationEvent, Op, Row } from '../ops.ts';
import { appendEvent } from './append.ts';
import { bootstrap, cut } from './bootstrap.ts';
import { readCheckpoint } from './checkpoint.ts';
import { makeDirectories, openToWrite, overwrite, rename, stat, unlink } from './disk.ts';
import { Fault, sessionFault } from './fault.ts';
import { readIndex } from './read.ts';
import { joined } from './rebuild.ts';
import { entryCount } from './readers.ts';
import { rowLine } from './records.ts';
import { checkpointPath, indexPath, shown, u64Max } from './run.ts';
import type { Run } from './run.ts';
import { listSegments } from './segments.ts';
import { isValid } from './validate.ts';

type RollbackOp = Extract<Op, { readonly op: 'rollback' }>;

const tmpPath = 'tmp/offsets.rollback.tmp';
const unverified = 'rollback verification failed';

/**
 * Goes back to a checkpoint (format page, Rollback in the original): destroys first, verifies
 * afterwards, and tells the ledger either way.
 */
export function rollback(run: Run, op: RollbackOp): MigrationEvent {
  try {
    return goBack(run, op);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (!(error.category === 'session' && error.message.includes(unverified))) {
      tellFailure(run, op, error);
    }
    throw error;
  }
}

function goBack(run: Run, op: RollbackOp): MigrationEvent {
  const checkpoint = readCheckpoint(run, op.seq);
  if (checkpoint === null) {
    throw sessionFault('checkpoint-not-found', `checkpoint ${op.seq} not found`);
  }
  const rows = readIndex(run).filter((row) =>
    run.rule('rollback-keeps-row', row.entrySeq <= checkpoint.headEntrySeq),
  );
  cutSegments(run, rows);
  writeIndex(run, rows);
  Object.assign(run.handle, {
    nextSegmentSeq: 1n,
    nextFrameSeq: 1n,
    nextEntrySeq: 1n,
    currentSegmentBytes: 0n,
  });
  bootstrap(run);
  const event = { ...eventOf(run, op, checkpoint.snapshotRef), ...verified(run, checkpoint) };
  appendEvent(run, event);
  if (event.outcome === 'ok') return event;
  throw sessionFault('rollback-unverified', `${unverified} for checkpoint ${op.seq}`);
}

function cutSegments(run: Run, rows: readonly Row[]): void {
  const keptBytes = new Map<bigint, bigint>();
  for (const row of rows) {
    const end = row.byteOffset + row.byteLength;
    if (!run.rule('rollback-range-fits', end <= u64Max)) {
      throw sessionFault('rollback-range-overflow', 'index byte range overflow during rollback');
    }
    const known = keptBytes.get(row.segmentSeq) ?? 0n;
    keptBytes.set(row.segmentSeq, end > known ? end : known);
  }
  for (const { seq, path } of listSegments(run)) {
    const kept = keptBytes.get(seq) ?? 0n;
    if (run.rule('rollback-keeps-segment', kept > 0n)) {
      const { size } = stat(run.disk, path);
      const shortens = run.rule('rollback-shortens', kept < BigInt(size));
      if (shortens && kept < BigInt(size)) cut(run, path, Number(kept));
    } else {
      unlink(run.disk, path);
      run.deeds.push({ did: 'unlinked', file: path });
    }
  }
}

function writeIndex(run: Run, rows: readonly Row[]): void {
  try {
    makeDirectories(run.disk, 'tmp');
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
  const opened = openToWrite(run.disk, tmpPath, { create: true, truncate: true });
  overwrite(run.disk, opened, joined(rows.map(rowLine)));
  rename(run.disk, tmpPath, indexPath);
}

function verified(
  run: Run,
  checkpoint: Checkpoint,
): Pick<MigrationEvent, 'verification' | 'outcome' | 'errorClass'> {
  const verification = {
    entryCountMatch: run.rule(
      'rollback-count-matches',
      entryCount(run.handle) === checkpoint.headEntrySeq,
    ),
    hashChainMatch: run.rule(
      'rollback-chain-matches',
      run.handle.chainHash === checkpoint.chainHash,
    ),
    indexConsistent: run.rule('rollback-consistent', isValid(run)),
  };
  if (!verification.indexConsistent) {
    return { verification, outcome: 'fatal_error', errorClass: 'index_corruption' };
  }
  if (verification.entryCountMatch && verification.hashChainMatch) {
    return { verification, outcome: 'ok', errorClass: null };
  }
  return { verification, outcome: 'recoverable_error', errorClass: 'integrity_mismatch' };
}

function tellFailure(run: Run, op: RollbackOp, fault: Fault): void {
  try {
    appendEvent(run, {
      ...eventOf(run, op, shown(run, checkpointPath(op.seq))),
      errorClass: errorClass(fault),
    });
  } catch (error) {
    // The original ignores what goes wrong while it tells.
    if (!(error instanceof Fault)) throw error;
  }
}

/** An event of a rollback that failed before it could verify anything. */
function eventOf(run: Run, op: RollbackOp, sourcePath: string): MigrationEvent {
  return {
    schema: 'pi.session_store_v2.migration_event.v1',
    migrationId: op.migrationId,
    phase: 'rollback',
    at: run.at,
    sourcePath,
    targetPath: run.disk.root,
    sourceFormat: 'native_v2',
    targetFormat: 'native_v2',
    verification: { entryCountMatch: false, hashChainMatch: false, indexConsistent: false },
    outcome: 'fatal_error',
    errorClass: null,
    correlationId: op.correlationId,
  };
}

function errorClass(fault: Fault): string {
  if (fault.category !== 'session') return fault.category;
  const { message } = fault;
  if (message.includes('checkpoint') && message.includes('not found')) {
    return 'checkpoint_not_found';
  }
  return message.includes('index byte range overflow') ? 'index_range_overflow' : 'session_error';
}
