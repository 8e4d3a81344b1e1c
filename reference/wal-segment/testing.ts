import nodeFs from 'node:fs';
import type { StoreEnv } from '../lib/fs.ts';
import { envOver } from '../session-store-v2/testing.ts';
import { encodedBytes, encodeFrames, encodeHeader, noHash } from './format.ts';
import { openWal, replay } from './store.ts';
import type { Frame, WalLog, WalOptions } from './types.ts';

// What the tests of the safe log share.

/** The name of segment `n`. */
export const nameOf = (n: number): string => `segment_${String(n).padStart(16, '0')}.aedbwal`;

/** Frame `n`, a function of `n` alone. */
export function frameAt(n: number): Frame {
  const payload = Uint8Array.from(Buffer.from(`frame ${n}`.padEnd(n % 40, '.')));
  return { seq: BigInt(n), at: BigInt(n) * 1000n, type: [1, 2, 4][n % 3] ?? 1, payload };
}

/** Frames `from` to `to`, both included. */
export const framesFrom = (from: number, to: number): Frame[] =>
  Array.from({ length: to - from + 1 }, (_, i) => frameAt(from + i));

/** Syncs take most of the time on a real disk, and nothing here cuts the power. */
const plain = { ...nodeFs, fsyncSync: () => {}, fdatasyncSync: () => {} };

/** Opens the log at `root` for writing, with plain file calls unless told otherwise. */
export function open(
  root: string,
  options: Partial<WalOptions> = {},
  env = envOver(plain),
): WalLog {
  return openWal(env, root, { instance: 9n, ...options });
}

/** The sequences that a strict replay shows. */
export const seqsOf = (root: string, env: StoreEnv = envOver()): number[] =>
  replay(env, root, { after: 0n }).map(({ seq }) => Number(seq));

/** The bytes of frames. */
export function bytesOf(frames: readonly Frame[]): Buffer {
  const bytes = Buffer.alloc(encodedBytes(frames));
  encodeFrames(bytes, frames);
  return bytes;
}

/** The bytes of a segment; `prev` is the hash of the one before, hex. */
export function segmentOf(seq: number, frames: readonly Frame[], prev = noHash): Buffer {
  const header = encodeHeader({ instance: 9n, seq: BigInt(seq), createdAtMicros: 5n, prev });
  return Buffer.concat([header, bytesOf(frames)]);
}

/** A tree of files as latin1 text, the form in which tests plant and compare them. */
export const filesOf = (
  segments: Readonly<Record<number, Buffer>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(segments).map(([n, bytes]) => [nameOf(Number(n)), bytes.toString('latin1')])); // prettier-ignore
