/* oxlint-disable no-underscore-dangle -- memfs names so what it keeps to itself */
import { constants } from 'node:fs';
import { defaultOutside, type Disk, type DiskOptions } from '../disk.ts';
import type { DiskFs } from '../disk/shape.ts';
import type { Made, OpLog } from '../oplog.ts';
import type { Image } from '../../spec/lib/image.ts';
import {
  memEvents,
  type MemCore,
  type MemEvent,
  type MemNodeClass,
  type MemVolume,
} from './memory.ts';
import { nameRules } from './names.ts';
import { recordedNodes, type RecordedNode } from './node.ts';
import { imageOfVolume, plantImage } from './plant.ts';
import { openFileRules } from './rules.ts';
import { surfaceRules } from './surface.ts';
import { taped, tapedSync, tapeOutside, tapePath, type Tape } from './tape.ts';

/** A volume as its package types it: what the recorder takes hold of is not told by the types. */
interface AnyVolume {
  readonly _core: object;
}

/** A fresh memfs volume, and how the functions of `node:fs` are had of it. */
export interface Memory<V extends AnyVolume = AnyVolume> {
  readonly volume: V;
  /** Asked once, after the recorder has taken its place in the volume. */
  readonly fsOf: (volume: V) => DiskFs;
}

/**
 * A memfs volume as a disk: it holds `image`, and every call that reaches it, in whichever of
 * Node's styles, is written to the same op log that a disk of ours keeps.
 */
export function createRecorder<V extends AnyVolume>(
  { volume: given, fsOf }: Memory<V>,
  image: Image = new Map(),
  options: DiskOptions = {},
): Disk {
  if (options.account === true || (options.inject?.length ?? 0) > 0) {
    throw new RangeError('a recorded volume keeps no account of calls and lets none fail');
  }
  const tape = tapeOf(image, options);
  const volume = given as unknown as MemVolume;
  const core = volume._core;
  const Recorded = recordedNodes(tape, core.root.getNode().constructor as MemNodeClass);
  core.newInoNumber = () => tape.nextIno++;
  core.createNode = (mode) => {
    const node = new Recorded(core.newInoNumber(), mode);
    core.inodes[node.ino] = node;
    return node;
  };
  const top = new Recorded(0, constants.S_IFDIR | 0o755);
  top.nlink = 3;
  core.root.setNode(top);
  plantImage(core, tape, Recorded);
  core.changes.listen((event) => heard(tape, event));
  nameRules(core);
  openFileRules(core, tape);
  syncRules(volume, core, tape);
  surfaceRules(volume, core, tape);
  tape.running = true;
  return diskOf(core, tape, fsOf(given));
}

function tapeOf(base: Image, options: DiskOptions): Tape {
  const root = options.root ?? '/store';
  if (!/^(\/[^/]+)+$/.test(root)) throw new RangeError(`"${root}" is no absolute, plain path`);
  const outsideBase = options.outside ?? defaultOutside;
  return {
    root,
    base,
    outsideBase,
    rootMissing: options.rootMissing ?? false,
    recording: options.record ?? true,
    events: [],
    notModelled: new Set(),
    outside: new Set(),
    running: false,
    nextIno: 2 + base.size + outsideBase.size,
    mutations: 0,
    requested: 0,
    step: 0,
    actor: 0,
    cached: base,
  };
}

/** Names are recorded by what memfs tells of itself; what is written, by the inodes. */
function heard(tape: Tape, event: MemEvent): void {
  if (event.type === memEvents.attributes) tape.notModelled.add('times, owners and modes of files');
  if (event.type === memEvents.modify || event.type === memEvents.attributes) return;
  const node = event.node as RecordedNode;
  const at = tapePath(tape, event.steps);
  if (event.oldSteps !== undefined) noteOutside(tape, tapePath(tape, event.oldSteps), node);
  noteOutside(tape, at, node);
  if (event.type === memEvents.move) {
    taped(tape, { do: 'rename', from: tapePath(tape, event.oldSteps ?? []), to: at });
  } else if (event.type === memEvents.delete) taped(tape, { do: 'name', at, ino: null });
  else {
    const made = madeOf(node);
    taped(tape, { do: 'name', at, ino: node.ino, ...(made === null ? {} : { made }) });
  }
}

/** What a new name brought into being; null where it is one more name of a file. */
function madeOf(node: RecordedNode): Made | null {
  if (node.isDirectory()) return { is: 'dir' };
  if (node.named) return null;
  node.named = true;
  return node.isSymlink() ? { is: 'link', to: node.symlink ?? '' } : { is: 'file' };
}

function noteOutside(tape: Tape, at: string, node: RecordedNode): void {
  if (!at.startsWith('/')) return;
  tapeOutside(tape, at);
  node.outsideAt = at;
}

function syncRules(volume: MemVolume, core: MemCore, tape: Tape): void {
  const sync = (dataOnly: boolean) => (fd: number) => {
    const { node } = core.getFileByFdOrThrow(fd, dataOnly ? 'fdatasync' : 'fsync');
    tapedSync(tape, node.ino, dataOnly);
  };
  volume._fsync = sync(false);
  volume._fdatasync = sync(true);
}

function diskOf(core: MemCore, tape: Tape, fs: DiskFs): Disk {
  return {
    fs,
    root: tape.root,
    get log(): OpLog {
      const { base, outsideBase: outside, events } = tape;
      return { base, outside, events, notModelled: [...tape.notModelled] };
    },
    // Errors are injected on a disk of ours alone.
    calls: [],
    fired: [],
    lift: () => {},
    get mutations() {
      return tape.mutations;
    },
    get requested() {
      return tape.requested;
    },
    image: () => imageOfVolume(core, tape),
    outside: () => [...tape.outside].toSorted(),
    mark: (step, actor = 0) => {
      tape.step = step;
      tape.actor = actor;
    },
    ack: (step) => {
      if (tape.recording) tape.events.push({ is: 'ack', step });
    },
  };
}
