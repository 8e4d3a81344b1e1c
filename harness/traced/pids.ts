import { readdirSync } from 'node:fs';
import { environmentOf, heldBy, processesAfter } from '../wire/proc.ts';

/** The processes and threads of a port that runs now. */
export interface Running {
  readonly pids: readonly number[];
  /** The process of each thread. */
  readonly groups: ReadonlyMap<number, number>;
}

/**
 * Every process whose environment holds this text, wherever it went: children keep what they were
 * started with. None of them began before the process `first`.
 */
export function processesWith(marker: string, first = 1): Running {
  const pids = processesAfter(first - 1)
    .map(({ pid }) => pid)
    .filter((pid) => environmentOf(pid).includes(marker));
  const groups = new Map<number, number>();
  for (const pid of pids) for (const tid of threadsOf(pid)) groups.set(tid, pid);
  return { pids, groups };
}

/** The temporary directory that a process was given, or null. */
export function temporaryOf(pid: number): string | null {
  return /\0TMPDIR=([^\0]+)/.exec(environmentOf(pid))?.[1] ?? null;
}

/** True where a process has a ring by which it asks the system for things without a call. */
export function holdsRing(pid: number): boolean {
  return heldBy(pid).includes('anon_inode:[io_uring]');
}

function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
