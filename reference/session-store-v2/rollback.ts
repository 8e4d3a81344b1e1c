import { join } from 'node:path';
import { StoreError } from '../lib/error.ts';
import { encodeEvent } from './codec.ts';
import { eventOf, finishRollback } from './finish-rollback.ts';
import type { Handle } from './handle.ts';
import { refreshTails, requireWritable, syncAll } from './handle.ts';
import { intentOf, writeIntent } from './intent.ts';
import { requireU64, requireUnicode } from './limits.ts';
import { checkpointName } from './paths.ts';
import type { Checkpoint, MigrationEvent } from './types.ts';
import { disagreement, readCheckpointAt } from './witnesses.ts';

/**
 * Goes back to a checkpoint: everything is verified first, then an intent is made durable, and from
 * there on the rollback happens, here or in the next open. What fails behind the intent poisons the
 * handle, which then shows the goal.
 */
export function rollback(
  h: Handle,
  seq: bigint,
  ids: { readonly migrationId: string; readonly correlationId: string },
): MigrationEvent {
  requireWritable(h);
  const { files, paths, limits, entries } = h;
  const checkpoint = requireCheckpoint(h, seq);
  requireUnicode(ids.migrationId, 'the migration id');
  requireUnicode(ids.correlationId, 'the correlation id');
  const { migrationId, correlationId } = ids;
  const names = { checkpointSeq: seq, migrationId, correlationId };
  const intent = intentOf(entries, Number(checkpoint.headEntrySeq), { ...names, at: h.now() });
  if (encodeEvent(eventOf(h, intent)).length >= limits.lineBytes) {
    throw new StoreError('entry_too_large', 'the ledger event is too long');
  }
  syncAll(h);
  let isDurable = false;
  try {
    writeIntent(files, paths, intent);
    isDurable = true;
    const { event } = finishRollback({ files, paths, limits, keepIndex: false }, entries, intent);
    refreshTails(h);
    h.namesDurable = false;
    return event;
  } catch (error) {
    if (isDurable || hasIntent(h)) {
      files.poisoned = true;
      entries.keep(Number(intent.after.entrySeq));
    }
    throw error;
  }
}

/**
 * Whether the intent has its name, though making that durable failed: what is appended behind it
 * would fit neither of its heads.
 */
function hasIntent({ files, paths }: Handle): boolean {
  try {
    return files.kind(paths.intent) !== 'none';
  } catch {
    return true;
  }
}

/** The checkpoint, if the store's entries are those that it was made over. */
function requireCheckpoint(h: Handle, seq: bigint): Checkpoint {
  requireU64(seq, 'the checkpoint number');
  const path = join(h.paths.checkpoints, checkpointName(seq));
  const checkpoint = readCheckpointAt(h.files, path, h.limits);
  if (checkpoint === null) {
    throw new StoreError('checkpoint-not-found', `checkpoint ${seq} not found`);
  }
  const beyond = checkpoint.headEntrySeq > BigInt(h.entries.count);
  const wrong = beyond ? 'it lies beyond the head' : disagreement(h.entries, checkpoint);
  if (wrong === null) return checkpoint;
  throw new StoreError('checkpoint_mismatch', `checkpoint ${seq}: ${wrong}`);
}
