import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import type { Node, Path } from '../../spec/lib/image.ts';
import { bytesOfName, nameOfBytes } from '../inspect/names.ts';
import { realPath } from '../inspect/walk.ts';

/** A file system object as `lstat` tells it, where nothing is rounded. */
export type Stat = fs.BigIntStats;

/** Files beyond this are read as far as the file system has set bytes aside for them. */
const wholeBytesMost = 64 * 1024 * 1024;

/** What is read beyond the bytes set aside, so that a short tail in the last block is seen. */
const slackBytes = 1024 * 1024;

/** A path below a directory; as bytes where a name is no UTF-8. */
export function pathIn(dir: string, path: Path): string | Buffer {
  if (path === '') return dir;
  return path.includes('\\x') ? realPath(dir, path) : `${dir}/${path}`;
}

/** What stands at a path, without following a link; null where nothing does. */
export function statOf(path: string | Buffer): Stat | null {
  return fs.lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
}

/** The names in a directory, sorted; a byte that is no UTF-8 as `\xNN`. */
export function namesIn(path: string | Buffer): readonly string[] {
  const names = fs.readdirSync(path);
  // What could not be decoded shows as the replacement character, which a name may hold too.
  const isPlain = names.every((name) => !name.includes('\uFFFD') && !name.includes('\\x'));
  if (isPlain) return names.toSorted();
  return fs.readdirSync(path, { encoding: 'buffer' }).map(nameOfBytes).toSorted();
}

/** Where a symbolic link points, as text. */
export function targetOf(path: string | Buffer): string {
  return nameOfBytes(fs.readlinkSync(path, { encoding: 'buffer' }));
}

/** What an object that is neither file, directory nor link is called in an image. */
export function otherName(stat: Stat): string {
  if (stat.isFIFO()) return 'fifo';
  return stat.isSocket() ? 'socket' : 'device';
}

/**
 * A regular file as a node: no link is followed, no FIFO waited for. A file too large to be held is
 * an `other`.
 */
export function readFile(path: string | Buffer): Node {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  const fd = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile()) return { is: 'other', what: 'not a file' };
    const { size } = stat;
    if (size <= wholeBytesMost) return { is: 'file', bytes: filled(fd, size), size };
    const setAside = stat.blocks * 512;
    if (setAside > wholeBytesMost) return { is: 'other', what: 'too large' };
    const bytes = filled(fd, Math.min(size, setAside + slackBytes));
    // Where the beginning does not account for the bytes set aside, there are others behind a hole.
    return blocksIn(bytes) * 4096 >= setAside
      ? { is: 'file', bytes, size }
      : { is: 'other', what: 'too large' };
  } finally {
    fs.closeSync(fd);
  }
}

function filled(fd: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const got = fs.readSync(fd, bytes, at, length - at, at);
    if (got === 0) break;
    at += got;
  }
  return at === length ? bytes : bytes.slice(0, at);
}

function blocksIn(bytes: Uint8Array): number {
  let blocks = 0;
  for (let from = 0; from < bytes.length; from += 4096) {
    if (bytes.subarray(from, from + 4096).some((byte) => byte !== 0)) blocks++;
  }
  return blocks;
}

/** Makes a new regular file of that time; a hole at its end stays one. Answers what it is then. */
export function writeFile(
  path: string | Buffer,
  { bytes, size }: Node & { is: 'file' },
  seconds: number,
): Stat {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;
  const fd = fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    for (let at = 0; at < bytes.length;) at += fs.writeSync(fd, bytes, at, bytes.length - at, at);
    if (size > bytes.length) fs.ftruncateSync(fd, size);
    fs.futimesSync(fd, seconds, seconds);
    return fs.fstatSync(fd, { bigint: true });
  } finally {
    fs.closeSync(fd);
  }
}

/** Makes a symbolic link to `target`, text as `targetOf` answers it. */
export function writeLink(path: string | Buffer, target: string): void {
  fs.symlinkSync(target.includes('\\x') ? bytesOfName(target) : target, path);
}

/** What an image holds and this file system cannot: a socket, a device. */
export class CannotLay extends Error {
  readonly code = 'cannot_lay';
}

/**
 * Makes a FIFO by another name of the one at `stock`, which is made where it is missing: to start a
 * program for each would take longer than a walk.
 */
export function writeOther(path: string | Buffer, what: string, stock: string): void {
  if (what !== 'fifo') throw new CannotLay(`a ${what} cannot be made here`);
  if (statOf(stock) === null) execFileSync('mkfifo', ['-m', '600', '--', stock]);
  fs.linkSync(stock, path);
}
