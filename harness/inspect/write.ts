import { execFileSync } from 'node:child_process';
import { closeSync, constants, ftruncateSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { symlinkSync, writeSync } from 'node:fs';
import type { Image, Node, Path } from '../../spec/lib/image.ts';
import { DirectoryError } from './error.ts';
import { bytesOfName } from './names.ts';
import { realPath } from './walk.ts';

/**
 * Writes an image into `dir`, which must be empty or absent (its parent exists): holes stay holes,
 * links and FIFOs are made last so that nothing is written through them. Throws `DirectoryError`
 * (`not_empty`, `path_escapes`, `cannot_make`) or the system's error.
 */
export function writeImage(dir: string, image: Image): void {
  mkdirSync(dir, { recursive: true });
  if (readdirSync(dir).length > 0) {
    throw new DirectoryError('not_empty', dir, 'the directory to write into is not empty');
  }
  const paths = [...image.keys()].toSorted();
  for (const path of paths) refuseEscape(path);
  for (const path of paths) if (image.get(path)?.is === 'dir') makeDir(dir, path);
  for (const path of paths) {
    const node = image.get(path);
    if (node?.is === 'file') writeFile(dir, path, node);
  }
  for (const path of paths) {
    const node = image.get(path);
    if (node?.is === 'link' || node?.is === 'other') makeSpecial(dir, path, node);
  }
}

function refuseEscape(path: Path): void {
  const leaves = path.split('/').some((name) => ['', '.', '..'].includes(name));
  if (leaves || bytesOfName(path).includes(0)) {
    throw new DirectoryError('path_escapes', path, 'a path of an image must stay below its root');
  }
}

function makeDir(dir: string, path: Path): void {
  mkdirSync(realPath(dir, path), { recursive: true });
}

function makeParent(dir: string, path: Path): void {
  const slash = path.lastIndexOf('/');
  if (slash > 0) makeDir(dir, path.slice(0, slash));
}

function writeFile(dir: string, path: Path, node: Extract<Node, { is: 'file' }>): void {
  makeParent(dir, path);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const fd = openSync(realPath(dir, path), flags, 0o600);
  try {
    for (let at = 0; at < node.bytes.length;) {
      at += writeSync(fd, node.bytes, at, node.bytes.length - at, at);
    }
    if (node.size > node.bytes.length) ftruncateSync(fd, node.size);
  } finally {
    closeSync(fd);
  }
}

function makeSpecial(dir: string, path: Path, node: Extract<Node, { is: 'link' | 'other' }>): void {
  makeParent(dir, path);
  if (node.is === 'link') {
    symlinkSync(bytesOfName(node.to), realPath(dir, path));
    return;
  }
  if (node.what !== 'fifo') {
    throw new DirectoryError('cannot_make', path, `a ${node.what} cannot be made here`);
  }
  execFileSync('mkfifo', ['-m', '600', '--', realPath(dir, path).toString('utf8')]);
}
