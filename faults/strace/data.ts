import type { Call } from '../oplog.ts';
import { bytesGiven, fileGiven, flagsGiven, numberGiven, pathGiven } from './given.ts';
import type { OpenFile } from './processes.ts';
import { revertOf } from './reverting.ts';
import {
  absolute,
  account,
  failed,
  happened,
  injectedErrno,
  inoAt,
  isInside,
  noteOutside,
  notModelled,
  placeOf,
  reverted,
  went,
  type Turn,
} from './state.ts';
import type { Arg } from './syntax.ts';

/** Zeros that a hole punched into a file may stand for; more is not modelled. */
const PUNCHED_BYTES_MAX = 64 * 1024 * 1024;

/** `read`, `pread64`, `readv`, `preadv`, `preadv2`. */
export function read(turn: Turn): void {
  const { state, syscall, ordinal } = turn;
  const { name, args, result } = syscall;
  const file = fileGiven(turn, args[0]);
  if (file === null) return;
  const asked =
    name.endsWith('v') || name.endsWith('v2') ? lengthOf(args[1]) : numberGiven(args[2]);
  state.requested = Math.max(state.requested, asked);
  const { path, on } = file;
  account(state, { syscall, ordinal }, 'readSync', { path, on, bytes: asked });
  if (!name.startsWith('p') && result.value !== null && result.value > 0) {
    file.position += result.value;
  }
}

/** `write`, `pwrite64`, `writev`, `pwritev`, `pwritev2`. */
export function write(turn: Turn): void {
  const { state, syscall, ordinal } = turn;
  const { name, args, result } = syscall;
  const file = fileGiven(turn, args[0]);
  if (file === null) return elsewhere(turn);
  const bytes = gathered(turn, args[1]);
  const asked = name.includes('v') ? lengthOf(args[1]) : numberGiven(args[2], bytes.length);
  // The position is the last argument, but for flags behind it.
  const position =
    name === 'pwritev2' || name === 'pwritev' || name === 'pwrite64' ? args[3] : undefined;
  const at = position?.is === 'number' && position.value >= 0 ? position.value : null;
  const size = state.sizes.get(file.ino) ?? 0;
  const flags = name === 'pwritev2' ? flagsGiven(args[4]) : [];
  const appends = file.append || flags.includes('RWF_APPEND');
  const from = appends ? size : (at ?? file.position);
  const done = result.value ?? 0;
  const { path, on } = file;
  const short = done >= 0 && done < asked && result.errno === undefined ? { done } : {};
  account(state, { syscall, ordinal }, 'writeSync', { path, on, bytes: asked, from, ...short });
  if (injectedErrno(state, syscall) !== null) {
    const given = bytes.subarray(0, state.injecting?.bytes);
    const call: Call = { do: 'write', ino: file.ino, from, bytes: given };
    if (file.on === 'file' && given.length > 0) went(state, syscall, call);
    return;
  }
  if (done <= 0) return;
  if (bytes.length < done) notModelled(state, `${name}: strace cut what it was given`);
  if (at === null) file.position = from + done;
  wrote(turn, file, from, bytes.subarray(0, done));
  const syncs = flags.includes('RWF_SYNC')
    ? 'all'
    : flags.includes('RWF_DSYNC')
      ? 'data'
      : file.syncs;
  if (syncs !== 'none') happened(state, { do: 'sync', ino: file.ino, dataOnly: syncs === 'data' });
}

/** A file that is not the store's was changed through its descriptor. */
function elsewhere({ state, syscall }: Turn): void {
  const [fd] = syscall.args;
  const isDone = syscall.result.errno === undefined && syscall.result.value !== null;
  if (isDone && fd?.is === 'fd' && fd.link[0] === 47) noteOutside(state, absolute(fd.link, '/'));
}

function wrote({ state }: Turn, file: OpenFile, from: number, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  happened(state, { do: 'write', ino: file.ino, from, bytes });
}

