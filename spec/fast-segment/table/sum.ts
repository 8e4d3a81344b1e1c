import { hashOf } from '../bytes.ts';
import { readAt } from './content.ts';
import { contentOf } from './disk.ts';
import type { Run } from './run.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Payloads that were hashed, by the array that their file's bytes are: files share prefixes. */
const known = new WeakMap<ArrayBufferLike, Map<string, boolean>>();

/** The bytes of a payload. */
export const payloadAt = (run: Run, { from, to }: Range): Uint8Array =>
  readAt(contentOf(run.disk, run.handle.file), from, to);

/**
 * True where the 32 bytes behind a payload are its hash. Of one longer than `bytesMost`, whose
 * zeros nobody stored, the answer is no.
 */
export function hashAt(run: Run, range: Range, bytesMost: number): boolean {
  if (range.to - range.from > bytesMost) return false;
  const content = contentOf(run.disk, run.handle.file);
  const { buffer, byteOffset } = content.node.bytes;
  // Only what is stored as one array is worth remembering; it is never written again.
  const isStored = range.to + 32 <= content.node.bytes.length;
  const memo = isStored ? (known.get(buffer) ?? new Map<string, boolean>()) : null;
  if (memo !== null) known.set(buffer, memo);
  const name = `${byteOffset} ${range.from} ${range.to}`;
  const before = memo?.get(name);
  if (before !== undefined) return before;
  const hash = hashOf(readAt(content, range.from, range.to));
  const stored = readAt(content, range.to, range.to + 32);
  const is = stored.length === 32 && hash.every((byte, i) => byte === stored[i]);
  memo?.set(name, is);
  return is;
}
