import type { Files } from './files.ts';
import { headerBytes, headerOf } from './frame.ts';
import type { SegmentPaths } from './paths.ts';

const chunkBytes = 1024 * 1024;

/** The file to be replaced, by its descriptor. */
interface Old {
  readonly files: Files;
  readonly paths: SegmentPaths;
  readonly fd: number;
}

/**
 * Puts a file in this one's place that holds its frames up to `committed` and publishes just that:
 * after a crash it is the one or the other, never a header between two lengths. Answers the new
 * descriptor; the old one is the caller's to close. Where it throws and nothing is poisoned the
 * file is as before.
 */
export function replaceFile({ files, paths, fd }: Old, committed: number): number {
  const before = files.changes;
  const temp = files.createTemp(paths.temp);
  try {
    files.write(temp, headerOf(BigInt(committed)), 0);
    copyFrames({ files, fd, temp }, committed);
    files.fs.fsyncSync(temp);
  } catch (error) {
    files.closeQuietly(temp);
    removeTemp(files, paths, before);
    throw error;
  }
  try {
    files.rename(paths.temp, paths.path);
    files.syncDir(paths.sessions);
    return temp;
  } catch (error) {
    // A rename that failed may have happened: which of the two stands there is no longer known.
    files.poisoned = true;
    files.closeQuietly(temp);
    throw error;
  }
}

function removeTemp(files: Files, { temp }: SegmentPaths, changes: number): void {
  try {
    files.unlink(temp);
    files.changes = changes;
  } catch {
    // It is in nobody's way: the next replacement begins with removing it.
  }
}

function copyFrames(
  { files, fd, temp }: { files: Files; fd: number; temp: number },
  committed: number,
): void {
  const room = Buffer.allocUnsafe(Math.min(chunkBytes, committed - headerBytes));
  for (let at = headerBytes; at < committed;) {
    const got = files.fs.readSync(fd, room, 0, Math.min(room.length, committed - at), at);
    if (got <= 0) throw Object.assign(new Error(`the file ends at ${at}`), { code: 'EIO' });
    files.write(temp, room.subarray(0, got), at);
    at += got;
  }
}
