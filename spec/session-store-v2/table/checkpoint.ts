import type { Checkpoint } from '../ops.ts';
import { exists, openToWrite, overwrite, readFile, rename, unlink } from './disk.ts';
import { Fault, abortFault } from './fault.ts';
import { headOf } from './readers.ts';
import { bufferBytesMax } from './read.ts';
import { checkpointFile, checkpointOf } from './records.ts';
import { checkpointPath, checkpointTmp } from './run.ts';
import type { Run } from './run.ts';

/**
 * Writes what the handle remembers as a checkpoint, over one that stands there; the disk is not
 * looked at.
 */
export function createCheckpoint(run: Run, seq: bigint, reason: string): Checkpoint {
  const head = headOf(run.handle);
  const checkpoint: Checkpoint = {
    schema: 'pi.session_store_v2.checkpoint.v1',
    checkpointSeq: seq,
    at: run.at,
    headEntrySeq: head?.entrySeq ?? 0n,
    headEntryId: head?.entryId ?? '',
    snapshotRef: checkpointPath(seq),
    compactedBeforeEntrySeq: 0n,
    chainHash: run.handle.chainHash,
    reason,
  };
  replaceFile(
    run,
    { tmp: checkpointTmp(seq), path: checkpointPath(seq) },
    checkpointFile(checkpoint),
  );
  return checkpoint;
}

/** Writes a temporary file and renames it; where the renaming fails the temporary file stays. */
export function replaceFile(
  run: Run,
  names: { readonly tmp: string; readonly path: string },
  bytes: Uint8Array,
): void {
  let opened: string;
  try {
    opened = openToWrite(run.disk, names.tmp, { create: true, truncate: true });
  } catch (error) {
    removeQuietly(run, names.tmp);
    throw error;
  }
  overwrite(run.disk, opened, bytes);
  rename(run.disk, names.tmp, names.path);
}

/** What the original does with a temporary file that it could not write, whatever comes of it. */
function removeQuietly(run: Run, path: string): void {
  try {
    unlink(run.disk, path);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

/** A checkpoint as its file has it, unverified; null where there is none. */
export function readCheckpoint(run: Run, seq: bigint): Checkpoint | null {
  const path = checkpointPath(seq);
  if (!run.rule('checkpoint-exists', exists(run.disk, path))) return null;
  return checkpointOf(wholeBytes(run, path));
}

/** All bytes of a file, zeros included. */
export function wholeBytes(run: Run, path: string): Uint8Array {
  const file = readFile(run.disk, path);
  if (file.size === file.bytes.length) return file.bytes;
  if (file.size > bufferBytesMax) throw abortFault(BigInt(file.size));
  const whole = new Uint8Array(file.size);
  whole.set(file.bytes);
  return whole;
}
