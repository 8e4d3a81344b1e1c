import nodeFs from 'node:fs';
import type { StoreFs } from '../lib/fs.ts';
import { frameOf, headerOf } from './frame.ts';
import { openSafe } from './store.ts';
import type { SafeSegment } from './store.ts';
import type { Entry, SegmentEnv } from './types.ts';

// What the tests of the safe store share.

/** An environment whose clock stands still, or moves on by `tickMs` at each look. */
export function envOver(fs: StoreFs = nodeFs, tickMs = 0): SegmentEnv {
  let ms = 0;
  return { fs, clockMs: () => (ms += tickMs) };
}

/** The session whose file tests look at, and its path in the store. */
export const session = 7;
export const file = `sessions/${session}.fast`;

/** Opens it with plain file calls. */
export const open = (root: string): SafeSegment => openSafe(envOver(), root, session);

/** Entry `n`, a function of `n` alone; its frame has 50 bytes and more. */
export function entryAt(n: number): Entry {
  const data = Uint8Array.from(Buffer.from(`entry ${n}`.padEnd(n % 40, '.')));
  return { t: 'write', space: 1n, coords: [n, n * 300], revision: BigInt(n), data };
}

/** The numbers of entries that `entryAt` made. */
export function numbersOf(entries: readonly Entry[]): number[] {
  return entries.map((entry) => ('coords' in entry ? entry.coords[0]! : -1));
}

/** The numbers 1 to `count`. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

/** The bytes of a file with these entries, all of them published unless told otherwise. */
export function fileWith(numbers: readonly number[], committed?: number): Buffer {
  const frames = numbers.map((n) => frameOf(entryAt(n)));
  const length = 16 + frames.reduce((sum, frame) => sum + frame.length, 0);
  return Buffer.concat([headerOf(BigInt(committed ?? length)), ...frames]);
}

/** Where the frame of the last of these entries ends. */
export const endOf = (numbers: readonly number[]): number => fileWith(numbers).length;
