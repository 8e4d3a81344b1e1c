import type { StoreFs } from '../../lib/fs.ts';
import {
  committedAt,
  frameOf,
  hashBytes,
  headerBytes,
  lengthBytes,
  magic,
  u64Bytes,
} from '../frame.ts';
import type { Entry, FastSegment, Sealing, SegmentEnv } from '../types.ts';
import { asStoreError, notOurs } from './errors.ts';
import { PlacedFile } from './file.ts';
import { fileOf, listIds, makeSessionsDir } from './names.ts';
import { readCommitted } from './read.ts';

const u64Most = (1n << 64n) - 1n;

/** What a handle is: a file with a place in it, and the length that the next sync will publish. */
interface Handle {
  readonly file: PlacedFile;
  readonly env: SegmentEnv;
  committed: bigint;
}

/**
 * Opens the file of a session as the original does (format page, Operations), or begins it. Throws
 * a `StoreError` with the codes of the original's errors.
 */
export function openOriginal(env: SegmentEnv, root: string, id: number): FastSegment {
  const handle = open(env, root, id);
  const { file } = handle;
  const run = <T>(work: () => T): T => {
    const before = file.changes;
    try {
      return work();
    } catch (error) {
      throw asStoreError(error, file.changes === before);
    }
  };
  return {
    opened: { committed: handle.committed, repairs: [], notices: [] },
    committedBytes: () => handle.committed,
    append: (entry, options) =>
      run(() => {
        const bytes = append(handle, entry);
        if (options?.track === true) track(handle, bytes);
        return bytes;
      }),
    track: (bytes) => track(handle, bytes),
    syncGroup: () => run(() => syncGroup(handle)),
    truncate: (length) => run(() => truncate(handle, length)),
    reset: () => run(() => reset(handle)),
    read: () => run(() => readCommitted(handle.file)),
    seal: (entries, deadlineMs) => run(() => seal(handle, entries, deadlineMs)),
    close: () => handle.file.drop(),
  };
}

/** The ids of all sessions that have a file, as the original lists them. */
export function listOriginal(fs: StoreFs, root: string): readonly number[] {
  try {
    return listIds(fs, root);
  } catch (error) {
    throw asStoreError(error, true);
  }
}

function open(env: SegmentEnv, root: string, id: number): Handle {
  let made = true;
  let file: PlacedFile | null = null;
  try {
    made = makeSessionsDir(env.fs, root);
    const path = fileOf(root, id);
    file = new PlacedFile(env.fs, path);
    // A file that this open made is empty, and is written to.
    const committed = env.fs.statSync(path).size === 0 ? begin(file) : readHeader(file);
    file.toEnd();
    return { file, env, committed };
  } catch (error) {
    file?.drop();
    throw asStoreError(error, file !== null && !made && file.changes === 0);
  }
}

function begin(file: PlacedFile): bigint {
  file.write(magic);
  file.write(u64Bytes(BigInt(headerBytes)));
  file.sync();
  return BigInt(headerBytes);
}

function readHeader(file: PlacedFile): bigint {
  file.place = 0;
  if (!file.read(magic.length).equals(magic)) throw notOurs();
  return file.read(8).readBigUInt64LE();
}

/** Three writes where the place is, wherever that is; nobody counts them but the caller. */
function append({ file }: Handle, entry: Entry): bigint {
  const frame = frameOf(entry);
  file.write(frame.subarray(0, lengthBytes));
  file.write(frame.subarray(lengthBytes, -hashBytes));
  file.write(frame.subarray(-hashBytes));
  return BigInt(frame.length);
}

function track(handle: Handle, bytes: bigint): void {
  const sum = handle.committed + bytes;
  handle.committed = sum > u64Most ? u64Most : sum;
}

function syncGroup({ file, committed }: Handle): void {
  file.sync();
  publish(file, committed);
}

function publish(file: PlacedFile, committed: bigint): void {
  file.place = committedAt;
  file.write(u64Bytes(committed));
  file.sync();
  file.toEnd();
}

function truncate(handle: Handle, length: bigint): void {
  handle.file.setLength(length);
  handle.committed = length;
}

function reset(handle: Handle): void {
  truncate(handle, BigInt(headerBytes));
  publish(handle.file, handle.committed);
  handle.file.sync();
}

/** An append that fails leaves what came before it in the file and in the tracked length. */
function seal(handle: Handle, entries: readonly Entry[], deadlineMs: number): Sealing {
  const before = handle.committed;
  const began = handle.env.clockMs();
  const isLate = (): boolean => handle.env.clockMs() - began >= deadlineMs;
  for (const entry of entries) {
    if (isLate()) return timedOut(handle, before);
    track(handle, append(handle, entry));
  }
  if (isLate()) return timedOut(handle, before);
  try {
    syncGroup(handle);
  } catch (error) {
    bestEffort(() => truncate(handle, before));
    throw error;
  }
  return 'sealed';
}

function timedOut(handle: Handle, before: bigint): Sealing {
  truncate(handle, before);
  return 'timed_out';
}

function bestEffort(run: () => void): void {
  try {
    run();
  } catch {
    // The original drops this result too.
  }
}
