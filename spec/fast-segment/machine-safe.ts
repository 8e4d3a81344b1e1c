import type { Outcome } from '../lib/history.ts';
import type { Key, Repair } from '../lib/judge.ts';
import { encodeEntry, keyOf } from './bytes.ts';
import type { CodeName } from './codes.ts';
import { frameFixedBytes, headerBytes, pathOf, payloadBytesMost } from './layout.ts';
import { handleName, type Entry, type Op, type Value } from './ops.ts';

/** A frame in its file, and where it ends. */
export interface Placed {
  readonly entry: Entry;
  readonly key: Key;
  readonly end: bigint;
}

/** A segment: its frames, and how far the header publishes them. */
export interface File {
  readonly frames: readonly Placed[];
  readonly published: bigint;
}

/** An open segment: how far it was tracked, and the file as its handle last knew it. */
export interface Handle {
  readonly id: number;
  readonly tracked: bigint;
  readonly knows: File;
}

/** What a store is: its segments by session, and what is open, by `handleName`. */
export interface SafeState {
  readonly is: 'safe';
  readonly files: ReadonlyMap<number, File>;
  readonly handles: ReadonlyMap<string, Handle>;
  /** Operations so far, so that drafts tell their entries apart. */
  readonly asked: number;
}

/** One allowed way on. */
export interface Way {
  readonly state: SafeState;
  readonly result: Outcome<Value>;
}

type Held = { readonly name: string; readonly handle: Handle; readonly file: File };
type OnHandle = Exclude<Op, { op: 'open' | 'list' }>;

export const emptyState: SafeState = { is: 'safe', files: new Map(), handles: new Map(), asked: 0 };

const begin = BigInt(headerBytes);

/** Where the frames of a file end. */
export const endOf = (file: File | undefined): bigint => file?.frames.at(-1)?.end ?? begin;

/** True for an id that a file can have. */
export const isId = (id: number): boolean => Number.isInteger(id) && id >= 0 && id < 2 ** 32;

/** True where a seal runs out of time, by the clock that it brings. */
export function isLate({ entries, deadlineMs, tickMs = 0 }: Extract<Op, { op: 'seal' }>): boolean {
  return (entries.length + 1) * tickMs >= deadlineMs;
}

/** What `safe` may answer. */
export function nextSafe(before: SafeState, op: Op): readonly Way[] {
  return waysOf({ ...before, asked: before.asked + 1 }, op);
}

function waysOf(state: SafeState, op: Op): readonly Way[] {
  if (op.op === 'list')
    return ok(
      state,
      [...state.files.keys()].toSorted((a, b) => a - b),
    );
  if (!isId(op.id)) return refuse(state, 'id_out_of_range');
  if (op.op === 'open') return open(state, op);
  const name = handleName(op);
  const handle = state.handles.get(name);
  const file = state.files.get(op.id);
  if (handle === undefined || file === undefined) return refuse(state, 'no-handle');
  return onHandle(state, op, { name, handle, file });
}

/** What stands behind the published length is cut; what the file then holds is all committed. */
function open(state: SafeState, op: Extract<Op, { op: 'open' }>): readonly Way[] {
  const { id } = op;
  const before = state.files.get(id) ?? { frames: [], published: begin };
  const to = endOf(before);
  const isCut = to > before.published;
  const file: File = isCut ? cutAt(before, before.published) : before;
  const repairs: readonly Repair[] = isCut
    ? [
        {
          did: 'cut', file: pathOf(id), from: Number(file.published), to: Number(to),
          why: 'uncommitted_tail',
        },
      ] // prettier-ignore
    : [];
  const handle = { id, tracked: file.published, knows: file };
  const handles = new Map(state.handles).set(handleName(op), handle);
  const after = { ...state, files: new Map(state.files).set(id, file), handles };
  return ok(after, { committed: file.published, repairs, notices: [] });
}

function cutAt(file: File, length: bigint): File {
  if (length >= endOf(file) && length >= file.published) return file;
  const frames = file.frames.filter(({ end }) => end <= length);
  const published = length < file.published ? length : file.published;
  return { frames, published };
}

/** The file with frames behind its last. */
export function withFrames(file: File, entries: readonly Entry[]): File {
  let end = endOf(file);
  const added = entries.map((entry): Placed => {
    end += frameLength(entry);
    return { entry, key: keyOf(entry), end };
  });
  return { ...file, frames: [...file.frames, ...added] };
}

/** The bytes of an entry's frame. Throws a TypeError where it has none. */
export const frameLength = (entry: Entry): bigint =>
  BigInt(encodeEntry(entry).length + frameFixedBytes);

const isBoundary = (file: File, length: bigint): boolean =>
  length === begin || file.frames.some(({ end }) => end === length);

