import { bytesOf, fileNode, nodesEqual } from '../../lib/image.ts';
import type { Image, Node, Path } from '../../lib/image.ts';
import { abortFault, osFault } from './fault.ts';

type FileNode = Extract<Node, { readonly is: 'file' }>;

/** An image that is being changed by one operation; the image it began with stays as it was. */
export interface Disk {
  /** Absolute path of the store's directory, to resolve absolute links that stay inside. */
  readonly root: string;
  image: Image;
  /** True once `image` is a copy of our own. */
  owned: boolean;
  /** True once any call changed what the disk holds, undone or not. */
  touched: boolean;
  /** Directories that ever held a name, once somebody asked. */
  parents?: Set<Path>;
}

/** Links that one path may go through before Linux answers ELOOP. */
const linksMax = 40;
/** What ext4 answers as the size of a small directory; only that it is not 0 matters. */
const directoryBytes = 4096;
/** No file longer than this is written behind, since its zeros would have to be stored. */
const appendableBytes = 256 * 1024 * 1024;

export function diskOf(image: Image, root: string): Disk {
  return { root, image, owned: false, touched: false };
}

function put(disk: Disk, path: Path, node: Node | null): void {
  const before = disk.image.get(path);
  if (node === null ? before === undefined : nodesEqual(before, node)) return;
  const image = disk.owned ? (disk.image as Map<Path, Node>) : new Map(disk.image);
  if (node === null) image.delete(path);
  else {
    image.set(path, node);
    disk.parents?.add(parentOf(path));
  }
  disk.image = image;
  disk.owned = true;
  disk.touched = true;
}

/**
 * Where `path` leads: a key of the image, or one that could be made (its directory exists). '' is
 * the root. A link at the leaf is followed unless `keepLink`. What leads outside the root does not
 * exist. Throws ENOENT, ENOTDIR, ELOOP.
 */
function resolve(disk: Disk, path: Path, keepLink = false): Path {
  // Nearly every path is a name in a directory of the root, with no link on the way.
  const above = parentOf(path);
  if (above !== '' && disk.image.get(above)?.is === 'dir' && !above.includes('/')) {
    if (disk.image.get(path)?.is !== 'link') return path;
  }
  let names = path.split('/').filter((name) => name !== '');
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
    if (node?.is !== 'link' || (keepLink && rest.length === 0)) {
      at = next;
      continue;
    }
    links += 1;
    if (links > linksMax) throw osFault('ELOOP');
    const target = insideRoot(disk, node.to);
    if (target.absolute) at = '';
    names = [...target.names, ...rest];
  }
  return at;
}

function insideRoot(
  disk: Disk,
  to: string,
): { readonly absolute: boolean; readonly names: readonly string[] } {
  const names = (text: string): string[] => text.split('/').filter((name) => name !== '');
  if (to === '') throw osFault('ENOENT');
  if (!to.startsWith('/')) return { absolute: false, names: names(to) };
  const root = disk.root.replace(/\/+$/, '');
  if (to !== root && !to.startsWith(`${root}/`)) throw osFault('ENOENT');
  return { absolute: true, names: names(to.slice(root.length)) };
}

