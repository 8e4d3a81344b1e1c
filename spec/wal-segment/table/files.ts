import { fileNode } from '../../lib/image.ts';
import type { Node, Path } from '../../lib/image.ts';
import { hashedBytesMost, slice, type FileNode } from '../frames.ts';
import { Fault, type Run } from './run.ts';

/** Links that one path may go through before Linux answers ELOOP. */
const linksMost = 40;

/**
 * Where a path leads: a key of the image, or one that could be made; '' is the root. Links are
 * followed; what leads outside the root does not exist.
 */
export function resolve(run: Run, path: Path): Path {
  let names = path.split('/').filter((name) => name !== '');
  let at: Path = '';
  for (let links = 0; names.length > 0;) {
    const [name = '', ...rest] = names;
    if (at !== '' && run.image.get(at)?.is !== 'dir') throw new Fault('io-enotdir');
    names = rest;
    if (name === '.') continue;
    if (name === '..') {
      if (at === '') throw new Fault('io-enoent');
      at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '';
      continue;
    }
    const next = at === '' ? name : `${at}/${name}`;
    const node = run.image.get(next);
    if (node?.is === 'link') {
      links += 1;
      if (links > linksMost) throw new Fault('io-eloop');
      if (node.to.startsWith('/')) at = '';
      names = [...inside(run.root, node.to), ...rest];
    } else if (node === undefined && rest.length > 0) throw new Fault('io-enoent');
    else at = next;
  }
  return at;
}

function inside(root: string, to: string): readonly string[] {
  const names = (text: string): readonly string[] => text.split('/').filter((n) => n !== '');
  if (to === '') throw new Fault('io-enoent');
  if (!to.startsWith('/')) return names(to);
  const base = root.replace(/\/+$/, '');
  if (to !== base && !to.startsWith(`${base}/`)) throw new Fault('io-enoent');
  return names(to.slice(base.length));
}

/** What a path leads to; `dir` for the root. Throws where it leads nowhere. */
export function nodeAt(run: Run, path: Path): Node {
  const at = resolve(run, path);
  const node: Node | undefined = at === '' ? { is: 'dir' } : run.image.get(at);
  if (node === undefined) throw new Fault('io-enoent');
  return node;
}

/** Opens a file to append to it, making it where it is missing, and answers its key. */
export function openToAppend(run: Run, path: Path): Path {
  const at = resolve(run, path);
  const node: Node | undefined = at === '' ? { is: 'dir' } : run.image.get(at);
  if (node?.is === 'dir') throw new Fault('io-eisdir');
  if (node !== undefined && node.is !== 'file') throw new Fault('io-enxio');
  if (node === undefined) put(run, at, fileNode(new Uint8Array()));
  return at;
}

/** The file of an open handle; an empty one where somebody took it away. */
export function fileAt(run: Run, key: Path): FileNode {
  const node = run.image.get(key);
  return node?.is === 'file' ? node : { is: 'file', bytes: new Uint8Array(), size: 0 };
}

/** Writes behind the end of a file. A file too long to be held in memory ends the process. */
export function appendTo(run: Run, key: Path, bytes: Uint8Array): void {
  put(run, key, grown(fileAt(run, key), bytes));
}

/** A file with bytes added to its end. */
export function grown(file: FileNode, bytes: Uint8Array): FileNode {
  if (file.size > hashedBytesMost) throw new Fault('abort');
  const whole = new Uint8Array(file.size + bytes.length);
  whole.set(slice(file, 0, file.size));
  whole.set(bytes, file.size);
  return { is: 'file', bytes: whole, size: whole.length };
}

/** Replaces what a key holds. */
export function put(run: Run, key: Path, node: Node): void {
  run.image = new Map(run.image).set(key, node);
}
