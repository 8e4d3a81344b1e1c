import { constants } from 'node:fs';
import type { Image, Node, Path } from '../../spec/lib/image.ts';
import type { FileNode } from '../content.ts';
import { ROOT_INO, type Ino } from '../oplog.ts';
import type { MemCore, MemLink } from './memory.ts';
import type { RecordedNode, RecordedNodeClass } from './node.ts';
import type { Tape } from './tape.ts';

const { S_IFDIR, S_IFREG, S_IFLNK, S_IFIFO } = constants;

/** The most bytes that a file of a volume may have: memfs holds every one of them. */
export const VOLUME_FILE_BYTES_MAX = 256 * 1024 * 1024;

/** Puts what the tape begins with into an empty volume, numbered as `Ino` says. */
export function plantImage(core: MemCore, tape: Tape, Recorded: RecordedNodeClass): void {
  const home = tape.root.slice(1);
  const plant = (path: Path, node: Node, ino: Ino): RecordedNode => {
    const cut = path.lastIndexOf('/');
    const dir = directoryAt(core, tape, Recorded, cut === -1 ? '' : path.slice(0, cut));
    const name = path.slice(cut + 1);
    const there = dir.children.get(name);
    if (there?.getNode().isDirectory() === true) return there.getNode() as RecordedNode;
    const planted = nodeOf(tape, Recorded, node, ino);
    dir.createChild(name, planted);
    planted.named = true;
    return planted;
  };
  if (!tape.rootMissing) plant(home, { is: 'dir' }, ROOT_INO);
  let ino = ROOT_INO + 1;
  for (const [path, node] of tape.base) {
    if (tape.rootMissing) throw new RangeError('a missing root has no entries');
    plant(`${home}/${path}`, node, ino++);
  }
  for (const [path, node] of tape.outsideBase) plant(path.slice(1), node, ino++).outsideAt = path;
}

function directoryAt(
  core: MemCore,
  tape: Tape,
  Recorded: RecordedNodeClass,
  path: string,
): MemLink {
  let dir = core.root;
  for (const name of path === '' ? [] : path.split('/')) {
    dir =
      dir.children.get(name) ??
      dir.createChild(name, new Recorded(tape.nextIno++, S_IFDIR | 0o755));
    if (!dir.getNode().isDirectory()) throw new RangeError(`image: ${path} is no directory`);
  }
  return dir;
}

function nodeOf(tape: Tape, Recorded: RecordedNodeClass, node: Node, ino: Ino): RecordedNode {
  if (node.is === 'dir') return new Recorded(ino, S_IFDIR | 0o755);
  if (node.is === 'link') {
    const link = new Recorded(ino, S_IFLNK | 0o777);
    link.makeSymlink(node.to);
    return link;
  }
  if (node.is === 'other') {
    const other = new Recorded(ino, S_IFIFO | 0o644);
    other.other = node;
    return other;
  }
  const file = new Recorded(ino, S_IFREG | 0o644);
  file.buf = bytesOfNode(tape, node);
  file.size = file.buf.length;
  file.capacity = file.buf.length;
  file.borrowed = true;
  file.kept = node;
  return file;
}

/** Shares the image's bytes where it can. */
function bytesOfNode(tape: Tape, node: FileNode): Buffer {
  const { buffer, byteOffset, length } = node.bytes;
  if (node.size <= length) return Buffer.from(buffer, byteOffset, node.size);
  if (node.size > VOLUME_FILE_BYTES_MAX) {
    tape.notModelled.add(`a sparse file of more than ${VOLUME_FILE_BYTES_MAX} bytes`);
    return Buffer.from(buffer, byteOffset, length);
  }
  const whole = Buffer.alloc(node.size);
  whole.set(node.bytes);
  return whole;
}

const DIR_NODE: Node = { is: 'dir' };

/** The tree below the root as a value; what was not changed keeps the very nodes it had. */
export function imageOfVolume(core: MemCore, tape: Tape): Image {
  if (tape.cached !== null) return tape.cached;
  const image = new Map<Path, Node>();
  let home: MemLink | undefined = core.root;
  for (const name of tape.root.slice(1).split('/')) home = home?.children.get(name);
  if (home?.getNode().isDirectory() === true) collect(home, '', image);
  tape.cached = image;
  return image;
}

function collect(dir: MemLink, prefix: string, into: Map<Path, Node>): void {
  for (const [name, link] of dir.children) {
    if (link === undefined || name === '.' || name === '..') continue;
    const node = link.getNode() as RecordedNode;
    const path = prefix + name;
    if (node.isDirectory()) {
      into.set(path, DIR_NODE);
      collect(link, `${path}/`, into);
    } else if (node.isSymlink()) into.set(path, { is: 'link', to: node.symlink ?? '' });
    else into.set(path, node.other ?? fileOf(node));
  }
}

function fileOf(node: RecordedNode): FileNode {
  if (node.kept === null) {
    const bytes = Uint8Array.from(node.buf.subarray(0, node.size));
    node.kept = { is: 'file', bytes, size: bytes.length };
  }
  return node.kept;
}
