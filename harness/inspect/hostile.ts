import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

export const mebibyte = 1024 * 1024;

/** A directory that nobody wishes anybody, and what an inspection of it must say at least. */
export interface Hostile {
  readonly name: string;
  /** Makes it in an empty directory; throws where this machine cannot. */
  readonly make: (dir: string) => void;
  /** Exit codes that are right for it. */
  readonly exits: readonly number[];
  /** A code or word that the answer must hold. */
  readonly says: string;
  /** Grows while it is read: the tree before and after cannot be compared. */
  readonly grows?: true;
}

/** Text, one byte a character, and how often it stands. */
export type Part = readonly [text: string, times: number];

/** A part that stands once. */
export const once = (text: string): Part => [text, 1];

/**
 * Writes `parts` one behind the other, each as often as it says, without holding the whole file.
 */
export function writeLong(
  path: string,
  parts: readonly (readonly [text: string, times: number])[],
): void {
  const fd = openSync(path, 'w');
  for (const [text, times] of parts) {
    const perBlock = Math.max(1, Math.floor(mebibyte / text.length));
    const block = Buffer.from(text.repeat(Math.min(perBlock, times)), 'latin1');
    for (let left = times * text.length; left > 0;) {
      left -= writeSync(fd, block, 0, Math.min(block.length, left));
    }
  }
  closeSync(fd);
}

/** A file of a head and a hole. */
export function sparse(path: string, head: string | Uint8Array, bytes: number): void {
  const fd = openSync(path, 'w');
  writeSync(fd, typeof head === 'string' ? Buffer.from(head) : head);
  ftruncateSync(fd, bytes);
  closeSync(fd);
}
