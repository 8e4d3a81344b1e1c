import type { Left } from './crash.ts';
import type { Call, OpLog } from './oplog.ts';
import { staleBytes } from './crash-stale.ts';
import type { Unit } from './units.ts';

type Write = Extract<Call, { readonly do: 'write' }>;

/** What a lost piece of data leaves in the blocks of its file, and where. */
export function lostBytes(
  log: OpLog,
  unit: Unit,
  piece: Write,
  left: Left,
): { readonly from: number; readonly bytes: Uint8Array } {
  const { from, bytes } = piece;
  if (typeof left === 'object') {
    const asked = Number.isInteger(left.bytes) ? left.bytes : 0;
    const kept = Math.max(0, Math.min(asked, bytes.length));
    const head = left.keeps === 'head';
    if (left.rest === 'old') {
      if (head) return { from, bytes: bytes.subarray(0, kept) };
      return { from: from + bytes.length - kept, bytes: bytes.subarray(bytes.length - kept) };
    }
    const torn = left.rest === 'zeros' ? new Uint8Array(bytes.length) : garbage(unit.id, bytes);
    if (head) torn.set(bytes.subarray(0, kept));
    else torn.set(bytes.subarray(bytes.length - kept), bytes.length - kept);
    return { from, bytes: torn };
  }
  if (left === 'garbage') return { from, bytes: garbage(unit.id, bytes) };
  if (left === 'stale') return { from, bytes: staleBytes(log, unit, from, bytes.length) };
  return { from, bytes: new Uint8Array(left === 'zeros' ? bytes.length : 0) };
}

/** Noise that depends on the unit's id alone; no byte is zero, so that it never reads as zeros. */
function garbage(id: string, like: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(like.length);
  let state = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) state = Math.imul(state ^ id.charCodeAt(i), 0x01000193);
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes[i] = state >>> 24 || 0xa5;
  }
  return bytes;
}
