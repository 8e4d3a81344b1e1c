import { FileCalls } from '../lib/file-calls.ts';

/** The file calls of one operation or handle. */
export class Files extends FileCalls {
  /**
   * Writes the first `length` of `bytes`, at `position` or at the end. One short write is continued
   * once; a second one is `EIO`.
   */
  write(fd: number, bytes: Uint8Array, length: number, position: number | null = null): void {
    this.changes++;
    let done = this.fs.writeSync(fd, bytes, 0, length, position);
    if (done < length) {
      const rest = position === null ? null : position + done;
      done += this.fs.writeSync(fd, bytes, done, length - done, rest);
    }
    if (done === length) return;
    throw Object.assign(new Error(`short write: ${done} of ${length} bytes`), { code: 'EIO' });
  }

  /** As `sync`, for the bytes and the size of a file whose name is durable. */
  syncData(fd: number): void {
    try {
      this.fs.fdatasyncSync(fd);
    } catch (error) {
      this.poisoned = true;
      throw error;
    }
  }

  /** Fills `bytes` [0, length) from byte `position` of the file; answers how many there were. */
  read(fd: number, bytes: Buffer, length: number, position: number): number {
    let done = 0;
    while (done < length) {
      const got = this.fs.readSync(fd, bytes, done, length - done, position + done);
      if (got <= 0) break;
      done += got;
    }
    return done;
  }
}
