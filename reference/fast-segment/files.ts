import { constants } from 'node:fs';
import { writeAll } from '../lib/bytes.ts';
import { codesOfErrno, errnoOf, FileCalls } from '../lib/file-calls.ts';

/** The file calls of one handle. */
export class Files extends FileCalls {
  /**
   * Creates a temporary file for writing anywhere in it. Whatever an earlier one left under its
   * name is taken off that name, a link too.
   */
  createTemp(path: string): number {
    if (this.look(path) !== null) this.unlink(path);
    return this.create(path, 0);
  }

  /** Writes all of `bytes` at `position`, in as many calls as it takes. */
  write(fd: number, bytes: Uint8Array, position: number): void {
    this.changes++;
    writeAll(this.fs, fd, bytes, position);
  }

  /** A directory whose names were synced is let go of quietly. */
  override syncDir(path: string): void {
    const fd = this.fs.openSync(path, constants.O_RDONLY);
    try {
      this.sync(fd);
    } finally {
      this.closeQuietly(fd);
    }
  }

  /**
   * The same for a directory above the store, which is not ours: where we may not read it, its
   * owner answers for the name.
   */
  syncDirAbove(path: string): void {
    try {
      this.syncDir(path);
    } catch (error) {
      if (!['EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) throw error;
    }
  }

  /**
   * Takes back what a failed write left, durably: then nothing has happened since `changes` was
   * noted. Where even that fails the handle is poisoned.
   */
  undo(fd: number, changes: number, takeBack: () => void): void {
    try {
      takeBack();
      this.fs.fsyncSync(fd);
      this.changes = changes;
    } catch {
      this.poisoned = true;
    }
  }

  /** Closes a descriptor that nothing depends on any more. */
  closeQuietly(fd: number): void {
    try {
      this.fs.closeSync(fd);
    } catch {
      // It is gone either way, and what was written through it was synced.
    }
  }
}

/** What this kind calls a failed file call by, where it has a name of its own. */
export const codes: ReadonlyMap<string, string> = new Map([
  ...codesOfErrno,
  ['EISDIR', 'not_a_file'],
  ['ENOTDIR', 'not_a_file'],
]);
