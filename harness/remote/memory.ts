import { readFileSync } from 'node:fs';
import { processesWith } from '../traced/pids.ts';

/** How much memory a port has asked the system for. */
export interface Memory {
  /** Bytes of address space at their most so far, of all its processes; null where none tell. */
  peakBytes(): number | null;
  /**
   * How much more that was, when it was asked last, than when the processes were first looked at.
   */
  grownBytes(): number;
}

/**
 * Watches the processes that carry `marker` in their environment; on Linux, elsewhere they tell
 * nothing. What was asked for counts, whether it was ever touched or not.
 */
export function memoryOf(marker: string): Memory {
  const { pids } = process.platform === 'linux' ? processesWith(marker) : { pids: [] };
  const peakBytes = (): number | null => {
    const peaks = pids.map(peakOf).filter((bytes) => bytes !== null);
    return peaks.length === 0 ? null : peaks.reduce((sum, bytes) => sum + bytes, 0);
  };
  const first = peakBytes();
  let last = first;
  return {
    peakBytes: () => (last = peakBytes()),
    grownBytes: () => (first === null || last === null ? 0 : last - first),
  };
}

function peakOf(pid: number): number | null {
  try {
    const peak = /^VmPeak:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return peak === null ? null : Number(peak[1]) * 1024;
  } catch {
    // It has ended.
    return null;
  }
}

/**
 * What a runtime reserves for itself, for the arenas and stacks of its threads, and what copies of
 * the largest record there is may take: less than this tells nothing of a length that was trusted.
 */
export const ownBytes = 1024 ** 3;

/**
 * The bytes that a walk is known to have asked for beyond what any walk may; 1 where that was
 * watched and was nothing, 0 where nobody could watch.
 */
export function askedBeyond(before: number | null, after: number | null): number {
  if (before === null || after === null) return 0;
  return after - before > ownBytes ? after - before : 1;
}
