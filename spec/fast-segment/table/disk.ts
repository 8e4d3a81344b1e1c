import { fileNode, nodesEqual } from '../../lib/image.ts';
import type { Node, Path } from '../../lib/image.ts';
import { readAt, resized, writeAt, type Content } from './content.ts';
import { osFault, type Disk, type Run } from './run.ts';

/** Links that one path may go through before Linux answers ELOOP. */
const linksMost = 40;
/** Writes that end behind it are refused by some file systems, as by the disk of the harness. */
const writeBytesSure = 1024 * 1024 * 1024;
/** Lengths up to this are had on every file system of 4 KiB blocks. */
const fileBytesSure = 16 * 2 ** 40 - 4096;
/** Longer files have no number that says their size exactly. */
const fileBytesMost = 2n ** 53n - 1n;

function put(disk: Disk, path: Path, node: Node): void {
  if (nodesEqual(disk.image.get(path), node)) return;
  disk.image = new Map(disk.image).set(path, node);
  disk.touched = true;
}

const parentOf = (path: Path): Path => path.slice(0, Math.max(0, path.lastIndexOf('/')));

const namesOf = (text: string): string[] => text.split('/').filter((name) => name !== '');

/**
 * Where `path` leads with all links followed: a key of the image, or one that could be made. ''
 * is the root; what leads outside does not exist. Throws ENOENT, ENOTDIR, ELOOP.
 */
function resolve(disk: Disk, path: Path): Path {
  let names = namesOf(path);
  let at: Path = '';
  for (let links = 0; names.length > 0;) {
    const [name = '', ...rest] = names;
    if (at !== '' && disk.image.get(at)?.is !== 'dir') throw osFault('ENOTDIR');
    names = rest;
    if (name === '.') continue;
    if (name === '..') {
      if (at === '') throw osFault('ENOENT');
      at = parentOf(at);
      continue;
    }
    const next = at === '' ? name : `${at}/${name}`;
    const node = disk.image.get(next);
    if (node === undefined && rest.length > 0) throw osFault('ENOENT');
    if (node?.is !== 'link') {
      at = next;
      continue;
    }
    links += 1;
    if (links > linksMost) throw osFault('ELOOP');
    if (node.to.startsWith('/')) at = '';
    names = [...targetOf(disk, node.to), ...rest];
  }
  return at;
}

function targetOf(disk: Disk, to: string): readonly string[] {
  if (to === '') throw osFault('ENOENT');
  if (!to.startsWith('/')) return namesOf(to);
  const root = disk.root.replace(/\/+$/, '');
  if (to !== root && !to.startsWith(`${root}/`)) throw osFault('ENOENT');
  return namesOf(to.slice(root.length));
}

function nodeAt(disk: Disk, path: Path): Node | undefined {
  const at = resolve(disk, path);
  return at === '' ? { is: 'dir' } : disk.image.get(at);
}

/** Makes a directory below the root. Throws EEXIST where something else stands there. */
export function makeDirectory(disk: Disk, path: Path): void {
  const node = disk.image.get(path);
  if (node === undefined) put(disk, path, { is: 'dir' });
  else if (node.is !== 'dir' && !isDirectory(disk, path)) throw osFault('EEXIST');
}

function isDirectory(disk: Disk, path: Path): boolean {
  try {
    return nodeAt(disk, path)?.is === 'dir';
  } catch {
    return false;
  }
}

/**
 * Opens a file to read and write, made where it is missing, and answers its key. Throws EISDIR,
 * ENOENT, ELOOP, and for what is no file whatever a system answers.
 */
export function openFile(run: Run, path: Path): Path {
  const { disk } = run;
  const at = resolve(disk, path);
  const node = nodeAt(disk, path);
  if (!run.rule('name-opens', node?.is !== 'dir')) throw osFault('EISDIR');
  if (node === undefined || node.is === 'dir') put(disk, at, fileNode(new Uint8Array()));
  else if (node.is !== 'file') {
    // A fifo takes the header and cannot be synced; a socket cannot be opened; our disk waits.
    throw osFault(['EINVAL', 'ENXIO', 'EDEADLK'][run.choose(3)] ?? 'EINVAL');
  }
  return at;
}

/**
 * The names in a directory with what they are themselves; none where it does not exist. Throws
 * ENOTDIR.
 */
export function list(disk: Disk, path: Path): readonly (readonly [name: string, node: Node])[] {
  let at: Path;
  try {
    at = resolve(disk, path);
  } catch {
    return [];
  }
  const node = nodeAt(disk, path);
  if (node === undefined) return [];
  if (node.is !== 'dir') throw osFault('ENOTDIR');
  const prefix = at === '' ? '' : `${at}/`;
  return [...disk.image]
    .filter(([key]) => key.startsWith(prefix) && !key.includes('/', prefix.length))
    .map(([key, found]) => [key.slice(prefix.length), found] as const);
}

/** What an open file holds. */
export function contentOf(disk: Disk, file: Path): Content {
  const node = disk.image.get(file);
  const empty = { is: 'file' as const, bytes: new Uint8Array(), size: 0 };
  return { node: node?.is === 'file' ? node : empty, far: disk.far.get(file) ?? [] };
}

function keep(disk: Disk, file: Path, { node, far }: Content): void {
  const before = disk.far.get(file) ?? [];
  if (before.length !== far.length || before.some((one, i) => one !== far[i])) {
    disk.far = new Map(disk.far).set(file, far);
    disk.touched = true;
  }
  put(disk, file, node);
}

/** The bytes of a file. */
export const sizeOf = (run: Run): number => contentOf(run.disk, run.handle.file).node.size;

/** At most `count` bytes from the position on, which moves behind them. */
export function readBytes(run: Run, count: number): Uint8Array {
  const { handle } = run;
  const from = handle.position;
  const bytes = readAt(contentOf(run.disk, handle.file), from, from + count);
  handle.position = from + bytes.length;
  return bytes;
}

/** Writes at the position, which moves behind it. */
export function writeBytes(run: Run, bytes: Uint8Array): void {
  const { disk, handle } = run;
  const end = handle.position + bytes.length;
  if (end > writeBytesSure && run.choose(2) === 1) throw osFault('EFBIG');
  if (bytes.length === 0) return;
  keep(disk, handle.file, writeAt(contentOf(disk, handle.file), handle.position, bytes));
  handle.position = end;
}

/** Sets the length of the file; the position stays. Throws EFBIG. */
export function setLength(run: Run, length: bigint): void {
  const { disk, handle } = run;
  if (length > fileBytesMost) throw osFault('EFBIG');
  const size = Number(length);
  if (size > fileBytesSure && run.choose(2) === 1) throw osFault('EFBIG');
  keep(disk, handle.file, resized(contentOf(disk, handle.file), size));
}

/** Moves the position to the end of the file. */
export function seekEnd(run: Run): void {
  run.handle.position = sizeOf(run);
}
