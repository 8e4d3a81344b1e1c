import { StoreError } from '../lib/error.ts';

/** What bounds the work and the memory of the safe store. */
export interface Limits {
  /** The longest line of any file, its LF included. */
  readonly lineBytes: number;
  /**
   * The longest range that a repair will copy aside; a longer one refuses with `tail_too_large`.
   */
  readonly fragmentBytes: number;
  /** The most entries of a store: its index is held in memory, and a map takes 2^24 keys. */
  readonly entries: number;
}

/** The format's longest line (100 MiB), and 1 GiB for what a repair copies. */
export const defaultLimits: Limits = {
  lineBytes: 104_857_600,
  fragmentBytes: 1_073_741_824,
  entries: 16_000_000,
};

const u64Max = 18_446_744_073_709_551_615n;

/** Refuses numbers that no file of the format can hold (code `not_u64`). */
export function requireU64(value: bigint, what: string): void {
  if (value < 0n || value > u64Max) throw new StoreError('not_u64', `${what} is no u64: ${value}`);
}

/** Refuses text that would not come back from UTF-8 as it is (code `not_unicode`). */
export function requireUnicode(value: string, what: string): void {
  if (isWellFormed(value)) return;
  throw new StoreError('not_unicode', `${what} holds a lone surrogate`);
}

/**
 * False where `value` holds a lone surrogate. The method is in Node 20, the type library is older.
 */
function isWellFormed(value: string): boolean {
  return (value as unknown as { isWellFormed(): boolean }).isWellFormed();
}
