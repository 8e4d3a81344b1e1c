import { crc32c } from '@node-rs/crc32';
import { StoreError } from '../lib/error.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { schemas } from './codec-records.ts';
import { chainStep } from './codec.ts';
import type { Entries } from './entries.ts';
import type { Handle, Tail } from './handle.ts';
import { beginSegment, makeNamesDurable, openTail, requireAppendable } from './handle.ts';
import { requireUnicode } from './limits.ts';
import { storedPayload } from './payload.ts';
import type { FrameHead } from './spell.ts';
import { crcText, spellFrameHead, spellRow } from './spell.ts';
import type { Entry, Row } from './types.ts';

const u64Max = 18_446_744_073_709_551_615n;
const lineEnd = Buffer.from('}\n');

/**
 * Appends one entry: one write of its frame, one of its row. What a later open would refuse is
 * refused here.
 */
export function append(h: Handle, entry: Entry): Row {
  requireAppendable(h);
  const parent = requireAcceptable(h, entry);
  const payload = storedPayload(entry.payload);
  const payloadSha256 = sha256Hex(payload);
  const head = {
    frameSeq: h.entries.count + 1 - (h.entries.segments.at(-1)?.before ?? 0),
    entrySeq: h.entries.count + 1,
    entryId: entry.id,
    parentEntryId: entry.parent,
    entryType: entry.type,
    timestamp: h.now(),
    payloadSha256,
    payloadBytes: payload.length,
  };
  const { active, line } = place(h, head, payload);
  const byteOffset = active.mark?.size ?? 0;
  const { changes } = h.files;
  write(h, active, line, changes);
  if (h.syncEach) syncFrame(h, active);
  h.entries.add({
    id: entry.id,
    parent,
    type: entry.type,
    byteOffset,
    byteLength: line.length,
    crc: crc32c(line),
    chain: chainStep(h.entries.chain, payloadSha256),
  });
  writeRow(h, active, { byteOffset, changes });
  return rowOf(h, h.entries.count);
}

/** The entry number of the parent, 0 for none. */
function requireAcceptable(h: Handle, entry: Entry): number {
  const { entries } = h;
  if (entries.numberOf(entry.id) !== 0) {
    throw new StoreError('entry-id-duplicate', `the store holds ${JSON.stringify(entry.id)}`);
  }
  const parent = numberOfParent(entries, entry.parent);
  if (parent === 0 && entry.parent !== null) {
    throw new StoreError('parent-missing', `no entry ${JSON.stringify(entry.parent)}`);
  }
  requireUnicode(entry.id, 'the entry id');
  requireUnicode(entry.type, 'the entry type');
  if (entries.count < h.limits.entries) return parent;
  throw new StoreError('entry-sequence-overflow', `${entries.count} entries are all that fit`);
}

/** Most often the parent is the last entry; ids are unique here, so that needs no search. */
function numberOfParent(entries: Entries, parent: string | null): number {
  if (parent === null) return 0;
  return parent === entries.idOf(entries.count) && entries.count > 0
    ? entries.count
    : entries.numberOf(parent);
}

/**
 * Decides the segment by the line's length there, and begins a new one where it does not fit or
 * must not go.
 */
function place(
  h: Handle,
  head: Omit<FrameHead, 'segmentSeq'>,
  payload: Buffer,
): { active: NonNullable<Handle['active']>; line: Buffer } {
  const { active, numbers } = h;
  if (active !== null && numbers.aside < active.seq) {
    const line = spellLine(h, { ...head, segmentSeq: active.seq }, payload);
    const size = active.mark?.size ?? 0;
    if (size === 0 || size + line.length <= h.maxBytes) return { active, line: readable(h, line) };
  }
  const segmentSeq = numbers.highest + 1n;
  if (segmentSeq > u64Max) throw new StoreError('segment-sequence-overflow', 'no number is left');
  const line = readable(h, spellLine(h, { ...head, segmentSeq, frameSeq: 1 }, payload));
  return { active: beginSegment(h, segmentSeq), line };
}

/** The line's bytes, valid until this handle's next call. */
function spellLine(h: Handle, head: FrameHead, payload: Buffer): Buffer {
  const text = spellFrameHead(head);
  const room = text.length * 3 + payload.length + lineEnd.length;
  const bytes = scratchOf(h, room);
  let length = bytes.write(text, 0);
  length += payload.copy(bytes, length);
  length += lineEnd.copy(bytes, length);
  return bytes.subarray(0, length);
}

/** Refuses a line that no reader takes; where it goes decides, for its numbers are part of it. */
function readable(h: Handle, line: Buffer): Buffer {
  if (line.length <= h.limits.lineBytes) return line;
  throw new StoreError('entry_too_large', `the entry takes ${line.length} bytes`);
}

function write(h: Handle, tail: Tail, bytes: Buffer, changes: number): void {
  const fd = openTail(h, tail);
  const { ino, dev, size } = tail.mark ?? h.files.mark(fd);
  try {
    h.files.append(fd, bytes);
    tail.mark = { ino, dev, size: size + bytes.length };
  } catch (error) {
    h.files.undo(fd, { size, changes });
    throw error;
  }
}

/**
 * Writes the row of the last entry; where that fails the frame is taken back too, for it was not
 * acknowledged.
 */
function writeRow(
  h: Handle,
  active: Tail,
  before: { readonly byteOffset: number; readonly changes: number },
): void {
  try {
    const { changes } = h.files;
    write(h, h.index, encoded(h, spellRow(h.entries, h.entries.count)), changes);
  } catch (error) {
    h.entries.keep(h.entries.count - 1);
    const { changes, byteOffset: size } = before;
    if (!h.files.poisoned) h.files.undo(openTail(h, active), { size, changes });
    if (active.mark !== null) active.mark = { ...active.mark, size };
    throw error;
  }
}

/**
 * A frame that is written and not synced is no entry of this handle, so the next one would take its
 * number: whatever goes wrong here poisons, also a directory that cannot be opened.
 */
function syncFrame(h: Handle, active: Tail): void {
  try {
    h.files.sync(openTail(h, active));
    makeNamesDurable(h);
  } catch (error) {
    h.files.poisoned = true;
    throw error;
  }
}

function encoded(h: Handle, text: string): Buffer {
  const bytes = scratchOf(h, text.length * 3);
  return bytes.subarray(0, bytes.write(text, 0));
}

/** Room for a line: the handle's own buffer, which grows with what it writes, up to a bound. */
function scratchOf(h: Handle, room: number): Buffer {
  if (room <= h.scratch.length) return h.scratch;
  if (room > keptScratchBytes) return Buffer.allocUnsafe(room);
  h.scratch = Buffer.allocUnsafeSlow(Math.max(room * 2, 4096));
  return h.scratch;
}

const keptScratchBytes = 1 << 18;

/** The index row of an entry, from memory. */
export function rowOf(h: Handle, entry: number): Row {
  const { entries } = h;
  return {
    schema: schemas.row,
    entrySeq: BigInt(entry),
    entryId: entries.idOf(entry),
    segmentSeq: entries.segmentOf(entry).seq,
    frameSeq: BigInt(entries.frameOf(entry)),
    byteOffset: BigInt(entries.offsetOf(entry)),
    byteLength: BigInt(entries.lengthOf(entry)),
    crc32c: crcText(entries.crcOf(entry)),
    state: 'active',
  };
}
