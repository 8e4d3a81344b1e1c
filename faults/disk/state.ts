import type { Image, Node, Path } from '../../spec/lib/image.ts';
import { contentOf, nodeOf, type Content } from '../content.ts';
import { ROOT_INO, type Call, type Event, type Failed, type Ino } from '../oplog.ts';

interface Common {
  readonly ino: Ino;
  mode: number;
  nlink: number;
  /** Time of the last change on the disk's own clock, which ticks once per change. */
  changedMs: number;
  /**
   * A name outside the store's root that this object has or had; null while it has always been
   * inside.
   */
  outsideAt: Path | null;
}

/** A regular file. */
export interface FileInode extends Common {
  readonly is: 'file';
  readonly content: Content;
}

/** A directory; `parent` is null for `/` and for a directory that was removed. */
export interface DirInode extends Common {
  readonly is: 'dir';
  readonly names: Map<string, Inode>;
  parent: DirInode | null;
  name: string;
}

/** A symbolic link, or a thing that a store should not touch (a fifo, a device). */
export interface LeafInode extends Common {
  readonly is: 'link' | 'other';
  readonly node: Extract<Node, { readonly is: 'link' | 'other' }>;
}

export type Inode = FileInode | DirInode | LeafInode;

/** An open file description. */
export interface OpenFile {
  readonly inode: Inode;
  readonly reads: boolean;
  readonly writes: boolean;
  readonly append: boolean;
  readonly syncs: 'none' | 'data' | 'all';
  position: number;
}

/** Everything that one disk knows; the functions beside this file work on it. */
export interface DiskState {
  readonly root: string;
  readonly top: DirInode;
  readonly base: Image;
  readonly outsideBase: Image;
  readonly recording: boolean;
  readonly events: Event[];
  readonly notModelled: Set<string>;
  readonly outside: Set<Path>;
  readonly fds: (OpenFile | null)[];
  nextIno: Ino;
  mutations: number;
  requested: number;
  step: number;
  actor: number;
  cached: Image | null;
  /** What every event is marked with while a fault is being injected; null at all other times. */
  marks: { readonly failed?: Failed; readonly reverts?: true } | null;
}

const DIR_NODE: Node = { is: 'dir' };
const EPOCH_MS = 1_700_000_000_000;

/** A disk's state over an image; `outside` is what stands elsewhere, under absolute paths. */
export function stateOf(
  base: Image,
  options: { root: string; outside: Image; record: boolean; rootMissing: boolean },
): DiskState {
  const top = newDir(0, null, '');
  const outsideFrom = ROOT_INO + 1 + base.size;
  const state: DiskState = {
    root: options.root,
    top,
    base,
    outsideBase: options.outside,
    recording: options.record,
    events: [],
    notModelled: new Set(),
    outside: new Set(),
    fds: [null, null, null],
    nextIno: outsideFrom + options.outside.size,
    mutations: 0,
    requested: 0,
    step: 0,
    actor: 0,
    cached: base,
    marks: null,
  };
  const home = options.rootMissing ? null : makeRoot(state);
  let ino = ROOT_INO + 1;
  for (const [path, node] of base) {
    if (home === null) throw new RangeError('a missing root has no entries');
    plant(state, home, path, node, ino++);
  }
  for (const [path, node] of options.outside) {
    plant(state, top, path.slice(1), node, ino++).outsideAt = path;
  }
  return state;
}

function makeRoot(state: DiskState): DirInode {
  let dir = state.top;
  const parts = state.root.slice(1).split('/');
  for (const [i, part] of parts.entries()) {
    const isHome = i === parts.length - 1;
    const next = newDir(isHome ? ROOT_INO : state.nextIno++, dir, part);
    dir.names.set(part, next);
    dir = next;
  }
  return dir;
}

function newDir(ino: Ino, parent: DirInode | null, name: string): DirInode {
  return {
    is: 'dir',
    ino,
    mode: 0o755,
    nlink: 2,
    changedMs: EPOCH_MS,
    outsideAt: null,
    names: new Map(),
    parent,
    name,
  };
}

