import { decodeEntry } from '../codec.ts';
import { hashBytes, hashOf, headerBytes, lengthBytes, committedAt } from '../frame.ts';
import type { Entry } from '../types.ts';
import { outOfMemory, unexpectedEof } from './errors.ts';
import type { PlacedFile } from './file.ts';

/**
 * Up to here we believe an allocation to succeed that nothing stands behind: 2^36 bytes were
 * recorded to, 2^62 not to, and between them it depends on the machine.
 */
const allocationMost = 1n << 40n;
/** Up to here a payload that does stand in the file is read. */
const payloadMost = 256 * 1024 * 1024;

/**
 * What the file says is committed, entry by entry. The place is left where reading stopped, and
 * there the next append writes.
 */
export function readCommitted(file: PlacedFile): readonly Entry[] {
  file.place = committedAt;
  const committed = file.read(8).readBigUInt64LE();
  file.place = headerBytes;
  const entries: Entry[] = [];
  while (BigInt(file.place) < committed) {
    const entry = readFrame(file);
    if (entry === null) break;
    entries.push(entry);
  }
  return entries;
}

/** The entry of the frame at the place, or null where reading ends without an error. */
function readFrame(file: PlacedFile): Entry | null {
  const left = file.size() - file.place;
  if (left < lengthBytes) {
    file.toEnd();
    return null;
  }
  const length = file.read(lengthBytes).readBigUInt64LE();
  if (length > allocationMost) throw outOfMemory(length);
  if (Number(length) + frameRest > left) {
    file.toEnd();
    throw unexpectedEof();
  }
  if (length > payloadMost) throw outOfMemory(length);
  const payload = file.read(Number(length));
  return file.read(hashBytes).equals(hashOf(payload)) ? entryOf(payload) : null;
}

const frameRest = lengthBytes + hashBytes;

function entryOf(payload: Buffer): Entry | null {
  const decoded = decodeEntry(payload);
  if ('entry' in decoded) return decoded.entry;
  const { wantedBytes = 0n } = decoded;
  if (wantedBytes > allocationMost) throw outOfMemory(wantedBytes);
  return null;
}
