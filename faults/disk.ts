import type { Image, Path } from '../spec/lib/image.ts';
import { callsOf } from './disk/calls.ts';
import type { DiskFs } from './disk/shape.ts';
import { imageOf, stateOf } from './disk/state.ts';
import { injected } from './errors/inject.ts';
import type { CallMade, Injection } from './errors/types.ts';
import type { OpLog } from './oplog.ts';

/** How a disk begins. */
export interface DiskOptions {
  /** Absolute path of the directory that the image is put under. */
  readonly root?: string;
  /** Keep the op log; without it only the counters run. */
  readonly record?: boolean;
  /** What stands elsewhere, under absolute paths, so that an escape has something to reach. */
  readonly outside?: Image;
  /** The store's directory itself does not exist yet; the image must then be empty. */
  readonly rootMissing?: boolean;
  /** Keep an account of every file call. */
  readonly account?: boolean;
  /** Faults of calls; with any the account is kept too. */
  readonly inject?: readonly Injection[];
}

/**
 * A disk in memory: an inode table over an image, served as `node:fs` would serve it, recording as
 * it goes.
 */
export interface Disk {
  readonly fs: DiskFs;
  readonly root: string;
  /** The op log so far; its `events` go on growing with the disk. */
  readonly log: OpLog;
  /** Calls so far that changed the disk, syncs not counted. */
  readonly mutations: number;
  /** The longest read asked for so far, in bytes, however much there was to read. */
  readonly requested: number;
  /**
   * The tree below the root now. Unchanged files keep their very bytes, and nothing later changes
   * what was answered.
   */
  image(): Image;
  /** Every file call so far, if an account is kept; whole-file functions as the calls they make. */
  readonly calls: readonly CallMade[];
  /** How often each injection made a difference so far, in the order given. */
  readonly fired: readonly number[];
  /** Ends all injections, as the end of the process does. */
  lift(): void;
  /** Absolute paths changed outside the root, sorted. */
  outside(): readonly Path[];
  /** From here on calls belong to this step of this actor. */
  mark(step: number, actor?: number): void;
  /** The step was answered with success. */
  ack(step: number): void;
  /**
   * Of a disk that is seen from outside: resolves when all that was done before the last answer is
   * known. Nothing of the disk is read before that.
   */
  settle?(): Promise<void>;
}

const KEPT = new Uint8Array(Buffer.from('not of the store\n'));

/** What a disk holds outside its root unless told otherwise. */
export const defaultOutside: Image = new Map([
  ['/tmp', { is: 'dir' }],
  ['/elsewhere', { is: 'dir' }],
  ['/elsewhere/kept', { is: 'file', bytes: KEPT, size: KEPT.length }],
]);

/**
 * A fresh disk holding `image` below its root; the image is never changed, its bytes are shared
 * until written.
 */
export function createDisk(image: Image = new Map(), options: DiskOptions = {}): Disk {
  const root = options.root ?? '/store';
  if (!/^(\/[^/]+)+$/.test(root)) throw new RangeError(`"${root}" is no absolute, plain path`);
  const state = stateOf(image, {
    root,
    outside: options.outside ?? defaultOutside,
    record: options.record ?? true,
    rootMissing: options.rootMissing ?? false,
  });
  const plain = callsOf(state);
  const isWatched = options.account === true || (options.inject?.length ?? 0) > 0;
  const watched = isWatched ? injected(state, plain, options.inject) : null;
  return {
    fs: watched?.fs ?? plain,
    root,
    calls: watched?.calls ?? [],
    fired: watched?.fired ?? [],
    lift: () => watched?.lift(),
    get log(): OpLog {
      const notModelled = [...state.notModelled];
      return { base: state.base, outside: state.outsideBase, events: state.events, notModelled };
    },
    get mutations() {
      return state.mutations;
    },
    get requested() {
      return state.requested;
    },
    image: () => imageOf(state),
    outside: () => [...state.outside].toSorted(),
    mark: (step, actor = 0) => {
      state.step = step;
      state.actor = actor;
    },
    ack: (step) => {
      if (state.recording) state.events.push({ is: 'ack', step });
    },
  };
}