/** All bytes of a buffer or of an array of them. */
function gathered(turn: Turn, arg: Arg | undefined): Uint8Array {
  if (arg?.is !== 'list') return bytesGiven(turn, arg) ?? new Uint8Array(0);
  const parts = arg.items.map((item) =>
    item.is === 'struct'
      ? (bytesGiven(turn, item.members.get('iov_base')) ?? new Uint8Array(0))
      : new Uint8Array(0),
  );
  return parts.length === 1 ? parts[0]! : Uint8Array.from(Buffer.concat(parts));
}

function lengthOf(arg: Arg | undefined): number {
  if (arg?.is !== 'list') return 0;
  let sum = 0;
  for (const item of arg.items) {
    if (item.is === 'struct') sum += numberGiven(item.members.get('iov_len'));
  }
  return sum;
}

/** `ftruncate`, and `truncate` by a path. */
export function cut(turn: Turn): void {
  const { state, syscall, ordinal } = turn;
  const { name, args } = syscall;
  const to = numberGiven(args[1]);
  if (name === 'ftruncate') {
    const file = fileGiven(turn, args[0]);
    if (file === null) return elsewhere(turn);
    const { path, on, ino } = file;
    account(state, { syscall, ordinal }, 'ftruncateSync', { path, on });
    return resized(turn, ino, to);
  }
  const full = pathGiven(turn, 0, false);
  if (full === null) return;
  const path = placeOf(state, full);
  if (!isInside(path)) {
    if (syscall.result.value === 0) noteOutside(state, path);
    return;
  }
  account(state, { syscall, ordinal }, 'ftruncateSync', { path, on: 'file' });
  const ino = inoAt(state, path);
  if (ino !== null && state.kinds.get(ino) === 'link') notModelled(state, `${name} of a link`);
  else if (ino !== null) resized(turn, ino, to);
}

function resized({ state, syscall }: Turn, ino: number, to: number): void {
  if (state.sizes.get(ino) === to) return;
  went(state, syscall, { do: 'size', ino, to });
}

/**
 * `fsync` and `fdatasync` of files and directories; of those around the store too, since on many
 * file systems they bring its names along.
 */
export function sync(turn: Turn): void {
  const { state, syscall, ordinal } = turn;
  const file = fileGiven(turn, syscall.args[0]) ?? around(turn, syscall.args[0]);
  if (file === null) return;
  const { path, on, ino } = file;
  const dataOnly = syscall.name === 'fdatasync';
  account(state, { syscall, ordinal }, dataOnly ? 'fdatasyncSync' : 'fsyncSync', { path, on });
  const call: Call = { do: 'sync', ino, dataOnly };
  const errno = injectedErrno(state, syscall);
  if (errno === null || state.injecting?.forgets !== true || on !== 'file') {
    went(state, syscall, call);
    return;
  }
  failed(state, call, { errno, forgets: true });
  if (state.injecting.reverts !== true) return;
  const back = revertOf(state.log, ino);
  if (back === null) notModelled(state, 'a sync that puts back a file without a name');
  for (const change of back ?? []) reverted(state, change);
}

/**
 * A directory above the store, or something beside it; each has a number from its first sync on.
 */
function around(
  { state }: Turn,
  arg: Arg | undefined,
): Pick<OpenFile, 'path' | 'on' | 'ino'> | null {
  if (arg?.is !== 'fd' || arg.fd === null || arg.link[0] !== 47) return null;
  const path = absolute(arg.link, '/');
  const isAbove = path === '/' || state.root.startsWith(`${path}/`);
  if (!isAbove && !path.startsWith(`${state.near}/`)) return null;
  let ino = state.around.get(path);
  if (ino === undefined) state.around.set(path, (ino = state.nextIno++));
  return { path, on: isAbove ? 'dir' : 'file', ino };
}

/**
 * `sync` and `syncfs`: everything, as each file and directory that the store has. Of a `syncfs`
 * through something else than the store and what stands beside it nobody knows what it reaches.
 */
