import { isUtf8 } from 'node:buffer';
import type { StoreFs } from './fs.ts';

/** The same bytes as a `Buffer`, without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The text of strictly valid UTF-8 (a BOM is kept), or null where the bytes are not UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  if (!isUtf8(bytes)) return null;
  return asBuffer(bytes).toString('utf8', 0, bytes.length);
}

/** True where both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

/**
 * Writes all of `bytes`, at `position` or where the file stands, however short single writes are. A
 * write of no byte at all throws with the code `EIO`, for else this would never end.
 */
export function writeAll(
  fs: StoreFs,
  fd: number,
  bytes: Uint8Array,
  position: number | null = null,
): void {
  let done = 0;
  while (done < bytes.length) {
    const at = position === null ? null : position + done;
    const wrote = fs.writeSync(fd, bytes, done, bytes.length - done, at);
    if (wrote <= 0) throw Object.assign(new Error('a write wrote nothing'), { code: 'EIO' });
    done += wrote;
  }
}

/**
 * Reads up to `into.length` bytes from `position`; fewer only where the file ends. Answers how
 * many.
 */
export function readUpTo(fs: StoreFs, fd: number, into: Uint8Array, position: number): number {
  let done = 0;
  while (done < into.length) {
    const got = fs.readSync(fd, into, done, into.length - done, position + done);
    if (got <= 0) break;
    done += got;
  }
  return done;
}
