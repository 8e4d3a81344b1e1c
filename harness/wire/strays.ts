import { sep } from 'node:path';
import {
  descriptorOf,
  environmentOf,
  heldBy,
  processesAfter,
  processesNow,
  statOf,
} from './proc.ts';
import type { Proc } from './proc.ts';

/**
 * A process that a port started and left behind. `leftGroup`: it made a group of its own, so that
 * ending the port's group does not end it.
 */
export interface Stray {
  readonly pid: number;
  readonly name: string;
  readonly leftGroup: boolean;
}

/** The variable by which what a port started is known, wherever it went; children inherit it. */
export const markerName = 'TEARPROOF_PORT';

/** By what those are known that a port started, whatever they made of their environment. */
export interface Traces {
  /** The number of the port, which leads its group and its session. */
  readonly pid: number;
  readonly marker: string;
  /** Nothing that is older was started by it. */
  readonly startTicks: number;
  /** What its input and outputs are called. */
  readonly pipes: readonly string[];
  /** Folders in which nobody works but it. */
  readonly folders: readonly string[];
  /** When those began that were once seen to descend from it, by their numbers. */
  readonly kin: Map<number, number>;
}

/** To be asked at once when a port was started, before it can have closed anything. */
export function tracesOf(pid: number, marker: string, folders: readonly string[]): Traces {
  const startTicks = statOf(pid)?.startTicks ?? 0;
  const pipes = [0, 1, 2].flatMap((fd) => descriptorOf(pid, fd));
  return { pid, marker, startTicks, pipes, folders, kin: new Map() };
}

/** Remembers who descends from a port; once it has ended, nobody can tell. */
export function noteKin({ pid, kin }: Traces): void {
  const children = new Map<number, Proc[]>();
  for (const one of processesAfter(pid)) {
    const siblings = children.get(one.parent);
    if (siblings === undefined) children.set(one.parent, [one]);
    else siblings.push(one);
  }
  const open = [pid];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const child of children.get(parent) ?? []) {
      kin.set(child.pid, child.startTicks);
      open.push(child.pid);
    }
  }
}

/**
 * The processes that a port left, but for itself. Linux tells; elsewhere nothing is known, and of
 * who hides its environment, holds nothing of the port and had lost its parents neither.
 */
export function straysOf(traces: Traces): readonly Stray[] {
  return processesAfter(traces.pid).flatMap((one) =>
    isOf(one, traces)
      ? [{ pid: one.pid, name: one.name, leftGroup: one.group !== traces.pid }]
      : [],
  );
}

function isOf(one: Proc, traces: Traces): boolean {
  const { pid, marker, startTicks, kin } = traces;
  // A zombie has ended; its parent has not yet looked.
  if (one.pid === pid || one.state === 'Z' || one.state === 'X') return false;
  if (one.startTicks < startTicks) return false;
  if (one.group === pid || one.session === pid) return true;
  if (kin.get(one.pid) === one.startTicks) return true;
  const own = markerOf(one.pid);
  // Another port may work in the same folder by now.
  return own === null ? holdsAnyOf(one, traces) : own === marker;
}

function holdsAnyOf({ pid, terminal }: Proc, { pipes, folders }: Traces): boolean {
  // A port has no terminal to give: who has one looks into its folder by himself.
  const own = terminal === 0 ? folders : [];
  return heldBy(pid).some(
    (held) =>
      pipes.includes(held) ||
      own.some((folder) => held === folder || held.startsWith(`${folder}${sep}`)),
  );
}

/** Ends those processes now. They are asked for again, so that none else is hit. */
export function killStrays(traces: Traces): void {
  for (const { pid } of straysOf(traces)) killNow(pid);
}

/** Every process that carries the marker of a port, and that marker. */
export function markedProcesses(): readonly { readonly pid: number; readonly marker: string }[] {
  return processesNow().flatMap(({ pid }) => {
    const marker = pid === process.pid ? null : markerOf(pid);
    return marker === null ? [] : [{ pid, marker }];
  });
}

function markerOf(pid: number): string | null {
  const environment = environmentOf(pid);
  const from = environment.indexOf(`\0${markerName}=`);
  if (from < 0) return null;
  const [marker = ''] = environment.slice(from + markerName.length + 2).split('\0', 1);
  return marker;
}

/** SIGKILL to a process that may have ended since it was seen, or be somebody else's. */
export function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Then there is nothing to be done.
  }
}
