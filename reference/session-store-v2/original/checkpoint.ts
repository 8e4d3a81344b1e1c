import { eventRecord, schemas } from '../codec-records.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../codec.ts';
import { checkpointName, checkpointRef, under } from '../paths.ts';
import type { Checkpoint, MigrationEvent } from '../types.ts';
import { appendJsonLine } from './append.ts';
import { exists, readTextFile, syncDir, writeStaged } from './files.ts';
import { headOrNone } from './handle.ts';
import type { Handle } from './handle.ts';
import { serde } from './read.ts';

/** Where a checkpoint lies. */
export function checkpointPath({ paths }: Handle, seq: bigint): string {
  return under(paths.checkpoints, checkpointName(seq));
}

/**
 * Writes what the handle remembers as a checkpoint (format page, Checkpoints in the original), over
 * an older one of the same number without a word.
 */
export function writeCheckpoint(handle: Handle, seq: bigint, reason: string): Checkpoint {
  const { env, paths, memory } = handle;
  const head = headOrNone(memory);
  const checkpoint: Checkpoint = {
    schema: schemas.checkpoint,
    checkpointSeq: seq,
    at: env.now(),
    headEntrySeq: head.entrySeq,
    headEntryId: head.entryId,
    snapshotRef: checkpointRef(seq),
    compactedBeforeEntrySeq: 0n,
    chainHash: memory.chainHash,
    reason,
  };
  const staged = under(paths.tmp, `${checkpointName(seq)}.tmp`);
  writeStaged(env.fs, staged, () => encodeCheckpoint(checkpoint));
  env.fs.renameSync(staged, checkpointPath(handle, seq));
  syncDir(env.fs, paths.checkpoints);
  return checkpoint;
}

/** A checkpoint as it stands in its file, unverified; null where the file is missing. */
export function readCheckpoint(handle: Handle, seq: bigint): Checkpoint | null {
  const path = checkpointPath(handle, seq);
  if (!exists(handle.env.fs, path)) return null;
  return decodeCheckpoint(readTextFile(handle, path), serde).checkpoint;
}

/** Appends a ledger event, not synced; an empty `schema` or `at` is filled in. */
export function appendEvent(handle: Handle, event: MigrationEvent): void {
  const value: MigrationEvent = {
    ...event,
    schema: event.schema === '' ? schemas.event : event.schema,
    at: event.at === '' ? handle.env.now() : event.at,
  };
  appendJsonLine(handle, handle.paths.ledger, { field: eventRecord, value });
}
