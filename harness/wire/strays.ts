import { spawnSync } from 'node:child_process';
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
  if (own !== null) return own === marker;
  const held = heldBy(one.pid);
  if (held.some((what) => traces.pipes.includes(what))) return true;
  return isBelow(held, traces.folders) && isLeftAlone(one, startTicks);
}

const isBelow = (held: readonly string[], folders: readonly string[]): boolean =>
  held.some((what) => folders.some((dir) => what === dir || what.startsWith(`${dir}${sep}`)));

/**
 * True for one whose parents have all gone since the port began, and that no terminal and no other
 * user has: anybody else may look into a folder of ours, and is none of the port's.
 */
function isLeftAlone(one: Proc, startTicks: number): boolean {
  if (one.terminal !== 0 || one.user !== process.getuid?.()) return false;
  let eldest = one;
  for (let parent = statOf(one.parent); parent !== null; parent = statOf(parent.parent)) {
    if (parent.startTicks < startTicks) break;
    eldest = parent;
  }
  return eldest.parent === adopter();
}

let adopterKnown: number | null = null;

/** Who becomes the parent of what a port leaves: asked by leaving something. */
function adopter(): number {
  adopterKnown ??= adopterOf();
  return adopterKnown;
}

function adopterOf(): number {
  const leave = 'sleep 60 >/dev/null 2>&1 & echo $!';
  const said = spawnSync('sh', ['-c', leave], { encoding: 'utf8', timeout: 10_000 });
  const left = Number(said.stdout);
  if (!Number.isInteger(left) || left <= 1) return 1;
  const parent = statOf(left)?.parent ?? 1;
  killNow(left);
  return parent;
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
