import * as fs from 'node:fs';
import { createDisk, defaultOutside, type Disk } from '../../faults/disk.ts';
import type { Event } from '../../faults/oplog.ts';
import { differences, type Image } from '../../spec/lib/image.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import type { Claims } from '../../spec/lib/port.ts';
import type { DiskMaker, PortMaker } from '../kind.ts';
import type { Client } from '../wire/client.ts';
import type { AnyCodec } from '../wire/codecs.ts';
import { PortFault } from '../wire/fault.ts';
import { stdioPort } from '../wire/stdio-port.ts';
import { askedBeyond } from './memory.ts';
import { folderOf, type Folder } from './folder.ts';
import { hangsMost, OutOfPatience } from './patience.ts';
import type { Processes } from './processes.ts';
import { eventsOf, inodesOf } from './written.ts';

/**
 * One folder that a port in another process works in, for one history or walk after the other. What
 * stands beside the store is decoys: a port that changes them left its directory.
 */
export interface Lane {
  /** The store's directory: absolute, the same for everything that is done in this lane. */
  readonly dir: string;
  /** The next thing that is asked here finds another process than what was asked before it. */
  killFirst: () => void;
  /** Operations whose refusal had changed files, against what the port said; told once. */
  lies: () => readonly string[];
  /** Ports of one kind; each disk that they are put over replaces the one before. */
  maker(codec: AnyCodec, claims: Claims): RemoteMaker;
}

/** Makes ports in another process, over a real folder. */
export type RemoteMaker = PortMaker<{ readonly op: string }, unknown> & {
  readonly disk: DiskMaker;
};

/** How a lane is opened. */
export interface LaneOptions {
  /** An existing, empty folder of its own. */
  readonly world: string;
  /** A folder on the same file system for helpers; lanes may share it. */
  readonly helpers: string;
  /** A name of up to 16 characters that no other lane of the process has. */
  readonly name: string;
  readonly processes: Processes;
  /** True where nobody else has handles in the process, so that all may be forgotten at once. */
  readonly isAlone: boolean;
}

interface Held extends LaneOptions {
  readonly dir: string;
  readonly store: Folder;
  readonly around: Folder;
  /** The disk that is in use; everything asked of an older one would reach this one's files. */
  inUse: object | null;
  /** Handles that were opened since the last time all were forgotten, and in which process. */
  readonly handles: Set<string>;
  client: Client | null;
  /** The port's memory at its most, before the disk in use was asked anything. */
  peak: number | null;
  /** Disks that were in use so far. */
  disks: number;
  /** Refusals that were said to have changed nothing, and had: the operations, each once. */
  readonly lies: Set<string>;
  /** True where the process is to be killed before the next thing is asked. */
  isKilled: boolean;
  /** How often the port did not answer in this lane. */
  hangs: number;
}

/** Opens a lane in a folder. */
export function openLane(options: LaneOptions): Lane {
  const { world, helpers } = options;
  const dir = `${world}/store`;
  fs.mkdirSync(dir);
  const held: Held = {
    ...options,
    dir,
    store: folderOf({ dir, world, within: 'store', helpers }),
    around: folderOf({ dir: world, world, within: '', helpers, skip: 'store' }),
    inUse: null,
    handles: new Set(),
    client: null,
    peak: null,
    disks: 0,
    lies: new Set(),
    isKilled: false,
    hangs: 0,
  };
  held.around.lay(decoys);
  return {
    dir,
    killFirst: () => void (held.isKilled = true),
    lies: () => {
      const lies = [...held.lies];
      held.lies.clear();
      return lies;
    },
    maker: (codec, claims) => makerIn(held, codec, claims),
  };
}

/** What stands beside the store: the same as beside one in memory. */
const decoys: Image = new Map([...defaultOutside].map(([path, node]) => [path.slice(1), node]));

function makerIn(held: Held, codec: AnyCodec, claims: Claims): RemoteMaker {
  const open = new WeakMap<object, Laid>();
  const disk: DiskMaker = (image, options) => {
    const laid = newDisk(held, image ?? new Map(), options?.record !== false);
    open.set(laid.disk.fs, laid);
    return laid.disk;
  };
  const make: PortMaker<{ readonly op: string }, unknown> = (own) => ({
    claims,
    step: (op, at) => {
      const laid = open.get(own);
      if (laid === undefined) throw new TypeError('a port over a disk of another maker');
      return asked(held, laid, { codec, op, at });
    },
  });
  return Object.assign(make, { disk });
}