export function syncAll(turn: Turn): void {
  const { state, syscall } = turn;
  if (syscall.result.value !== 0) return;
  if (syscall.name === 'syncfs') {
    const beside = around(turn, syscall.args[0]);
    if (fileGiven(turn, syscall.args[0]) === null && beside?.on !== 'file') {
      return notModelled(state, 'syncfs of what may be another file system');
    }
  }
  for (const [ino, kind] of state.kinds) {
    if (kind !== 'link') happened(state, { do: 'sync', ino, dataOnly: false });
  }
}

/** `fallocate`: a length that grows, or zeros in the place of what was there. */
export function allocate(turn: Turn): void {
  const { state, syscall } = turn;
  const { args, result } = syscall;
  const file = fileGiven(turn, args[0]);
  if (file === null || result.value !== 0) return;
  const modes = args[1]?.is === 'word' ? flagsGiven(args[1]) : [];
  const from = numberGiven(args[2]);
  const end = from + numberGiven(args[3]);
  const other = modes.find((mode) => !knownModes.has(mode));
  const size = state.sizes.get(file.ino) ?? 0;
  const isZeroed = modes.includes('FALLOC_FL_PUNCH_HOLE') || modes.includes('FALLOC_FL_ZERO_RANGE');
  const to = Math.min(end, size);
  if (other !== undefined) return notModelled(state, `fallocate with ${other}`);
  if (isZeroed && to - from > PUNCHED_BYTES_MAX) return notModelled(state, 'fallocate of so much');
  if (isZeroed && to > from) wrote(turn, file, from, new Uint8Array(to - from));
  if (!modes.includes('FALLOC_FL_KEEP_SIZE') && end > size) {
    happened(state, { do: 'size', ino: file.ino, to: end });
  }
}

const knownModes = new Set(['FALLOC_FL_KEEP_SIZE', 'FALLOC_FL_PUNCH_HOLE', 'FALLOC_FL_ZERO_RANGE']);

/** `copy_file_range` and `sendfile` into a file of the store, whose bytes only the source tells. */
export function copy(turn: Turn): void {
  const { state, syscall } = turn;
  const { name, args, result } = syscall;
  const isRange = name === 'copy_file_range';
  const into = fileGiven(turn, args[isRange ? 2 : 0]);
  const source = fileGiven(turn, args[isRange ? 0 : 1]);
  const done = result.value ?? 0;
  if (done <= 0) return;
  const given = offsetIn(args[isRange ? 1 : 2]);
  const from = given ?? source?.position ?? 0;
  if (source !== null && given === null) source.position += done;
  if (into === null) return;
  const bytes = source === null ? null : contentOf(turn, source, from, done);
  if (bytes === null) return notModelled(state, `${name} from a file that is not the store's`);
  const offset = isRange ? offsetIn(args[3]) : null;
  const at = into.append ? (state.sizes.get(into.ino) ?? 0) : (offset ?? into.position);
  if (offset === null) into.position = at + done;
  wrote(turn, into, at, bytes);
}

/** `[5] => [9]` or `[5]`; null where the descriptor's own position is used. */
function offsetIn(arg: Arg | undefined): number | null {
  if (arg?.is === 'list' && arg.items.length === 1) return numberGiven(arg.items[0]);
  const digits = arg?.is === 'word' ? /^\[(\d+)\]/.exec(arg.text)?.[1] : undefined;
  return digits === undefined ? null : Number(digits);
}

function contentOf(
  { state }: Turn,
  { ino }: OpenFile,
  from: number,
  length: number,
): Uint8Array | null {
  const path = state.replay.pathOf(ino);
  const node = path === null ? undefined : state.replay.image().get(path);
  if (node?.is !== 'file' || from + length > node.size) return null;
  const bytes = new Uint8Array(length);
  bytes.set(node.bytes.subarray(from, from + length));
  return bytes;
}
