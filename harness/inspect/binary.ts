import type { OpenFile } from './open.ts';

/** Bytes of an open file; what `read` gives is good only until the next call. */
export interface ByteView {
  readonly size: number;
  /** Fewer bytes than asked for at the end of the file, or where it cannot be read. */
  read(from: number, length: number): Uint8Array;
}

const windowBytes = 1 << 20;
/** Bytes that are stepped through at a time. */
const chunkBytes = 1 << 16;

/** What a file is read through: a mebibyte that grows to the longest record asked for. */
export interface Window {
  buffer: Uint8Array;
}

/** A window for one file after the other. */
export const newWindow = (): Window => ({ buffer: new Uint8Array(windowBytes) });

/** Reads a file through a window, which is its own until it is no longer read. */
export function byteView(
  file: Pick<OpenFile, 'size' | 'read'>,
  window: Window = newWindow(),
): ByteView {
  let { buffer } = window;
  let start = 0;
  let filled = 0;
  const fill = (from: number): void => {
    start = from;
    filled = 0;
    while (filled < buffer.length) {
      const got = file.read(buffer.subarray(filled), from + filled);
      if (got === 0) break;
      filled += got;
    }
  };
  return {
    size: file.size,
    read(from, length) {
      const wanted = Math.max(0, Math.min(length, file.size - from));
      if (wanted > buffer.length) window.buffer = buffer = new Uint8Array(wanted);
      else if (from >= start && from + wanted <= start + filled) {
        return buffer.subarray(from - start, from - start + wanted);
      }
      fill(from);
      return buffer.subarray(0, Math.min(wanted, filled));
    },
  };
}

/** How the records of a kind are told apart, without their meaning. */
export interface RecordForm {
  /** Bytes at its beginning from which the length of a whole record follows. */
  readonly leadBytes: number;
  /** Bytes of the whole record whose lead stands at `at`, or null where no record says that. */
  lengthAt(bytes: Uint8Array, at: number): number | null;
  /** Whether the checksum of a whole record is right. */
  isRight(record: Uint8Array): boolean;
}

/**
 * A part of a file. `bad` is no record, up to where the next one verifies or the end; `unsearched`
 * is what no time or budget was left for.
 */
export interface Piece {
  readonly is: 'record' | 'bad' | 'unsearched';
  readonly from: number;
  readonly to: number;
  /** Why it is no record. */
  readonly why: 'cut_short' | 'bad_length' | 'bad_checksum' | '';
}

/** How much is looked through for a record behind one that does not verify. */
export interface SearchLimits {
  /** Bytes stepped over and summed, in one file. */
  readonly bytes: number;
  readonly late: () => boolean;
}

/** 64 MiB without any limit of time. */
export const searchLimits: SearchLimits = { bytes: 1 << 26, late: () => false };

/**
 * The pieces of [from, to) in order, without a gap. Behind a record that does not verify the next
 * one is looked for where it would end by its own word, then byte by byte.
 */
export function* piecesOf(
  view: ByteView,
  range: { readonly from: number; readonly to: number },
  form: RecordForm,
  limits: SearchLimits = searchLimits,
): Generator<Piece, void> {
  const { to } = range;
  const room = { left: limits.bytes };
  let at = range.from;
  while (at < to) {
    if (limits.late()) return void (yield { is: 'unsearched', from: at, to, why: '' });
    const found = recordAt(view, at, to, form);
    if (found.why === '') {
      yield { is: 'record', from: at, to: found.end, why: '' };
      at = found.end;
      continue;
    }
    const next = nextRecord(view, { at, end: found.end, to }, form, { limits, room });
    yield { is: 'bad', from: at, to: next.at, why: found.why };
    if (!next.isSure) return void (yield { is: 'unsearched', from: next.at, to, why: '' });
    at = next.at;
  }
}

/** Whether a record stands at `at`; `end` is where it ends by its own word, 0 without one. */
function recordAt(
  view: ByteView,
  at: number,
  to: number,
  form: RecordForm,
): { readonly why: Piece['why']; readonly end: number } {
  if (to - at < form.leadBytes) return { why: 'cut_short', end: 0 };
  const lead = view.read(at, form.leadBytes);
  const length = lead.length < form.leadBytes ? null : form.lengthAt(lead, 0);
  if (length === null) return { why: 'bad_length', end: 0 };
  const end = at + length;
  if (end > to) return { why: 'cut_short', end: 0 };
  const record = view.read(at, length);
  if (record.length === length && form.isRight(record)) return { why: '', end };
  return { why: 'bad_checksum', end };
}

interface Place {
  readonly at: number;
  readonly end: number;
  readonly to: number;
}

function nextRecord(
  view: ByteView,
  { at, end, to }: Place,
  form: RecordForm,
  { limits, room }: { readonly limits: SearchLimits; readonly room: { left: number } },
): { readonly at: number; readonly isSure: boolean } {
  if (end === to || (end > 0 && recordAt(view, end, to, form).why === '')) {
    return { at: end, isSure: true };
  }
  let chunk: Uint8Array = new Uint8Array(0);
  let base = at + 1;
  for (let from = base; from + form.leadBytes <= to; from++) {
    if (from + form.leadBytes > base + chunk.length) {
      if (limits.late()) return { at: from, isSure: false };
      // A copy: what is read of a record meanwhile may move the window.
      chunk = view.read(from, chunkBytes).slice();
      base = from;
      if (chunk.length < form.leadBytes) return { at: to, isSure: true };
    }
    if (room.left-- <= 0) return { at: from, isSure: false };
    const length = form.lengthAt(chunk, from - base);
    if (length === null || from + length > to) continue;
    room.left -= length;
    const record = view.read(from, length);
    if (record.length === length && form.isRight(record)) return { at: from, isSure: true };
  }
  return { at: to, isSure: true };
}
