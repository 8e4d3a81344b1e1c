import { StoreError } from '../lib/error.ts';
import { frameFixedBytes, frameOf, hashBytes } from './frame.ts';
import type { Handle } from './handle.ts';
import { endsAt, requireAppendable, requireTracked } from './handle.ts';
import { payloadMost } from './scan.ts';
import type { Entry } from './types.ts';

/** The frame of an entry. Refuses what would not be read back, before the disk is touched. */
export function frameToWrite(entry: Entry): Buffer {
  const frame = frameOf(entry);
  const length = frame.length - frameFixedBytes;
  if (length <= payloadMost) return frame;
  throw new StoreError('entry_too_large', `a payload of ${length} bytes; at most ${payloadMost}`);
}

/** Writes one frame behind the last one; with `tracked` it counts for the next sync. */
export function append(h: Handle, entry: Entry, tracked: boolean): number {
  requireAppendable(h);
  const frame = frameToWrite(entry);
  if (tracked) requireTracked(h);
  writeFrames(h, frame);
  if (tracked) h.tracked = h.mark.size;
  else h.untracked.push(h.mark.size);
  return frame.length;
}

/**
 * Writes bytes behind the last frame. Where that fails the file is as before, durably, or the
 * handle is poisoned.
 */
export function writeFrames(h: Handle, bytes: Buffer): void {
  const { files, fd, mark } = h;
  const before = files.changes;
  try {
    files.write(fd, bytes, mark.size);
  } catch (error) {
    files.undo(fd, before, () => files.fs.ftruncateSync(fd, mark.size));
    throw error;
  }
  endsAt(h, mark.size + bytes.length, Buffer.from(bytes.subarray(-hashBytes)));
}

/** Counts bytes that were appended; they must end where a frame ends. */
export function track(h: Handle, bytes: bigint): void {
  requireAppendable(h);
  if (typeof bytes !== 'bigint') throw new StoreError('not_on_boundary', `${String(bytes)} bytes`);
  const to = BigInt(h.tracked) + bytes;
  const at = h.untracked.findIndex((end) => BigInt(end) === to);
  if (at === -1 && bytes !== 0n) {
    throw new StoreError('not_on_boundary', `no frame of ${h.paths.file} ends at ${to}`);
  }
  h.tracked = Number(to);
  h.untracked.splice(0, at + 1);
}
