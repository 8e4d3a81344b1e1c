import { join } from 'node:path';
import { sameBytes } from '../lib/bytes.ts';
import { schemas } from './codec-records.ts';
import { encodeCheckpoint } from './codec.ts';
import type { Handle } from './handle.ts';
import { requireWritable, syncAll } from './handle.ts';
import { quarantine } from './keep.ts';
import { requireU64, requireUnicode } from './limits.ts';
import { checkpointName, checkpointRef } from './paths.ts';
import { replaceFile } from './replace.ts';
import type { Checkpoint } from './types.ts';

/**
 * Writes down the head under a number, after making durable what it speaks of. Another one of that
 * number is kept.
 */
export function checkpoint(h: Handle, seq: bigint, reason: string): Checkpoint {
  requireWritable(h);
  requireU64(seq, 'the checkpoint number');
  requireUnicode(reason, 'the reason');
  syncAll(h);
  const { files, paths, limits, entries } = h;
  const made: Checkpoint = {
    schema: schemas.checkpoint,
    checkpointSeq: seq,
    at: h.now(),
    headEntrySeq: BigInt(entries.count),
    headEntryId: entries.idOf(entries.count),
    snapshotRef: checkpointRef(seq),
    compactedBeforeEntrySeq: 0n,
    chainHash: entries.chain,
    reason,
  };
  const bytes = encodeCheckpoint(made);
  const name = checkpointName(seq);
  const path = join(paths.checkpoints, name);
  const old = files.readWhole(path, limits.lineBytes);
  if (old !== null && !sameBytes(old, bytes)) {
    quarantine(files, paths, { path, base: name, from: 0, to: old.length }, limits);
  }
  const staged = join(paths.tmp, `${name}.tmp`);
  replaceFile(files, { path, dir: paths.checkpoints, staged }, bytes);
  return made;
}
