import * as fs from 'node:fs';
import type { Outcome } from '../../spec/lib/history.ts';
import type { Claims } from '../../spec/lib/port.ts';
import type { DiskMaker, PortMaker } from '../kind.ts';
import type { Client } from '../wire/client.ts';
import type { AnyCodec } from '../wire/codecs.ts';
import { PortFault } from '../wire/fault.ts';
import { stdioPort, type StdioPort } from '../wire/stdio-port.ts';
import { folderOf } from './folder.ts';
import { decoys, laneDisk, thoroughOneIn, type Disks, type LaneDisk } from './lane-disk.ts';
import { hangsMost, OutOfPatience } from './patience.ts';
import type { Processes } from './processes.ts';
import { WalkAgain } from './walk-again.ts';

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
  maker(codec: AnyCodec, claims: Claims, looks?: Looks): RemoteMaker;
}

/**
 * When the folder is looked at. `after calls`: after each of them. `after writes`: of calls that
 * may not write, when the last of them in a row was answered. Had they changed something all the
 * same, nobody knows which of them did: a step then rejects with `WalkAgain`, and so does what is
 * told of the disk at the end of the walk.
 */
export type Looks = 'after calls' | 'after writes';

/** Makes ports in another process, over a real folder. */
export type RemoteMaker = PortMaker<AnyOp, unknown> & {
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
  /**
   * True where others were at work in the process since what is done in this lane began. Then what
   * the process does wrong is told by `WalkAgain`.
   */
  readonly isShared: () => boolean;
}

interface Held extends LaneOptions, Disks {
  /** Handles that were opened since the last time all were forgotten, and in which process. */
  readonly handles: Set<string>;
  client: Client | null;
  /** The port of that client and of the kind that was asked last. */
  port: { readonly codec: AnyCodec; readonly port: StdioPort<AnyOp, unknown> } | null;
  /** Disks that were in use since the process began. */
  disks: number;
  /** True where the process is to be killed before the next thing is asked. */
  isKilled: boolean;
  /** How often the port did not answer in this lane. */
  hangs: number;
}

type AnyOp = { readonly op: string };

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
    port: null,
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
    maker: (codec, claims, looks = 'after calls') => makerIn(held, { codec, claims, looks }),
  };
}

interface Made {
  readonly codec: AnyCodec;
  readonly claims: Claims;
  readonly looks: Looks;
}

function makerIn(held: Held, { codec, claims, looks }: Made): RemoteMaker {
  const open = new WeakMap<object, LaneDisk>();
  const disk: DiskMaker = (image, options) => {
    const isRecorded = options?.record !== false;
    const isLate = looks === 'after writes' && !isRecorded;
    const laid = laneDisk(held, image ?? new Map(), { isRecorded, isLate });
    open.set(laid.disk.fs, laid);
    return laid.disk;
  };
  const make: PortMaker<AnyOp, unknown> = (own) => ({
    claims,
    step: (op, at) => {
      const laid = open.get(own);
      if (laid === undefined) throw new TypeError('a port over a disk of another maker');
      return asked(held, laid, { codec, op, at });
    },
  });
  return Object.assign(make, { disk });
}

interface Asked {
  readonly codec: AnyCodec;
  readonly op: AnyOp;
  readonly at: string;
}

async function asked(
  held: Held,
  laid: LaneDisk,
  { codec, op, at }: Asked,
): Promise<Outcome<unknown>> {
  const isReading = isRead(codec, op.op);
  if (!isReading) laid.lookBack();
  const { isKilled } = held;
  held.isKilled = false;
  if (isKilled) await held.processes.renew();
  const client = await held.processes.client();
  if (held.client !== client) {
    // Somebody else's calls have ended the process, and the handles of this walk with it.
    if (held.inUse === laid.disk.fs && !isKilled) throw new WalkAgain('the process failed');
    meet(held, client);
  }
  try {
    if (held.inUse !== laid.disk.fs) await begin(held, laid, client);
    laid.refused = null;
    laid.isReading = isReading;
    const outcome = await portIn(held, client, codec).step(op, at);
    if (outcome.is === 'fail') laid.refused = op.op;
    return outcome.is === 'ok' ? outcome : { ...outcome, ...saysOf(held, outcome) };
  } catch (error) {
    // Whatever it did: what such a process answers next would be told of it.
    if (error instanceof PortFault) {
      held.processes.lose(client);
      await client.kill();
      if (held.isShared()) throw new WalkAgain('the process failed', error);
      if (error.fault === 'hang' && ++held.hangs > hangsMost) throw new OutOfPatience(error);
    }
    throw error;
  }
}

/** What a refusal says, whichever lane it was made in: where the store stands tells nothing. */
function saysOf({ dir }: Held, { says }: { readonly says?: string }): { readonly says?: string } {
  return says === undefined ? {} : { says: says.replaceAll(dir, '<store>') };
}

/** Whatever may write is told the time. */
function isRead({ methods }: AnyCodec, op: string): boolean {
  const params = methods[op]?.params;
  return params !== undefined && !('at' in params.shape);
}

/** Handles end with their process. */
function meet(held: Held, client: Client): void {
  held.handles.clear();
  held.client = client;
  held.port = null;
  held.disks = 0;
}

/** Old handles are forgotten before a file is touched: what a port writes then is its own fault. */
async function begin(held: Held, laid: LaneDisk, client: Client): Promise<void> {
  await forget(held, client);
  held.handles.clear();
  laid.isThorough ||= held.disks++ % thoroughOneIn === 0;
  held.store.lay(laid.image, laid.isThorough);
  held.inUse = laid.disk.fs;
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

/** The port of a client, which notes the handles that calls open. */
function portIn(held: Held, client: Client, codec: AnyCodec): StdioPort<AnyOp, unknown> {
  if (held.port?.codec !== codec) {
    const noting: Client = {
      ...client,
      call: (method, params) => {
        const { h } = params;
        if (typeof h === 'string') held.handles.add(h);
        return client.call(method, params);
      },
    };
    const site = { dir: held.dir, handle: `${held.name}.` };
    held.port = { codec, port: stdioPort(noting, codec, site) };
  }
  return held.port.port;
}
