import { constants } from 'node:fs';
import { readUpTo } from '../../lib/bytes.ts';
import type { StoreFs } from '../../lib/fs.ts';
import { invalidLength, unexpectedEof } from './errors.ts';

const { O_CREAT, O_RDWR } = constants;

/**
 * An open file with a place in it: whatever is read or written is read or written there, and moves
 * it. Nothing is known of a failed call but how far it had come.
 */
export class PlacedFile {
  readonly #fs: StoreFs;
  readonly #fd: number;
  place = 0;
  /** Calls that may have changed the disk, failed ones included. */
  changes = 0;

  constructor(fs: StoreFs, path: string) {
    this.#fs = fs;
    this.#fd = fs.openSync(path, O_RDWR | O_CREAT, 0o666);
  }

  size(): number {
    return this.#fs.fstatSync(this.#fd).size;
  }

  toEnd(): void {
    this.place = this.size();
  }

  /** Writes all of `bytes`, in as many calls as it takes. */
  write(bytes: Uint8Array): void {
    let done = 0;
    while (done < bytes.length) {
      this.changes++;
      const wrote = this.#fs.writeSync(this.#fd, bytes, done, bytes.length - done, this.place);
      if (wrote <= 0) throw Object.assign(new Error('a write wrote nothing'), { code: 'EIO' });
      done += wrote;
      this.place += wrote;
    }
  }

  /** Exactly so many bytes; where the file has fewer, the place is its end (UnexpectedEof). */
  read(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    const got = readUpTo(this.#fs, this.#fd, bytes, this.place);
    this.place += got;
    if (got < length) throw unexpectedEof();
    return bytes;
  }

  /** Cuts the file, or lets it grow by zeros; the place is its end then. */
  setLength(length: bigint): void {
    if (length >= 1n << 63n) throw invalidLength(length);
    if (length > BigInt(Number.MAX_SAFE_INTEGER)) {
      // Longer than Node can say, and than most file systems allow.
      throw Object.assign(new Error('EFBIG: file too large, ftruncate'), { code: 'EFBIG' });
    }
    this.changes++;
    this.#fs.ftruncateSync(this.#fd, Number(length));
    this.toEnd();
  }

  sync(): void {
    this.#fs.fsyncSync(this.#fd);
  }

  /** Closes it; a failure is not noticed, as Rust's drop does not. */
  drop(): void {
    try {
      this.#fs.closeSync(this.#fd);
    } catch {
      // The descriptor is gone either way.
    }
  }
}
