import type { Key } from '../lib/judge.ts';
import { sha256Hex } from '../lib/sha256.ts';

/**
 * Payload texts up to this many UTF-16 units stand in their key as they are; longer ones as their
 * SHA-256.
 */
export const inlinePayloadUnits = 256;

/**
 * What makes an entry the entry that it is; `payload` is its raw JSON text. The timestamp is no
 * part of it.
 */
export interface Identity {
  readonly entryId: string;
  readonly parentEntryId: string | null;
  readonly entryType: string;
  readonly payload: string;
}

/**
 * The key of an entry: two entries have one key exactly if identity and payload text are the same.
 */
export function keyOf(entry: Identity): Key {
  const { payload } = entry;
  // No JSON text begins with '#', so a digest cannot be mistaken for a payload.
  const tail = payload.length <= inlinePayloadUnits ? payload : `#${hashOf(payload)}`;
  return JSON.stringify([entry.entryId, entry.parentEntryId, entry.entryType]) + tail;
}

const hashes = new Map<string, string>();
const hashesMost = 256;

/** The same payloads are shown by every reader of thousands of images. */
function hashOf(payload: string): string {
  if (payload.length > 1 << 16) return sha256Hex(payload);
  let hash = hashes.get(payload);
  if (hash === undefined) {
    if (hashes.size >= hashesMost) hashes.clear();
    hashes.set(payload, (hash = sha256Hex(payload)));
  }
  return hash;
}
