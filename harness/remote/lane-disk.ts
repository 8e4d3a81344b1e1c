import { createDisk, defaultOutside, type Disk } from '../../faults/disk.ts';
import type { Event } from '../../faults/oplog.ts';
import { differences, type Image } from '../../spec/lib/image.ts';
import type { Folder } from './folder.ts';
import { askedBeyond } from './memory.ts';
import type { Processes } from './processes.ts';
import { WalkAgain } from './walk-again.ts';
import { eventsOf, inodesOf } from './written.ts';

/** The folders of a lane, and what its disks have seen in them. */
export interface Disks {
  readonly dir: string;
  readonly store: Folder;
  readonly around: Folder;
  readonly processes: Processes;
  /** The disk that is in use; everything asked of an older one would reach this one's files. */
  inUse: object | null;
  /** The port's memory at its most, before the disk in use was asked anything. */
  peak: number | null;
  /** Refusals that were said to have changed nothing, and had: the operations, each once. */
  readonly lies: Set<string>;
  /** True where others were at work in the process since the disk in use was. */
  readonly isShared: () => boolean;
}

/** What stands beside the store: the same as beside one in memory. */
export const decoys: Image = new Map(
  [...defaultOutside].map(([path, node]) => [path.slice(1), node]),
);

/**
 * Every step of a history is looked at byte by byte, and of the walks in one process the first of
 * so many: who once was seen to change files without their times is looked at so from then on.
 */
export const thoroughOneIn = 32;

/** A disk whose image stands in the lane from its first step on. */
export interface LaneDisk {
  readonly disk: Disk;
  readonly image: Image;
  /** True where files are compared byte by byte, whatever their times say. */
  isThorough: boolean;
  /** The operation that was answered last, where the port said that it changed nothing. */
  refused: string | null;
  /** True where the operation that was answered last may not write. */
  isReading: boolean;
  /** Looks where that was put off. Throws `WalkAgain` where something had changed by then. */
  readonly lookBack: () => void;
}

/** How a disk is looked at: `isLate` where that may be put off until something may be written. */
export interface LaneDiskOptions {
  readonly isRecorded: boolean;
  readonly isLate: boolean;
}

/** Makes a disk over the image; it is laid out when it is first asked something. */
export function laneDisk(held: Disks, image: Image, options: LaneDiskOptions): LaneDisk {
  const { isRecorded, isLate } = options;
  const { fs: handle } = createDisk(new Map(), { record: false });
  const events: Event[] = [];
  const inodes = isRecorded ? inodesOf(image) : null;
  const log = { base: image, events, notModelled: [], grain: 'step' as const };
  let mutations = 0;
  let now = image;
  let at = { step: -1, actor: 0 };
  let isBehind = false;
  const isInUse = (): boolean => held.inUse === handle;
  const lookBack = (): void => {
    if (!isBehind || !isInUse()) return;
    isBehind = false;
    if (held.store.look(laid.isThorough) !== now) throw new WalkAgain('changed by reading');
  };
  const disk: Disk = {
    fs: handle,
    root: held.dir,
    log,
    get mutations() {
      return mutations;
    },
    get requested() {
      if (!isInUse()) return 0;
      const bytes = askedBeyond(held.peak, held.processes.memory.peakBytes());
      if (bytes > 1 && held.isShared()) throw new WalkAgain('memory');
      return bytes;
    },
    image: () => now,
    calls: [],
    fired: [],
    lift: () => {},
    outside: () => {
      lookBack();
      return isInUse() ? changedAround(held) : [];
    },
    mark: (step, actor = 0) => {
      at = { step, actor };
    },
    ack: (step) => {
      if (isRecorded) events.push({ is: 'ack', step });
    },
    settle: () => {
      if (!isInUse()) return Promise.resolve();
      if (isLate && laid.isReading) {
        isBehind = true;
        return Promise.resolve();
      }
      const found = held.store.look(laid.isThorough);
      if (found === now) return Promise.resolve();
      if (inodes !== null) events.push(...eventsOf(inodes.calls(now, found), at.step, at.actor));
      mutations++;
      now = found;
      if (laid.refused !== null) held.lies.add(laid.refused);
      return Promise.resolve();
    },
  };
  const laid: LaneDisk = {
    disk, image, isThorough: isRecorded, refused: null, isReading: false, lookBack,
  }; // prettier-ignore
  return laid;
}

function changedAround({ around }: Disks): readonly string[] {
  const paths = differences(decoys, around.look());
  if (paths.length > 0) around.lay(decoys);
  return paths.map((path) => `/${path}`);
}
