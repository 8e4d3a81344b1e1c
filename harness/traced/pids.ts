import { readFileSync, readdirSync } from 'node:fs';

/** The processes and threads of a port that runs now. */
export interface Running {
  readonly pids: readonly number[];
  /** The process of each thread. */
  readonly groups: ReadonlyMap<number, number>;
}

/**
 * Every process whose environment holds this text, wherever it went: children keep what they were
 * started with.
 */
export function processesWith(marker: string): Running {
  const pids = namesIn('/proc').filter((pid) => hasText(`/proc/${pid}/environ`, marker));
  const groups = new Map<number, number>();
  for (const pid of pids) for (const tid of namesIn(`/proc/${pid}/task`)) groups.set(tid, pid);
  return { pids, groups };
}

function namesIn(dir: string): number[] {
  try {
    return readdirSync(dir).map(Number).filter(Number.isInteger);
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

function hasText(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'latin1').includes(text);
  } catch {
    // Others' processes are nobody's business here.
    return false;
  }
}
