import type { Image, Node, Path } from '../../spec/lib/image.ts';
import { readArguments } from '../disk/arguments.ts';
import { callsOf } from '../disk/calls.ts';
import { promisesOf, type DiskPromises } from '../disk/promises.ts';
import type { DiskFs } from '../disk/shape.ts';
import { imageOf, stateOf, type DirInode, type DiskState } from '../disk/state.ts';
import { defaultOutside, type Disk } from '../disk.ts';
import { below, DENSE_MOST, type Fact } from './facts.ts';
import { ObservedContent, ObservedNames } from './inodes.ts';
import { newRecorder, type Mode, type Recorder } from './recorder.ts';

/** A disk that keeps account of what was learned of the tree that it began with. */
export interface ObservedDisk {
  readonly disk: Disk;
  /**
   * What was learned so far. Whoever asks a disk that began with another tree of the same answers
   * the same questions is answered the same, whatever else lies there: also after changes, because
   * what was changed since is known to whoever changed it.
   */
  readonly facts: readonly Fact[];
  /** The tree as the disk began with it: sorted by path, short sparse tails written out. */
  readonly base: Image;
}

/**
 * A disk over `image` that records no op log and injects nothing. Inode numbers are those of the
 * paths, and do not tell what else there is; times are the same for all that the disk began with.
 * It is observed where names and contents are kept, so no call can look past it.
 */
export function observedDisk(image: Image, root: string): ObservedDisk {
  const base = plainly(image);
  const state = stateOf(base, { root, outside: defaultOutside, record: false, rootMissing: false });
  const recorder = newRecorder();
  const home = homeOf(state);
  state.nextIno = FIRST_NEW_INO;
  observe(home, '', recorder);
  const fs = watched(state, recorder);
  const disk: Disk = {
    fs,
    root,
    calls: [],
    fired: [],
    lift: () => undefined,
    log: { base, outside: state.outsideBase, events: state.events, notModelled: [] },
    get mutations() {
      return state.mutations;
    },
    get requested() {
      return state.requested;
    },
    image: () => during(recorder, 'paused', () => imageOf(state)),
    outside: () => [...state.outside].toSorted(),
    mark: () => undefined,
    ack: () => undefined,
  };
  return { disk, facts: recorder.facts, base };
}

function plainly(image: Image): Image {
  const paths = [...image.keys()].toSorted();
  return new Map(paths.map((path) => [path, dense(image.get(path)!)]));
}

const densed = new WeakMap<Node, Node>();

function dense(node: Node): Node {
  if (node.is !== 'file' || node.size === node.bytes.length || node.size > DENSE_MOST) return node;
  let whole = densed.get(node);
  if (whole === undefined) {
    const bytes = new Uint8Array(node.size);
    bytes.set(node.bytes.subarray(0, node.size));
    densed.set(node, (whole = { is: 'file', bytes, size: node.size }));
  }
  return whole;
}

function homeOf(state: DiskState): DirInode {
  let dir = state.top;
  for (const part of state.root.slice(1).split('/')) {
    const next = dir.names.get(part);
    if (next?.is !== 'dir') throw new RangeError(`the disk has no ${state.root}`);
    dir = next;
  }
  return dir;
}

function observe(dir: DirInode, path: Path, recorder: Recorder): void {
  const names = [...dir.names];
  for (const [name, inode] of names) {
    const at = below(path, name);
    const ino = inoOf(at);
    if (inode.is === 'dir') observe(inode, at, recorder);
    if (inode.is === 'file' && inode.content.node !== null) {
      Object.assign(inode, { ino, content: new ObservedContent(recorder, at, inode.content.node) });
    } else Object.assign(inode, { ino });
  }
  Object.assign(dir, { names: new ObservedNames(recorder, path, names) });
}

/** New objects are numbered from here; those of {@link inoOf} lie below. */
const FIRST_NEW_INO = 2 ** 50;
const inos = new Map<Path, number>();

/** A number of 49 bits for a path; that two paths of one tree share one has not to be feared. */
function inoOf(path: Path): number {
  let ino = inos.get(path);
  if (ino === undefined) {
    let [a, b] = [0x811c9dc5, 0x9e3779b9];
    for (let i = 0; i < path.length; i++) {
      a = Math.imul(a ^ path.charCodeAt(i), 0x01000193);
      b = Math.imul(b ^ path.charCodeAt(i), 0x85ebca6b) ^ (b >>> 13);
    }
    if (inos.size >= 1 << 14) inos.clear();
    inos.set(path, (ino = 2 ** 48 + (a >>> 0) * 2 ** 16 + (b >>> 16)));
  }
  return ino;
}

function during<T>(recorder: Recorder, mode: Mode, run: () => T): T {
  const before = recorder.mode;
  recorder.mode = mode;
  try {
    return run();
  } finally {
    recorder.mode = before;
  }
}

/** The calls of the disk; those that read say what they read, those that write look at nothing. */
function watched(state: DiskState, recorder: Recorder): DiskFs {
  const plain = callsOf(state);
  let promises: DiskPromises | null = null;
  const fs: DiskFs = {
    ...plain,
    get promises() {
      return (promises ??= promisesOf(fs));
    },
    readSync: (fd, view, ...rest) => {
      const { buffer, offset, length, position } = readArguments(view, ...rest);
      const file = state.fds[fd];
      const own = position === null || position < 0;
      const from = own ? (file?.position ?? 0) : Number(position);
      const run = (): number => plain.readSync(fd, buffer, offset, length, position);
      const count = during(recorder, 'ranged', run);
      if (file?.inode.is === 'file' && file.inode.content instanceof ObservedContent) {
        const { file: path, beganBytes } = file.inode.content;
        recorder.bytes(path, from, Math.min(from + count, beganBytes));
      }
      return count;
    },
    writeSync: (...asked: Parameters<DiskFs['writeSync']>) =>
      during(recorder, 'writes', () => plain.writeSync(...asked)),
    writeFileSync: (path, data, options) =>
      during(recorder, 'writes', () => plain.writeFileSync(path, data, options)),
    appendFileSync: (path, data, options) =>
      during(recorder, 'writes', () => plain.appendFileSync(path, data, options)),
  };
  return fs;
}
