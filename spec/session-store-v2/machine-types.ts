import type { Outcome } from '../lib/history.ts';
import type { Belief, Disk, Stored } from './machine-log.ts';
import type { Durability, Op, Value } from './ops.ts';

/** What is remembered of an open handle. */
export interface Handle {
  readonly is: 'write' | 'inspect';
  readonly max: bigint;
  readonly durability: Durability;
  /** The entries that it knows of: those on disk when it opened or last wrote (policy `safe`). */
  readonly knows: readonly Stored[];
  /**
   * Whether another handle moved the store since (policy `safe`); `maybe` where the format page
   * leaves it open.
   */
  readonly stale: 'no' | 'maybe' | 'yes';
  /** Its counters in memory (policy `original`), which nothing but itself ever moves. */
  readonly counters: Counters;
}

/**
 * What an original keeps in memory: where it thinks that the next frame goes, and what it thinks
 * stands before.
 */
export interface Counters extends Belief {
  readonly segmentSeq: bigint;
  readonly frameSeq: bigint;
  readonly entrySeq: bigint;
  readonly segmentBytes: bigint;
}

/** The abstract store: what is on disk and which handles are open. */
export interface State {
  readonly disk: Disk;
  readonly handles: ReadonlyMap<string, Handle>;
}

/** One allowed way on. */
export interface Way {
  readonly state: State;
  readonly result: Outcome<Value>;
}

/** What a machine is made for; `root` is the path that events name. */
export interface Setting {
  readonly root: string;
  readonly lineBytes: number;
}

/** The operations of one policy on a handle that is open. */
export type OnHandle = (on: {
  readonly state: State;
  readonly handle: Handle;
  readonly op: Exclude<Op, { op: 'create' | 'inspect' | 'drop' | 'sidecar' | 'hasSidecar' }>;
  readonly at: string;
  readonly setting: Setting;
}) => readonly Way[];

/** The state with one handle set, or forgotten. */
export function withHandle(state: State, name: string, handle: Handle | null): State {
  const handles = new Map(state.handles);
  if (handle === null) handles.delete(name);
  else handles.set(name, handle);
  return { ...state, handles };
}
