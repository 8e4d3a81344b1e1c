import { StoreError } from '../../reference/lib/error.ts';
import type { StoreFs } from '../../reference/lib/fs.ts';
import { handleName, opNames } from '../../spec/fast-segment/ops.ts';
import type { Entry, Op, Opened, Sealing, Value } from '../../spec/fast-segment/ops.ts';
import type { Claims } from '../../spec/lib/port.ts';
import type { PortMaker } from '../kind.ts';
import { outcomeOf } from './outcome.ts';
import { trackFds, type TrackedFs } from './track-fds.ts';

type OnHandle = Exclude<Op, { op: 'open' | 'list' | 'close' }>;

/** An open segment. Whatever it throws fails the operation; see `outcomeOf`. */
export interface OpenFast {
  readonly opened: Opened;
  committedBytes(): bigint;
  append(entry: Entry, options: { readonly track: boolean }): bigint;
  track(bytes: bigint): void;
  syncGroup(): void;
  truncate(length: bigint): void;
  reset(): void;
  read(): readonly Entry[];
  /** By the clock of the environment that it was opened with. */
  seal(entries: readonly Entry[], deadlineMs: number): Sealing;
  close(): void;
}

/** What a segment is opened with: its file calls, and a clock in milliseconds. */
export interface FastEnv {
  readonly fs: StoreFs;
  readonly clockMs: () => number;
}

/** A store of segments in a directory: how the file of a session is opened, and which there are. */
export interface Fast {
  open(env: FastEnv, root: string, id: number): OpenFast;
  list(fs: StoreFs, root: string): readonly number[];
}

interface Held {
  readonly segment: OpenFast;
  readonly tracked: TrackedFs;
}

/** Makes a store of segments a port of the kind `fast-segment`; it answers at once. */
export function fastPort(
  fast: Fast,
  claims: Partial<Pick<Claims, 'name' | 'version' | 'policy' | 'holds'>> = {},
): PortMaker<Op, Value> {
  const full: Claims = {
    name: 'fast-segment',
    version: '0',
    policy: 'safe',
    holds: ['process', 'power'],
    ...claims,
    kind: 'fast-segment',
    profiles: ['core', 'full'],
    ops: opNames,
  };
  return (fs, root) => {
    const handles = new Map<string, Held>();
    const clock = { atMs: 0, tickMs: 0 };
    const clockMs = (): number => (clock.atMs += clock.tickMs);
    const run = (op: Op): Value => {
      if (op.op === 'list') return fast.list(fs, root);
      if (op.id >>> 0 !== op.id) throw new StoreError('id_out_of_range', `no session: ${op.id}`);
      const name = handleName(op);
      const held = handles.get(name);
      if (op.op === 'open') {
        held?.tracked.closeAll();
        handles.delete(name);
        const opened = openIn(fast, { fs, clockMs }, root, op.id);
        handles.set(name, opened);
        return opened.segment.opened;
      }
      if (held === undefined) throw new StoreError('no-handle', `no handle ${name} is open`);
      if (op.op !== 'close') return perform(held.segment, op);
      handles.delete(name);
      try {
        held.segment.close();
        return null;
      } finally {
        held.tracked.closeAll();
      }
    };
    return {
      claims: full,
      step(op) {
        clock.atMs = 0;
        clock.tickMs = op.op === 'seal' ? (op.tickMs ?? 0) : 0;
        const outcome = outcomeOf(() => run(op));
        // The process of the original is dead then, and every handle with it.
        if (outcome.is !== 'ok' && outcome.code === 'abort') dropAll(handles);
        return outcome;
      },
    };
  };
}

function dropAll(handles: Map<string, Held>): void {
  for (const { tracked } of handles.values()) tracked.closeAll();
  handles.clear();
}

function openIn(fast: Fast, { fs, clockMs }: FastEnv, root: string, id: number): Held {
  const tracked = trackFds(fs);
  try {
    return { segment: fast.open({ fs: tracked.fs, clockMs }, root, id), tracked };
  } catch (error) {
    tracked.closeAll();
    throw error;
  }
}

function perform(segment: OpenFast, op: OnHandle): Value {
  switch (op.op) {
    case 'append':
      return segment.append(op.entry, { track: op.track });
    case 'track':
      segment.track(op.bytes);
      return null;
    case 'syncGroup':
      segment.syncGroup();
      return null;
    case 'truncate':
      segment.truncate(op.len);
      return null;
    case 'reset':
      segment.reset();
      return null;
    case 'readCommitted':
      return segment.read();
    case 'seal':
      return segment.seal(op.entries, op.deadlineMs);
    case 'committedBytes':
      return segment.committedBytes();
  }
}
