import { mkdirSync } from 'node:fs';
import { createDisk, type Disk, type DiskOptions } from '../../faults/disk.ts';
import type { CallMade, CallSite, Injection } from '../../faults/errors/types.ts';
import { traceImport } from '../../faults/strace/import.ts';
import type { TracedCall } from '../../faults/strace/state.ts';
import type { Image } from '../../spec/lib/image.ts';
import type { Claims } from '../../spec/lib/port.ts';
import type { DiskMaker, PortMaker } from '../kind.ts';
import type { AnyCodec } from '../wire/codecs.ts';
import { dryRuns, keyOfImage } from './dry.ts';
import type { Held, Laid, Op, TracedOptions } from './held.ts';
import { isTraced, planOf } from './plan.ts';
import { siteIn } from './site.ts';
import { asked } from './step.ts';

/** Makes ports of one kind in another process under strace; their disks tell what it did. */
export interface TracedMaker extends PortMaker<Op, unknown> {
  readonly disk: DiskMaker;
  /** Whether an injection into a run that made these calls can be done by strace. */
  injects(injection: Injection, calls: readonly CallMade[]): boolean;
  readonly unable: { readonly faults: readonly string[]; readonly why: string };
}

/**
 * One process under strace, and one folder that it works in, for one disk after the other: a disk
 * that has been asked something takes the folder from the one before.
 */
export interface Traced {
  /** The store's directory as the port is told it; it is the same for every disk. */
  readonly root: string;
  maker(codec: AnyCodec, claims: Claims): TracedMaker;
  /** What could not be modelled since this was last asked, each once. */
  opened(): readonly string[];
  /** Over the next disk that is made, SIGKILL comes in the place of this call. */
  killAt(site: CallSite): void;
  close(): Promise<void>;
}

/** A port that is to be traced. Nothing is started before the first step is asked. */
export function openTraced(options: TracedOptions): Traced {
  const { dir } = options;
  const helpers = `${dir}/helpers`;
  for (const name of [helpers, `${dir}/traces`]) mkdirSync(name, { recursive: true });
  const held: Held = {
    options,
    site: siteIn(`${dir}/a`, helpers),
    rehearsal: siteIn(`${dir}/b`, helpers),
    dry: dryRuns(),
    process: null,
    inUse: null,
    kill: null,
    handles: 0,
    opened: new Set(),
  };
  return {
    root: held.site.root,
    maker: (codec, claims) => makerOf(held, codec, claims),
    opened() {
      const found = [...held.opened];
      held.opened.clear();
      return found;
    },
    killAt: (site) => void (held.kill = site),
    async close() {
      const { process } = held;
      process?.feed.tell(null);
      await process?.close();
      held.process = null;
    },
  };
}

function makerOf(held: Held, codec: AnyCodec, claims: Claims): TracedMaker {
  const open = new WeakMap<object, Laid>();
  const make: PortMaker<Op, unknown> = (own) => ({
    claims,
    step: (op, at) => {
      const laid = open.get(own);
      if (laid === undefined) throw new TypeError('a port over a disk of another maker');
      return asked(held, laid, op, at);
    },
  });
  const disk = (image: Image = new Map(), { inject = [] }: DiskOptions = {}): Disk => {
    const [fresh, laid] = newDisk(held, codec, { image, injections: inject });
    open.set(fresh.fs, laid);
    return fresh;
  };
  return Object.assign(make, { disk, injects: canInject, unable });
}

const unable = {
  faults: ['failing call: space'],
  why: 'strace knows no budget of space',
} as const;

function canInject(injection: Injection, calls: readonly CallMade[]): boolean {
  if (injection.is === 'space') return false;
  return planOf(injection, stepsOf(calls).get(injection.at.step) ?? []) !== null;
}

const grouped = new WeakMap<readonly CallMade[], ReadonlyMap<number, readonly TracedCall[]>>();

/** The calls of an account by step; a sweep asks thousands of times of the same account. */
function stepsOf(calls: readonly CallMade[]): ReadonlyMap<number, readonly TracedCall[]> {
  const known = grouped.get(calls);
  if (known !== undefined) return known;
  const steps = new Map<number, TracedCall[]>();
  for (const call of calls.filter(isTraced)) {
    const ofStep = steps.get(call.step);
    if (ofStep === undefined) steps.set(call.step, [call]);
    else ofStep.push(call);
  }
  grouped.set(calls, steps);
  return steps;
}

function newDisk(
  held: Held,
  codec: AnyCodec,
  { image, injections }: Pick<Laid, 'image' | 'injections'>,
): [Disk, Laid] {
  const { fs } = createDisk(new Map(), { record: false });
  const { kill } = held;
  held.kill = null;
  const trace = traceImport({
    root: held.site.root,
    near: held.site.world,
    base: image,
    procOf: (tid) => held.process!.processes.of(tid),
    oldestOpen: () => held.process?.feed.oldestOpen() ?? Number.POSITIVE_INFINITY,
    own: () => held.process?.own ?? [],
    told: (what) => void held.opened.add(what),
  });
  const laid: Laid = {
    codec,
    image, injections, kill, asked: [], trace, key: keyOfImage(image), step: 0, handle: '', realized: 0,
    acked: -1,
  }; // prettier-ignore
  const disk: Disk = {
    fs,
    root: held.site.root,
    log: trace.log,
    get mutations() {
      return trace.mutations;
    },
    get requested() {
      return trace.requested;
    },
    image: () => trace.image(),
    calls: trace.calls,
    fired: [],
    lift: () => {},
    outside: () => outsideOf(held, laid),
    mark: (step) => {
      laid.step = step;
      trace.mark(step);
    },
    // Noted where the answer stands in the trace, which may be before the step's last calls.
    ack: (step) => {
      if (laid.acked !== step) trace.ack(step);
    },
    // A step is answered when the trace has caught up with it.
    settle: () => Promise.resolve(),
  };
  return [disk, laid];
}

/** What was changed beside the store, under `/`, and elsewhere. */
function outsideOf({ inUse, site }: Held, laid: Laid): readonly string[] {
  const around = inUse === laid ? site.changedAround() : [];
  const traced = laid.trace.outside().map((path) => path.replace(`${site.world}/`, '/'));
  return [...new Set([...around, ...traced])].toSorted();
}