/** A new object that has no name yet. */
export function newInode(state: DiskState, node: Node, mode: number, ino = state.nextIno++): Inode {
  const changedMs = nowMs(state);
  if (node.is === 'dir') {
    const dir = newDir(ino, null, '');
    dir.mode = mode;
    dir.changedMs = changedMs;
    return dir;
  }
  const outsideAt = null;
  if (node.is === 'file') {
    return { is: 'file', ino, mode, nlink: 0, changedMs, outsideAt, content: contentOf(node) };
  }
  return { is: node.is, ino, mode, nlink: 0, changedMs, outsideAt, node };
}

function plant(state: DiskState, from: DirInode, path: Path, node: Node, ino: Ino): Inode {
  let dir = from;
  let start = 0;
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', start)) {
    const name = path.slice(start, slash);
    let next = dir.names.get(name);
    if (next === undefined) {
      next = newDir(state.nextIno++, dir, name);
      dir.names.set(name, next);
    }
    if (next.is !== 'dir') throw new RangeError(`image: ${path} lies below something else`);
    dir = next;
    start = slash + 1;
  }
  const name = path.slice(start);
  const there = dir.names.get(name);
  if (there !== undefined && there.is === 'dir' && node.is === 'dir') return there;
  const inode = newInode(state, node, node.is === 'dir' ? 0o755 : 0o644, ino);
  attach(dir, name, inode);
  return inode;
}

/** Gives an object a name. */
export function attach(dir: DirInode, name: string, inode: Inode): void {
  dir.names.set(name, inode);
  if (inode.is === 'dir') {
    inode.parent = dir;
    inode.name = name;
  } else inode.nlink++;
}

/** Takes a name away; open descriptors keep the object. */
export function detach(dir: DirInode, name: string): void {
  const inode = dir.names.get(name)!;
  dir.names.delete(name);
  if (inode.is === 'dir') inode.parent = null;
  else inode.nlink--;
}

/** The disk's clock: one millisecond per change, so that it is the same in every run. */
export function nowMs(state: DiskState): number {
  return EPOCH_MS + state.mutations;
}

/** Counts and records one call that changed the disk. */
export function changed(state: DiskState, call: Call): void {
  state.mutations++;
  state.cached = null;
  record(state, call);
}

/** Records a completed sync, which changes nothing that a reader sees. */
export function synced(state: DiskState, ino: Ino, dataOnly: boolean): void {
  record(state, { do: 'sync', ino, dataOnly });
}

/** Puts a call into the log, with the marks of the fault that is being injected, if any. */
export function record(state: DiskState, call: Call): void {
  if (!state.recording) return;
  const { step, actor, marks } = state;
  const event = { is: 'call', step, actor, call } as const;
  state.events.push(marks === null ? event : { ...event, ...marks });
}

/**
 * The path of a name as the log writes it: relative below the root, '' for the root, absolute
 * elsewhere.
 */
export function pathAt(state: DiskState, dir: DirInode, name: string): Path {
  let path = name;
  for (let at: DirInode | null = dir; at !== null && at !== state.top; at = at.parent) {
    path = `${at.name}/${path}`;
  }
  path = `/${path}`;
  if (path === state.root) return '';
  const below = path.startsWith(state.root) && path.charCodeAt(state.root.length) === 47;
  return below ? path.slice(state.root.length + 1) : path;
}

/** Notes a change at a path that is not the store's. */
export function noteOutside(state: DiskState, path: Path, inode: Inode | null): void {
  if (!path.startsWith('/')) return;
  state.outside.add(path);
  if (inode !== null) inode.outsideAt = path;
}

/** The tree below the root as a value, shared with the disk until the next change. */
export function imageOf(state: DiskState): Image {
  if (state.cached !== null) return state.cached;
  const image = new Map<Path, Node>();
  const home = rootOf(state);
  if (home !== null) collect(home, '', image);
  state.cached = image;
  return image;
}

function rootOf(state: DiskState): DirInode | null {
  let dir = state.top;
  for (const part of state.root.slice(1).split('/')) {
    const next = dir.names.get(part);
    if (next === undefined || next.is !== 'dir') return null;
    dir = next;
  }
  return dir;
}

function collect(dir: DirInode, prefix: string, into: Map<Path, Node>): void {
  for (const [name, inode] of dir.names) {
    const path = prefix + name;
    if (inode.is === 'file') into.set(path, nodeOf(inode.content));
    else if (inode.is !== 'dir') into.set(path, inode.node);
    else {
      into.set(path, DIR_NODE);
      collect(inode, `${path}/`, into);
    }
  }
}
