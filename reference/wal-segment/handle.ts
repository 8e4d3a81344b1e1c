import { StoreError } from '../lib/error.ts';
import type { Files } from './files.ts';
import { frameLength, payloadTypes, segmentNumber, u64Max } from './format.ts';
import { encodedBytes, encodeFrames } from './format.ts';
import { createSegment } from './segment.ts';
import type { Active } from './segment.ts';
import type { Closed, Frame } from './types.ts';

/** What one open log knows. Operations are functions over it; `store.ts` binds them together. */
export interface Handle {
  readonly files: Files;
  readonly dir: string;
  readonly instance: bigint;
  /** Microseconds since 1970. */
  readonly now: () => bigint;
  active: Active;
  /** The highest commit sequence of the whole log. */
  lastSeq: bigint;
  isForced: boolean;
  isStale: boolean;
  isClosed: boolean;
  /** Where frames are spelled before they are written. */
  scratch: Buffer;
}

/** Refuses where the handle was closed. */
export function requireOpen(h: Handle): void {
  if (h.isClosed) throw new StoreError('no-handle', 'the log was closed');
}

/** Refuses what this handle may not do any more; sees whether another writer moved the log. */
function requireWritable(h: Handle): void {
  requireUsable(h);
  h.isStale ||= !isAsLeft(h);
  if (h.isStale) throw staleError();
}

function requireUsable(h: Handle): void {
  requireOpen(h);
  if (h.files.poisoned) throw new StoreError('poisoned', 'an earlier write or sync failed');
}

function staleError(): StoreError {
  return new StoreError('stale_handle', 'another writer changed the log');
}

/** True where the open segment is the file that it was, as long, and still the last. */
function isAsLeft(h: Handle): boolean {
  const { size, ino, dev, path } = h.active;
  const seen = h.files.look(path);
  return seen?.ino === ino && seen.dev === dev && seen.size === size && isHighest(h);
}

/** No other writer has begun a segment behind this one, whatever its number. */
function isHighest({ files, dir, active }: Handle): boolean {
  return files.fs.readdirSync(dir).every((name) => (segmentNumber(name) ?? 0n) <= active.seq);
}

const twoBytes = Buffer.alloc(2);

/**
 * The same before an append that is not synced, at a part of the cost: reading over the end tells
 * the length. That the segment was replaced by another file is seen at the next sync. (Asking a
 * file's times, as every `stat` does, makes the next write to it slower on Linux 6.13 and later.)
 * Names are always looked at: a segment behind this one holds its hash, and one byte more in this
 * one would make the log unreadable.
 */
function requireAppendable(h: Handle): void {
  requireUsable(h);
  const { fd, size } = h.active;
  h.isStale ||= h.files.fs.readSync(fd, twoBytes, 0, 2, size - 1) !== 1 || !isHighest(h);
  if (h.isStale) throw staleError();
}

/**
 * Appends all frames in one write, or none of them. What a replay would refuse is refused before
 * the disk is touched.
 */
export function append(h: Handle, frames: readonly Frame[], isSynced: boolean): void {
  if (isSynced) requireWritable(h);
  else requireAppendable(h);
  if (frames.length === 0) return;
  const lastSeq = requireAcceptable(h.lastSeq, frames);
  const scratch = scratchOf(h, encodedBytes(frames));
  const length = encodeFrames(scratch, frames);
  write(h, scratch, length);
  h.active.size += length;
  h.active.fold.update(scratch.subarray(0, length));
  h.lastSeq = lastSeq;
  if (isSynced) h.files.syncData(h.active.fd);
}

