import { StoreError } from '../lib/error.ts';
import { FileCalls } from '../lib/file-calls.ts';

/** The file calls of one handle. */
export class Files extends FileCalls {
  /** Writes `bytes` at the end. One short write is continued once; a second one is `EIO`. */
  append(fd: number, bytes: Uint8Array, length = bytes.length): void {
    this.changes++;
    let done = this.fs.writeSync(fd, bytes, 0, length, null);
    if (done < length) done += this.fs.writeSync(fd, bytes, done, length - done, null);
    if (done !== length) throw shortWrite(done, length);
  }

  /**
   * Cuts a file back to `size` after a failed write, durably, and restores `changes`: then nothing
   * has happened. Where even that fails the handle is poisoned.
   */
  undo(fd: number, before: { readonly size: number; readonly changes: number }): void {
    try {
      this.fs.ftruncateSync(fd, before.size);
      this.fs.fsyncSync(fd);
      this.changes = before.changes;
    } catch {
      this.poisoned = true;
    }
  }

  /**
   * All bytes of a regular file, or null where there is none; more than `limitBytes` refuse with
   * `file_too_large`.
   */
  readWhole(path: string, limitBytes: number): Buffer | null {
    if (this.kind(path) === 'none') return null;
    return this.using(this.openRead(path), (fd) => {
      const { size } = this.fs.fstatSync(fd);
      if (size > limitBytes) throw new StoreError('file_too_large', `${path}: ${size} bytes`);
      return this.readRange(fd, 0, size);
    });
  }

  /** Bytes [from, from + length), fewer only where the file ends. */
  readRange(fd: number, from: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    return bytes.subarray(0, this.readInto(fd, bytes, 0, length, from));
  }

  /**
   * Fills `bytes` [at, at + length) from the file's byte `position`; answers how many there were.
   */
  readInto(fd: number, bytes: Buffer, at: number, length: number, position: number): number {
    let done = 0;
    while (done < length) {
      const got = this.fs.readSync(fd, bytes, at + done, length - done, position + done);
      if (got <= 0) break;
      done += got;
    }
    return done;
  }
}

function shortWrite(done: number, length: number): Error {
  return Object.assign(new Error(`short write: ${done} of ${length} bytes`), { code: 'EIO' });
}
