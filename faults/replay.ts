import type { Image, Node, Path } from '../spec/lib/image.ts';
import { contentOf, emptyContent, nodeOf, resize, writeAt, type Content } from './content.ts';
import { ROOT_INO, type Call, type Event, type Ino, type OpLog } from './oplog.ts';

/** The tree that a log builds, moved forward event by event. */
export interface Replay {
  /** Applies the next event; one that had no effect applies nothing. */
  apply(event: Event): void;
  /** The tree below the root now; unchanged files keep their bytes from one image to the next. */
  image(): Image;
  /**
   * The tree if only the first `bytes` of this write reached the file; the replay itself does not
   * move.
   */
  imageWithPart(event: Event, bytes: number): Image;
  /** A path that the inode has now, or null where it has none; the first in order of naming. */
  pathOf(ino: Ino): Path | null;
  /** The inode that stands at a path now, or null where none does. */
  inoOf(path: Path): Ino | null;
}

type Entry = Content | Exclude<Node, { readonly is: 'file' }>;

interface Tree {
  readonly inodes: Map<Ino, Entry>;
  /** Every name, the store's relative and others absolute, and what it stands for. */
  names: Map<Path, Ino>;
  cached: Image | null;
}

const DIR: Node = { is: 'dir' };

/** A replay that stands before the first event of the log. */
export function replayOf(log: OpLog): Replay {
  const tree = treeOf(log);
  return {
    apply: (event) => {
      if (event.is !== 'call' || (event.failed !== undefined && event.failed.took !== true)) return;
      applyCall(tree, event.call);
    },
    image: () => (tree.cached ??= imageOf(tree)),
    imageWithPart: (event, bytes) => imageWithPart(tree, event, bytes),
    pathOf: (ino) => {
      for (const [path, named] of tree.names) if (named === ino) return path;
      return null;
    },
    inoOf: (path) => tree.names.get(path) ?? null,
  };
}

/**
 * The image after the first `eventCount` events of a log. With `partialBytes` the event after them
 * must be a write, of which that many bytes arrived: a write in flight at a kill is a shorter
 * write.
 */
export function imageAfter(log: OpLog, eventCount: number, partialBytes?: number): Image {
  const replay = replayOf(log);
  for (const event of log.events.slice(0, eventCount)) replay.apply(event);
  if (partialBytes === undefined) return replay.image();
  const cut = log.events[eventCount];
  if (cut === undefined) throw new RangeError(`the log has no event ${eventCount}`);
  return replay.imageWithPart(cut, partialBytes);
}

/**
 * The images before the first event and after each one; files that an event did not touch are
 * shared.
 */
export function* prefixes(
  log: OpLog,
): Generator<{ readonly eventCount: number; readonly image: Image }> {
  const replay = replayOf(log);
  yield { eventCount: 0, image: replay.image() };
  for (const [i, event] of log.events.entries()) {
    replay.apply(event);
    yield { eventCount: i + 1, image: replay.image() };
  }
}

function treeOf(log: OpLog): Tree {
  const inodes = new Map<Ino, Entry>([[ROOT_INO, { is: 'dir' }]]);
  const names = new Map<Path, Ino>();
  let ino = ROOT_INO + 1;
  for (const image of [log.base, log.outside ?? new Map<Path, Node>()]) {
    for (const [path, node] of image) {
      inodes.set(ino, node.is === 'file' ? contentOf(node) : node);
      names.set(path, ino++);
    }
  }
  return { inodes, names, cached: null };
}

function applyCall(tree: Tree, call: Call): void {
  if (call.do === 'sync') return;
  tree.cached = null;
  if (call.do === 'write') {
    const content = fileOf(tree, call.ino);
    if (content !== null) writeAt(content, call.from, call.bytes);
  } else if (call.do === 'size') {
    const content = fileOf(tree, call.ino);
    if (content !== null) resize(content, call.to);
  } else if (call.do === 'name') {
    if (call.ino === null) tree.names.delete(call.at);
    else tree.names.set(call.at, call.ino);
    const { made } = call;
    if (made !== undefined && call.ino !== null) {
      tree.inodes.set(call.ino, made.is === 'file' ? emptyContent() : made);
    }
  } else moveName(tree, call.from, call.to);
}

function fileOf(tree: Tree, ino: Ino): Content | null {
  const entry = tree.inodes.get(ino);
  return entry !== undefined && 'buffer' in entry ? entry : null;
}

/**
 * Moves a name, and where it is a directory's every name below it; what stood at the new name is
 * gone.
 */
function moveName(tree: Tree, from: Path, to: Path): void {
  const ino = tree.names.get(from) ?? (from === '' ? ROOT_INO : undefined);
  if (ino === undefined || from === to) return;
  if (fileOf(tree, ino) !== null) {
    tree.names.delete(from);
    tree.names.delete(to);
    tree.names.set(to, ino);
    return;
  }
  const moved = new Map<Path, Ino>();
  for (const [path, named] of tree.names) {
    if (path === to) continue;
    const tail = tailBelow(path, from);
    moved.set(tail === null ? path : join(to, tail), named);
  }
  if (!moved.has(to)) moved.set(to, ino);
  tree.names = moved;
}

/**
 * '' for the path itself, the part below it, or null where it lies elsewhere. The root holds all
 * relative paths.
 */
function tailBelow(path: Path, above: Path): Path | null {
  if (path === above) return '';
  if (above === '') return path.startsWith('/') ? null : path;
  return path.startsWith(`${above}/`) ? path.slice(above.length + 1) : null;
}

function join(above: Path, tail: Path): Path {
  if (tail === '') return above;
  return above === '' ? tail : `${above}/${tail}`;
}

function imageOf(tree: Tree): Image {
  const image = new Map<Path, Node>();
  for (const [path, ino] of tree.names) {
    if (path === '' || path.startsWith('/')) continue;
    const entry = tree.inodes.get(ino);
    if (entry === undefined) continue;
    if ('buffer' in entry) image.set(path, nodeOf(entry));
    else image.set(path, entry.is === 'dir' ? DIR : entry);
  }
  return image;
}

function imageWithPart(tree: Tree, event: Event, bytes: number): Image {
  if (event.is !== 'call' || event.call.do !== 'write') {
    throw new RangeError('only a write can be cut short');
  }
  const { call } = event;
  const content = fileOf(tree, call.ino);
  const image = (tree.cached ??= imageOf(tree));
  if (content === null || bytes <= 0) return image;
  const cut = contentOf(nodeOf(content));
  writeAt(cut, call.from, call.bytes.subarray(0, bytes));
  const node = nodeOf(cut);
  const parted = new Map(image);
  for (const [path, ino] of tree.names) {
    if (ino === call.ino && path !== '' && !path.startsWith('/')) parted.set(path, node);
  }
  return parted;
}