/** The sequence of the last frame. */
function requireAcceptable(lastSeq: bigint, frames: readonly Frame[]): bigint {
  let last = lastSeq;
  for (const frame of frames) {
    if (typeof frame !== 'object' || frame === null) {
      throw new StoreError('not_bytes', 'a frame is no object');
    }
    const { seq, at, type, payload } = frame;
    requireU64(seq, 'a commit sequence');
    requireU64(at, 'a timestamp');
    if (seq <= last) throw new StoreError('not_increasing', `${seq} comes after ${last}`);
    if (!payloadTypes.includes(type)) {
      throw new StoreError('unknown_payload_type', `no replay applies type ${type}`);
    }
    if (!isBytes(payload)) throw new StoreError('not_bytes', 'a payload is no Uint8Array');
    if (payload.length + frameLength.least > frameLength.most) {
      throw new StoreError('frame_too_large', `no reader takes ${payload.length} bytes`);
    }
    last = seq;
  }
  return last;
}

/** Callers in JavaScript give anything: text or wider numbers would be written as other bytes. */
function isBytes(payload: unknown): boolean {
  return ArrayBuffer.isView(payload) && (payload as Uint8Array).BYTES_PER_ELEMENT === 1;
}

/** Refuses numbers that the format cannot hold, and what is no `bigint`. */
export function requireU64(value: bigint, what: string): void {
  if (typeof value === 'bigint' && value >= 0n && value <= u64Max) return;
  throw new StoreError('not_u64', `${what} is no u64: ${String(value)}`);
}

/**
 * A write that fails is cut away again, durably: then nothing has happened. Where even that fails
 * the handle is poisoned.
 */
function write(h: Handle, bytes: Buffer, length: number): void {
  const { files, active } = h;
  const { changes } = files;
  try {
    files.write(active.fd, bytes, length);
  } catch (error) {
    try {
      files.fs.ftruncateSync(active.fd, active.size);
      files.fs.fsyncSync(active.fd);
      files.changes = changes;
    } catch {
      files.poisoned = true;
    }
    throw error;
  }
}

/** Room for a batch: the handle's own buffer, which grows with what it writes, up to a bound. */
function scratchOf(h: Handle, room: number): Buffer {
  if (room > batchBytesMost) {
    throw new StoreError('frame_too_large', `no write takes a batch of ${room} bytes`);
  }
  if (room <= h.scratch.length) return h.scratch;
  if (room > keptScratchBytes) return Buffer.allocUnsafe(room);
  h.scratch = Buffer.allocUnsafeSlow(Math.max(room * 2, 4096));
  return h.scratch;
}

const keptScratchBytes = 1 << 20;
const batchBytesMost = 2 ** 31 - 4096;

/** Makes everything durable that this log holds. */
export function sync(h: Handle): void {
  requireWritable(h);
  h.files.syncData(h.active.fd);
}

/**
 * Closes the open segment and begins the next. The one is durable before the other is there, so
 * that what was never synced stands in a last segment only.
 */
export function rotate(h: Handle): Closed {
  requireWritable(h);
  const { files, dir, instance, active } = h;
  if (active.seq === u64Max) throw new StoreError('numbers_used_up', 'no number is left');
  const closed = closedOf(active);
  files.syncData(active.fd);
  const next = { seq: active.seq + 1n, instance, prev: closed.hash, now: h.now() };
  h.active = createSegment(files, dir, next);
  h.isForced = false;
  release(h, active);
  return closed;
}

/** Makes the open segment durable and lets go of it, whatever happens. */
export function close(h: Handle): Closed {
  requireOpen(h);
  const { files, active } = h;
  h.isClosed = true;
  try {
    requireStillWritable(h);
    files.syncData(active.fd);
    return closedOf(active);
  } finally {
    release(h, active);
  }
}

function requireStillWritable(h: Handle): void {
  h.isClosed = false;
  try {
    requireWritable(h);
  } finally {
    h.isClosed = true;
  }
}

function closedOf({ seq, fold, size }: Active): Closed {
  return { segment: seq, hash: fold.hex(), sizeBytes: BigInt(size) };
}

/** What was to be written is durable or the operation has failed by now; closing adds nothing. */
function release({ files }: Handle, { fd }: Active): void {
  try {
    files.fs.closeSync(fd);
  } catch {
    // The descriptor is gone either way.
  }
}