/** A disk whose image stands in the lane from its first step on. */
interface Laid {
  readonly disk: Disk;
  readonly image: Image;
  /** The operation that was answered last, where the port said that it changed nothing. */
  refused: string | null;
}

function newDisk(held: Held, image: Image, isRecorded: boolean): Laid {
  const { fs: handle } = createDisk(new Map(), { record: false });
  const events: Event[] = [];
  const inodes = isRecorded ? inodesOf(image) : null;
  const log = { base: image, events, notModelled: [], grain: 'step' as const };
  let mutations = 0;
  let now = image;
  let at = { step: -1, actor: 0 };
  const isInUse = (): boolean => held.inUse === handle;
  const isThorough = (): boolean => isRecorded || held.disks % thoroughOneIn === 1;
  const disk: Disk = {
    fs: handle,
    root: held.dir,
    log,
    get mutations() {
      return mutations;
    },
    get requested() {
      return isInUse() ? askedBeyond(held.peak, held.processes.memory.peakBytes()) : 0;
    },
    image: () => now,
    calls: [],
    fired: [],
    lift: () => {},
    outside: () => (isInUse() ? changedAround(held) : []),
    mark: (step, actor = 0) => {
      at = { step, actor };
    },
    ack: (step) => {
      if (isRecorded) events.push({ is: 'ack', step });
    },
    settle: () => {
      if (!isInUse()) return Promise.resolve();
      const found = held.store.look(isThorough());
      if (found === now) return Promise.resolve();
      if (inodes !== null) events.push(...eventsOf(inodes.calls(now, found), at.step, at.actor));
      mutations++;
      now = found;
      if (laid.refused !== null) held.lies.add(laid.refused);
      return Promise.resolve();
    },
  };
  const laid: Laid = { disk, image, refused: null };
  return laid;
}

/**
 * Every step of a history is looked at byte by byte, and of the walks the first of so many: who
 * once was seen to change files without their times is looked at so from then on.
 */
const thoroughOneIn = 32;

function changedAround({ around }: Held): readonly string[] {
  const paths = differences(decoys, around.look());
  if (paths.length > 0) around.lay(decoys);
  return paths.map((path) => `/${path}`);
}

interface Asked {
  readonly codec: AnyCodec;
  readonly op: { readonly op: string };
  readonly at: string;
}

async function asked(held: Held, laid: Laid, { codec, op, at }: Asked): Promise<Outcome<unknown>> {
  if (held.isKilled) await held.processes.renew();
  held.isKilled = false;
  const client = await held.processes.client();
  // Handles end with their process.
  if (held.client !== client) held.handles.clear();
  held.client = client;
  try {
    if (held.inUse !== laid.disk.fs) await begin(held, laid, client);
    const site = { dir: held.dir, handle: `${held.name}.` };
    laid.refused = null;
    const outcome = await stdioPort(noting(held, client), codec, site).step(op, at);
    if (outcome.is === 'fail') laid.refused = op.op;
    return outcome;
  } catch (error) {
    // Whatever it did: what such a process answers next would be told of it.
    if (error instanceof PortFault) {
      held.processes.lose(client);
      await client.kill();
      if (error.fault === 'hang' && ++held.hangs > hangsMost) throw new OutOfPatience(error);
    }
    throw error;
  }
}

/** Old handles are forgotten before a file is touched: what a port writes then is its own fault. */
async function begin(held: Held, { disk, image }: Laid, client: Client): Promise<void> {
  await forget(held, client);
  held.handles.clear();
  held.store.lay(image);
  held.inUse = disk.fs;
  held.disks++;
  held.peak = held.processes.memory.peakBytes();
}

async function forget({ handles, isAlone }: Held, client: Client): Promise<void> {
  if (handles.size === 0) return;
  const calls = isAlone
    ? [client.call('reset', {})]
    : [...handles].map((h) => client.call('drop', { h }));
  for (const reply of await Promise.all(calls)) {
    if (reply.is === 'result' || reply.code === 1) continue;
    throw new PortFault('not-served', `the port does not forget handles: ${reply.code}`);
  }
}

/** The client, with the handles noted that calls open. */
function noting(held: Held, client: Client): Client {
  return {
    ...client,
    call: (method, params) => {
      const { h } = params;
      if (typeof h === 'string') held.handles.add(h);
      return client.call(method, params);
    },
  };
}
