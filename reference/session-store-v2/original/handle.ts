import type { StoreEnv } from '../../lib/fs.ts';
import { genesisChain } from '../codec.ts';
import type { StorePaths } from '../paths.ts';
import type { Head } from '../types.ts';

/**
 * The original's bounds. `lineBytes` counts the LF; `allocationBytes` is where reading one record
 * is refused with the code `abort`, for there the original's process would die in its allocator.
 */
export interface Limits {
  readonly lineBytes: number;
  readonly quarantineNames: number;
  readonly allocationBytes: number;
}

/** The bounds that the original ships with, and an allocation that any machine serves. */
export const originalLimits: Limits = {
  lineBytes: 100 * 1024 * 1024,
  quarantineNames: 10_000,
  allocationBytes: 256 * 1024 * 1024,
};

/**
 * What a handle remembers. It holds no open file; operations change these fields as they go, and no
 * failure restores one.
 */
export interface Memory {
  nextSegmentSeq: bigint;
  nextFrameSeq: bigint;
  nextEntrySeq: bigint;
  currentSegmentBytes: bigint;
  chainHash: string;
  totalBytes: bigint;
  lastEntryId: string | null;
  lastCrc32c: string;
}

/** One open store: where it lies, what it may use, what it remembers. */
export interface Handle {
  readonly env: StoreEnv;
  readonly paths: StorePaths;
  readonly maxSegmentBytes: bigint;
  readonly limits: Limits;
  readonly memory: Memory;
}

export const U64_MAX = 18446744073709551615n;

/** A handle's memory before anything was read. */
export function emptyMemory(): Memory {
  return {
    nextSegmentSeq: 1n,
    nextFrameSeq: 1n,
    nextEntrySeq: 1n,
    currentSegmentBytes: 0n,
    chainHash: genesisChain,
    totalBytes: 0n,
    lastEntryId: null,
    lastCrc32c: '00000000',
  };
}

/** Forgets where the next frame goes; chain, total and head stay. */
export function resetCounters(memory: Memory): void {
  memory.nextSegmentSeq = 1n;
  memory.nextFrameSeq = 1n;
  memory.nextEntrySeq = 1n;
  memory.currentSegmentBytes = 0n;
}

/** Forgets chain, total and head; the counters stay. */
export function resetSums(memory: Memory): void {
  memory.chainHash = genesisChain;
  memory.totalBytes = 0n;
  memory.lastEntryId = null;
  memory.lastCrc32c = '00000000';
}

/** The last entry's sequence number, which need not be the number of entries. */
export function entryCount(memory: Memory): bigint {
  return memory.nextEntrySeq > 0n ? memory.nextEntrySeq - 1n : 0n;
}

/** The head as remembered, or null where no entry is. */
export function headOf(memory: Memory): Head | null {
  if (memory.lastEntryId === null) return null;
  return {
    segmentSeq: memory.nextSegmentSeq,
    entrySeq: entryCount(memory),
    entryId: memory.lastEntryId,
  };
}

/** The head as checkpoints and manifests write it. */
export function headOrNone(memory: Memory): Head {
  return headOf(memory) ?? { segmentSeq: 0n, entrySeq: 0n, entryId: '' };
}

/** a + b, at most 2^64-1. */
export function saturatingAdd(a: bigint, b: bigint): bigint {
  const sum = a + b;
  return sum > U64_MAX ? U64_MAX : sum;
}
