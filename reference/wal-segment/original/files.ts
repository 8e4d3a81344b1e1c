import { constants } from 'node:fs';
import { Blake3 } from '../../lib/blake3.ts';
import { StoreError } from '../../lib/error.ts';
import type { StoreFs } from '../../lib/fs.ts';

const { O_NONBLOCK, O_RDONLY } = constants;

/** Nobody wants to hash a sparse file of terabytes; longer ones answer `abort`. */
const hashedBytesMost = 1 << 28;
const chunkBytes = 1 << 16;

/** Opens a file for reading, links followed, and closes it whatever happens. */
export function reading<T>(fs: StoreFs, path: string, use: (fd: number, size: number) => T): T {
  // Without O_NONBLOCK a FIFO would hang here, as it does the original.
  const fd = fs.openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    return use(fd, fs.fstatSync(fd).size);
  } finally {
    fs.closeSync(fd);
  }
}

/** Bytes [from, from + length), or fewer where the file ends. */
export function bytesAt(fs: StoreFs, fd: number, from: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const got = fs.readSync(fd, bytes, done, length - done, from + done);
    if (got <= 0) break;
    done += got;
  }
  return bytes.subarray(0, done);
}

/** The hash of a whole file, to which more may be added. */
export function foldOf(fs: StoreFs, path: string): Blake3 {
  return reading(fs, path, (fd, size) => {
    if (size > hashedBytesMost) throw new StoreError('abort', `${size} bytes are to be hashed`);
    const fold = new Blake3();
    for (let at = 0; ;) {
      const bytes = bytesAt(fs, fd, at, chunkBytes);
      if (bytes.length === 0) return fold;
      fold.update(bytes);
      at += bytes.length;
    }
  });
}

/** Writes all bytes at the end, however short single writes are. */
export function writeAll(fs: StoreFs, fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) {
    const wrote = fs.writeSync(fd, bytes, done, bytes.length - done, null);
    if (wrote <= 0) throw new StoreError('io-write-zero', 'failed to write whole buffer');
    done += wrote;
  }
}

/** Runs an operation; a failed file call becomes `io-` and its errno in lower case. */
export function orIoError<T>(definite: boolean, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const errno = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!/^E[A-Z0-9]+$/.test(errno)) throw error;
    throw new StoreError(`io-${errno.toLowerCase()}`, String(error), { definite, cause: error });
  }
}
