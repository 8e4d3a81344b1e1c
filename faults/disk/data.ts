import { readAt, writeAt } from '../content.ts';
import { badArgument, fail } from './errno.ts';
import { FILE_BYTES_MAX, fileAt } from './open.ts';
import { changed, nowMs, synced, type DiskState, type OpenFile } from './state.ts';
import { notModelled } from './stats.ts';

/**
 * The most bytes that a file may really hold; a write that ends beyond is EFBIG and is reported as
 * not modelled.
 */
export const DENSE_BYTES_MAX = 1024 * 1024 * 1024;

/**
 * Reads into `buffer`; a position of null (or below 0) reads at the descriptor's own and moves it.
 */
export function read(
  state: DiskState,
  fd: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number | bigint | null,
): number {
  if (length === 0) return 0;
  const file = fileAt(state, fd, 'read');
  if (!file.reads) fail('EBADF', 'read');
  if (file.inode.is === 'dir') fail('EISDIR', 'read');
  state.requested = Math.max(state.requested, length);
  if (file.inode.is !== 'file') return 0;
  const at = position === null ? -1 : Number(position);
  const from = at < 0 ? file.position : at;
  const count = readAt(file.inode.content, from, buffer, offset, length);
  if (at < 0) file.position = from + count;
  return count;
}

/**
 * Writes all of `bytes`; a position of null writes at the descriptor's own; O_APPEND takes no
 * notice of either.
 */
export function write(
  state: DiskState,
  fd: number,
  bytes: Uint8Array,
  position: number | null,
): number {
  const file = fileAt(state, fd, 'write');
  if (!file.writes || file.inode.is === 'dir') fail('EBADF', 'write');
  if (file.inode.is !== 'file' || bytes.length === 0) return bytes.length;
  const { inode } = file;
  const at = position === null || position < 0 ? null : position;
  const from = file.append ? inode.content.size : (at ?? file.position);
  const end = from + bytes.length;
  if (end > FILE_BYTES_MAX) fail('EFBIG', 'write');
  if (end > DENSE_BYTES_MAX) {
    notModelled(state, `write beyond ${DENSE_BYTES_MAX} bytes`);
    fail('EFBIG', 'write');
  }
  writeAt(inode.content, from, bytes);
  inode.changedMs = nowMs(state);
  if (at === null) file.position = end;
  if (inode.outsideAt !== null) state.outside.add(inode.outsideAt);
  const kept = state.recording ? Uint8Array.prototype.slice.call(bytes) : bytes;
  changed(state, { do: 'write', ino: inode.ino, from, bytes: kept });
  if (file.syncs !== 'none') synced(state, inode.ino, file.syncs === 'data');
  return bytes.length;
}

/**
 * All bytes from the descriptor's position to the end of the file, as `readFile` of a descriptor
 * does.
 */
export function readRest(state: DiskState, file: OpenFile): Buffer {
  if (!file.reads) fail('EBADF', 'read');
  if (file.inode.is === 'dir') fail('EISDIR', 'read');
  if (file.inode.is !== 'file') return Buffer.alloc(0);
  const { content } = file.inode;
  const length = Math.max(0, content.size - file.position);
  if (length > 2 ** 31 - 1) {
    badArgument('ERR_FS_FILE_TOO_LARGE', `File size (${length}) is greater than 2 GiB`);
  }
  state.requested = Math.max(state.requested, length);
  const whole = Buffer.alloc(length);
  readAt(content, file.position, whole, 0, length);
  file.position += length;
  return whole;
}

/**
 * The bytes that Node would write for `data`: a string in its encoding, or the bytes of any view.
 */
export function bytesOfData(data: unknown, encoding?: string | null): Uint8Array {
  if (typeof data === 'string') {
    const known = encoding ?? 'utf8';
    if (Buffer.isEncoding(known)) return Buffer.from(data, known);
    badArgument('ERR_INVALID_ARG_VALUE', `"${known}" is no encoding`);
  }
  if (data instanceof Uint8Array) return data;
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  return badArgument('ERR_INVALID_ARG_TYPE', 'data is a string, a Buffer, a TypedArray or a view');
}
