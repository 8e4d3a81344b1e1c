import { StoreError } from '../lib/error.ts';
import type { StoreFs } from '../lib/fs.ts';
import { append, track } from './append.ts';
import { attempt, storeError } from '../lib/file-calls.ts';
import { codes, Files } from './files.ts';
import { headerBytes } from './frame.ts';
import type { Handle } from './handle.ts';
import { requireReadable } from './handle.ts';
import { openSegment } from './open.ts';
import { nameOf, segmentPaths, sessionsOf } from './paths.ts';
import { seal, syncGroup } from './publish.ts';
import { framesOf } from './scan.ts';
import { reset, truncate } from './truncate.ts';
import type { Entry, FastSegment, SegmentEnv } from './types.ts';

/** A segment of the safe store. */
export interface SafeSegment extends FastSegment {
  /** What `read` answers, one by one, with the same memory however long the file is. */
  entries(): Generator<Entry, void>;
}

/**
 * Opens the file of a session, or begins it. It verifies everything that was committed, and cuts
 * and reports what was not. Throws a `StoreError`.
 */
export function openSafe(env: SegmentEnv, root: string, id: number): SafeSegment {
  const files = new Files(env.fs);
  const run = <T>(work: () => T): T => attempt(files, work, codes);
  const open = run(() => openSegment(files, env.clockMs, segmentPaths(root, id)));
  const { handle, repairs, notices } = open;
  const opened = { committed: BigInt(handle.published), repairs, notices };
  return {
    opened,
    committedBytes: () => BigInt(handle.tracked),
    append: (entry, options) => run(() => BigInt(append(handle, entry, options?.track === true))),
    track: (bytes) => run(() => track(handle, bytes)),
    syncGroup: () => run(() => syncGroup(handle)),
    truncate: (length) => run(() => truncate(handle, length)),
    reset: () => run(() => reset(handle)),
    read: () => run(() => [...committed(handle)]),
    entries: () => committed(handle),
    seal: (entries, deadlineMs) => run(() => seal(handle, entries, deadlineMs)),
    close: () => run(() => close(handle)),
  };
}

/** The sessions that have a regular file, ascending. */
export function listSafe(fs: StoreFs, root: string): readonly number[] {
  const files = new Files(fs);
  try {
    const dir = sessionsOf(root);
    const kind = files.look(dir);
    if (kind === null) return [];
    if (kind.isSymbolicLink()) throw new StoreError('symlink_refused', 'sessions is a link');
    const ids = fs.readdirSync(dir).flatMap((name) => {
      const known = nameOf(name);
      const isOurs = known?.foreign === false && files.look(`${dir}/${name}`)?.isFile() === true;
      return isOurs ? [known.id] : [];
    });
    return ids.toSorted((a, b) => a - b);
  } catch (error) {
    throw storeError(error, true, codes);
  }
}

/**
 * Reads at places of its own, so that the next append goes where it would have gone. Whoever pauses
 * it may close the segment or put another file in its place meanwhile: it reads no further then.
 */
function* committed(h: Handle): Generator<Entry, void> {
  try {
    requireReadable(h);
    const { published, fd } = h;
    const { fs } = h.files;
    let end = headerBytes;
    for (const { entry, to } of framesOf({ fs, fd, from: end, to: published })) {
      end = to;
      yield entry;
      if (h.closed || h.fd !== fd) throw new StoreError('stale_handle', 'the segment moved on');
    }
    if (end === published) return;
    throw new StoreError('corrupt_frame', `${h.paths.file}: no frame verifies at ${end}`);
  } catch (error) {
    throw storeError(error, true, codes);
  }
}

function close(h: Handle): void {
  if (h.closed) return;
  h.closed = true;
  h.files.fs.closeSync(h.fd);
}
