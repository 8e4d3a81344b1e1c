import { StoreError } from '../lib/error.ts';
import { frameToWrite, writeFrames } from './append.ts';
import { committedAt, u64Bytes } from './frame.ts';
import type { Handle } from './handle.ts';
import { endsAt, makeNamesDurable, requireTracked, requireWritable } from './handle.ts';
import type { Entry, Sealing } from './types.ts';

/** Makes what was tracked durable, then says so in the header, durably. */
export function syncGroup(h: Handle): void {
  requireWritable(h);
  requireTracked(h);
  publish(h);
}

/** The frames are durable, and all names, before eight bytes in one write say that they count. */
function publish(h: Handle): void {
  const { files, fd, tracked, published } = h;
  makeNamesDurable(h);
  if (tracked === published) return;
  files.sync(fd);
  const before = files.changes;
  try {
    files.write(fd, u64Bytes(BigInt(tracked)), committedAt);
  } catch (error) {
    files.undo(fd, before, () => files.write(fd, u64Bytes(BigInt(published)), committedAt));
    throw error;
  }
  files.sync(fd);
  h.published = tracked;
}

/** How much is gathered before it is written, so that a long batch is not held twice in memory. */
const gatheredBytes = 1024 * 1024;

/**
 * All entries published within the time, or none of them there. The clock is asked once to begin,
 * before each entry, and before the sync.
 */
export function seal(h: Handle, entries: readonly Entry[], deadlineMs: number): Sealing {
  requireWritable(h);
  requireTracked(h);
  if (!Array.isArray(entries)) throw new StoreError('entry_invalid', 'no list of entries');
  // What is no number is no time at all either.
  if (!(deadlineMs > 0)) return 'timed_out';
  const began = h.clockMs();
  const isLate = (): boolean => h.clockMs() - began >= deadlineMs;
  const frames = entries.map(frameToWrite);
  const before = { size: h.mark.size, last: h.last, changes: h.files.changes };
  try {
    if (!writeInTime(h, frames, isLate)) {
      cutBack(h, before);
      return 'timed_out';
    }
    h.tracked = h.mark.size;
    publish(h);
    return 'sealed';
  } catch (error) {
    h.tracked = before.size;
    if (h.files.poisoned) throw error;
    h.files.undo(h.fd, before.changes, () => h.files.fs.ftruncateSync(h.fd, before.size));
    endsAt(h, before.size, before.last);
    throw error;
  }
}

/** Writes the frames one behind the other; false where the time was over before the last check. */
function writeInTime(h: Handle, frames: readonly Buffer[], isLate: () => boolean): boolean {
  let gathered: Buffer[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (bytes > 0) writeFrames(h, gathered.length === 1 ? gathered[0]! : Buffer.concat(gathered));
    gathered = [];
    bytes = 0;
  };
  for (const frame of frames) {
    if (isLate()) return false;
    gathered.push(frame);
    bytes += frame.length;
    if (bytes >= gatheredBytes) flush();
  }
  flush();
  return !isLate();
}

function cutBack(h: Handle, { size, last }: { size: number; last: Buffer }): void {
  if (h.mark.size === size) return;
  h.files.cut(h.fd, size);
  endsAt(h, size, last);
}