/** The path of the directory that holds `path`; '' for a name in the root. */
export function parentOf(path: Path): Path {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

/** Size and sort of what `path` leads to. Throws ENOENT, ENOTDIR, ELOOP. */
export function stat(
  disk: Disk,
  path: Path,
): { readonly is: 'file' | 'dir' | 'other'; readonly size: number } {
  const at = resolve(disk, path);
  if (at === '') return { is: 'dir', size: directoryBytes };
  const node = disk.image.get(at);
  if (node === undefined) throw osFault('ENOENT');
  if (node.is === 'dir') return { is: 'dir', size: directoryBytes };
  return node.is === 'file' ? { is: 'file', size: node.size } : { is: 'other', size: 0 };
}

/** True where `stat` would answer; any error of it reads as absence, as the original's does. */
export function exists(disk: Disk, path: Path): boolean {
  try {
    stat(disk, path);
    return true;
  } catch {
    return false;
  }
}

/**
 * The file that opening `path` to read and reading from it gives. Throws EISDIR for a directory.
 */
export function readFile(disk: Disk, path: Path): FileNode {
  const at = resolve(disk, path);
  const node = at === '' ? { is: 'dir' as const } : disk.image.get(at);
  if (node === undefined) throw osFault('ENOENT');
  if (node.is === 'dir') throw osFault('EISDIR');
  if (node.is !== 'file') throw osFault('ENXIO');
  return node;
}

/**
 * Opens `path` to write and answers the key of its file; a dangling link makes its target. Throws
 * EISDIR, ENOENT.
 */
export function openToWrite(
  disk: Disk,
  path: Path,
  flags: { readonly create: boolean; readonly truncate: boolean },
): Path {
  const at = resolve(disk, path);
  const node = at === '' ? { is: 'dir' as const } : disk.image.get(at);
  if (node === undefined && !flags.create) throw osFault('ENOENT');
  if (node?.is === 'dir') throw osFault('EISDIR');
  if (node !== undefined && node.is !== 'file') throw osFault('ENXIO');
  if (node === undefined || flags.truncate) put(disk, at, fileNode(new Uint8Array()));
  return at;
}

/** Writes `bytes` behind the end of an opened file and answers the offset where they begin. */
export function append(disk: Disk, file: Path, bytes: Uint8Array): number {
  const node = disk.image.get(file);
  const size = node?.is === 'file' ? node.size : 0;
  if (size > appendableBytes) throw abortFault(BigInt(size));
  const before = bytesOf(disk.image, file) ?? new Uint8Array();
  const whole = new Uint8Array(size + bytes.length);
  whole.set(before);
  whole.set(bytes, size);
  put(disk, file, fileNode(whole));
  return size;
}

/** Sets the length of an opened file; what is added reads as zeros. */
export function setLength(disk: Disk, file: Path, size: number): void {
  const node = disk.image.get(file);
  if (node?.is !== 'file') return;
  const bytes = node.bytes.length > size ? node.bytes.subarray(0, size) : node.bytes;
  put(disk, file, { is: 'file', bytes, size });
}

/** Replaces what an opened file holds. */
export function overwrite(disk: Disk, file: Path, bytes: Uint8Array): void {
  put(disk, file, fileNode(bytes));
}

/** Removes a name; a link itself, never its target. Throws ENOENT, EISDIR. */
export function unlink(disk: Disk, path: Path): void {
  const at = resolve(disk, path, true);
  const node = disk.image.get(at);
  if (node === undefined) throw osFault('ENOENT');
  if (node.is === 'dir') throw osFault('EISDIR');
  put(disk, at, null);
}

/**
 * Moves a name over another; links are moved and replaced themselves. Throws ENOENT, EISDIR,
 * ENOTDIR, ENOTEMPTY.
 */
export function rename(disk: Disk, from: Path, to: Path): void {
  const source = resolve(disk, from, true);
  const target = resolve(disk, to, true);
  const node = disk.image.get(source);
  const replaced = target === '' ? { is: 'dir' as const } : disk.image.get(target);
  if (node === undefined) throw osFault('ENOENT');
  if (source === target) return;
  if (node.is !== 'dir') {
    if (replaced?.is === 'dir') throw osFault('EISDIR');
    put(disk, source, null);
    put(disk, target, node);
    return;
  }
  if (replaced !== undefined && replaced.is !== 'dir') throw osFault('ENOTDIR');
  if (hasChildren(disk, target)) throw osFault('ENOTEMPTY');
  if (hasChildren(disk, source)) moveTree(disk, source, target);
  else {
    put(disk, source, null);
    put(disk, target, node);
  }
}

function moveTree(disk: Disk, source: Path, target: Path): void {
  // The image that is walked stays as it is: `put` works on a copy that is made here.
  const before = new Map(disk.image);
  for (const [path, moved] of before) {
    if (path !== source && !path.startsWith(`${source}/`)) continue;
    put(disk, path, null);
    put(disk, target + path.slice(source.length), moved);
  }
}

/**
 * True where anything may stand in a directory; asked by the thousand, so it does not walk the
 * image each time.
 */
function hasChildren(disk: Disk, path: Path): boolean {
  disk.parents ??= new Set([...disk.image.keys()].map((key) => parentOf(key)));
  return disk.parents.has(path) && list(disk, path, disk.image.has(path)).length > 0;
}

/** Makes a directory and those above it. Throws EEXIST where something else stands there. */
export function makeDirectories(disk: Disk, path: Path): void {
  const above = parentOf(path);
  if (above !== '' && !exists(disk, above)) makeDirectories(disk, above);
  const at = resolve(disk, path, true);
  if (!disk.image.has(at)) put(disk, at, { is: 'dir' });
  else if (!exists(disk, path) || stat(disk, path).is !== 'dir') throw osFault('EEXIST');
}

/**
 * The names in a directory, in the image's order; none where `present` is false. Throws ENOENT,
 * ENOTDIR.
 */
export function list(disk: Disk, path: Path, present = true): readonly string[] {
  if (!present) return [];
  const at = resolve(disk, path);
  const node = at === '' ? { is: 'dir' as const } : disk.image.get(at);
  if (node === undefined) throw osFault('ENOENT');
  if (node.is !== 'dir') throw osFault('ENOTDIR');
  const prefix = at === '' ? '' : `${at}/`;
  return [...disk.image.keys()]
    .filter((key) => key.startsWith(prefix) && !key.includes('/', prefix.length))
    .map((key) => key.slice(prefix.length));
}
