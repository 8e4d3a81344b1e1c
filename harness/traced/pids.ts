import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** The processes and threads of a port that runs now. */
export interface Running {
  readonly pids: readonly number[];
  /** The process of each thread. */
  readonly groups: ReadonlyMap<number, number>;
  /** The temporary directory that it was given. */
  readonly temporary: string | null;
}

/**
 * Every process whose environment holds this text, wherever it went: children keep what they were
 * started with.
 */
export function processesWith(marker: string): Running {
  const pids = namesIn('/proc').filter((pid) => read(`/proc/${pid}/environ`).includes(marker));
  const groups = new Map<number, number>();
  for (const pid of pids) for (const tid of namesIn(`/proc/${pid}/task`)) groups.set(tid, pid);
  const [first] = pids;
  const environment = first === undefined ? '' : read(`/proc/${first}/environ`);
  const temporary = /(?:^|\0)TMPDIR=([^\0]+)/.exec(environment)?.[1] ?? null;
  return { pids, groups, temporary };
}

/** True where a process has a ring by which it asks the system for things without a call. */
export function holdsRing(pid: number): boolean {
  return namesIn(`/proc/${pid}/fd`).some((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`) === 'anon_inode:[io_uring]';
    } catch {
      return false;
    }
  });
}

function namesIn(dir: string): number[] {
  try {
    return readdirSync(dir).map(Number).filter(Number.isInteger);
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // Others' processes are nobody's business here.
    return '';
  }
}