/** Why an entry is refused before the disk is touched; null where it is not. */
function flawOf(entry: Entry): CodeName | null {
  try {
    return encodeEntry(entry).length > payloadBytesMost ? 'entry_too_large' : null;
  } catch {
    return 'entry_invalid';
  }
}

function onHandle(state: SafeState, op: OnHandle, held: Held): readonly Way[] {
  const { name, handle, file } = held;
  const isStale = !isSame(handle.knows, file);
  const shown = file.frames.filter(({ end }) => end <= file.published).map(({ entry }) => entry);
  switch (op.op) {
    case 'close': {
      const handles = new Map(state.handles);
      handles.delete(name);
      return ok({ ...state, handles }, null);
    }
    case 'committedBytes':
      return ok(state, handle.tracked);
    case 'readCommitted':
      // A reader may say that the file moved, or show what it holds now.
      return [...ok(state, shown), ...(isStale ? refuse(state, 'stale_handle') : [])];
    default: {
      // Another handle may have brought the file back to what it was: then both are right.
      const isMoved = handle.knows !== file;
      const ways = isStale ? [] : change(state, op, held);
      return [...ways, ...(isMoved ? refuse(state, 'stale_handle') : [])];
    }
  }
}

function isSame(a: File, b: File): boolean {
  if (a === b) return true;
  if (a.published !== b.published || a.frames.length !== b.frames.length) return false;
  return a.frames.every(({ key }, i) => key === b.frames[i]?.key);
}

type Changing = Exclude<OnHandle, { op: 'close' | 'committedBytes' | 'readCommitted' }>;

function change(state: SafeState, op: Changing, held: Held): readonly Way[] {
  const { handle, file } = held;
  const hasUntracked = endOf(file) > handle.tracked;
  switch (op.op) {
    case 'track': {
      const tracked = handle.tracked + op.bytes;
      if (op.bytes < 0n || !isBoundary(file, tracked)) return refuse(state, 'not_on_boundary');
      return ok(put(state, held, file, tracked), null);
    }
    case 'truncate':
      return isBoundary(file, op.len)
        ? ok(put(state, held, cutAt(file, op.len), op.len), null)
        : refuse(state, 'not_on_boundary');
    case 'reset':
      return ok(put(state, held, cutAt(file, begin), begin), null);
    case 'syncGroup':
      if (hasUntracked) return refuse(state, 'untracked_frames');
      return ok(put(state, held, publish(file, handle.tracked), handle.tracked), null);
    case 'append': {
      const codes = refusals([op.entry], hasUntracked && op.track);
      if (codes.length > 0) return codes.flatMap((code) => refuse(state, code));
      const after = withFrames(file, [op.entry]);
      const tracked = op.track ? endOf(after) : handle.tracked;
      return ok(put(state, held, after, tracked), endOf(after) - endOf(file));
    }
    case 'seal':
      return seal(state, op, held);
  }
}

/** An entry that no reader takes is refused whether there is time or not. */
function seal(state: SafeState, op: Extract<Op, { op: 'seal' }>, held: Held): readonly Way[] {
  const { handle, file } = held;
  const codes = refusals(op.entries, endOf(file) > handle.tracked);
  const late = isLate(op) ? ok(state, 'timed_out') : [];
  if (codes.length > 0) {
    const isInTime = codes.includes('untracked_frames') || late.length === 0;
    return [...codes.flatMap((code) => refuse(state, code)), ...(isInTime ? [] : late)];
  }
  if (late.length > 0) return late;
  const after = withFrames(file, op.entries);
  return ok(put(state, held, publish(after, endOf(after)), endOf(after)), 'sealed');
}

/** Codes of which any is right: what is wrong with the handle, and with each entry. */
function refusals(entries: readonly Entry[], isUntracked: boolean): readonly CodeName[] {
  const flaws = entries.flatMap((entry) => flawOf(entry) ?? []);
  return [...new Set<CodeName>([...(isUntracked ? ['untracked_frames' as const] : []), ...flaws])];
}

const publish = (file: File, published: bigint): File =>
  published === file.published ? file : { ...file, published };

/** The handle that changed the file knows it; every other one is behind. */
function put(state: SafeState, held: Held, file: File, tracked: bigint): SafeState {
  const { name, handle } = held;
  return {
    ...state,
    files: new Map(state.files).set(handle.id, file),
    handles: new Map(state.handles).set(name, { ...handle, tracked, knows: file }),
  };
}

const ok = (state: SafeState, value: Value): readonly Way[] => [
  { state, result: { is: 'ok', value } },
];

const refuse = (state: SafeState, code: CodeName): readonly Way[] => [
  { state, result: { is: 'fail', code } },
];
