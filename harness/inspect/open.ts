import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { errnoOf } from './error.ts';
import type { Entry, ReadProblem } from './walk.ts';
import { readFlags, realPath, unreadable } from './walk.ts';

/** A regular file opened for reading, proven to be the entry that the walk met. */
export interface OpenFile {
  readonly entry: Entry;
  /** Bytes of the file when it was opened; what is added later is not read. */
  readonly size: number;
  /**
   * Reads into `into` from `at`, never past `size`; gives the number of bytes read, 0 at the end.
   */
  read(into: Uint8Array, at: number): number;
  /** Closes it; a problem where the file changed in the meantime. */
  close(): ReadProblem | null;
}

/**
 * Opens what the walk met, or says why not. The time of access is left alone where the system
 * allows.
 */
export function openEntry(root: string, entry: Entry): OpenFile | ReadProblem {
  let fd: number;
  try {
    fd = openQuietly(root, entry);
  } catch (thrown) {
    return unreadable(entry.path, thrown);
  }
  const before = fstatSync(fd);
  if (!before.isFile() || before.ino !== entry.ino || before.dev !== entry.dev) {
    closeSync(fd);
    return { code: 'changed_while_read', path: entry.path, detail: 'another file stood there' };
  }
  let failed: ReadProblem | null = null;
  return {
    entry,
    size: before.size,
    read: (into, at) => {
      const length = Math.min(into.length, before.size - at);
      if (length <= 0 || failed !== null) return 0;
      try {
        return readSync(fd, into, 0, length, at);
      } catch (thrown) {
        failed = unreadable(entry.path, thrown);
        return 0;
      }
    },
    close: () => {
      const after = fstatSync(fd);
      closeSync(fd);
      if (failed !== null) return failed;
      if (after.size === before.size && after.mtimeMs === before.mtimeMs) return null;
      const detail = `${before.size} bytes when opened, ${after.size} when closed`;
      return { code: 'changed_while_read', path: entry.path, detail };
    },
  };
}

/** True for a problem, where an opened file might stand instead. */
export function isProblem(value: OpenFile | ReadProblem): value is ReadProblem {
  return 'code' in value;
}

function openQuietly(root: string, entry: Entry): number {
  const path = realPath(root, entry.path);
  try {
    return openSync(path, readFlags | (constants.O_NOATIME ?? 0));
  } catch (thrown) {
    // Only the owner may leave the time of access alone.
    if (errnoOf(thrown) !== 'eperm') throw thrown;
    return openSync(path, readFlags);
  }
}
