import { constants } from 'node:fs';
import { resize } from '../content.ts';
import { badArgument, fail, fsError, type Errno } from './errno.ts';
import { syncsOf } from './flags.ts';
import {
  attach,
  changed,
  newInode,
  noteOutside,
  nowMs,
  pathAt,
  synced,
  type DiskState,
  type FileInode,
  type Inode,
  type OpenFile,
} from './state.ts';
import { notModelled } from './stats.ts';
import { walk, walkToName, type Place } from './walk.ts';

const {
  O_ACCMODE = 3,
  O_WRONLY,
  O_RDWR,
  O_CREAT,
  O_EXCL,
  O_TRUNC,
  O_APPEND,
} = constants as typeof constants & { O_ACCMODE?: number };
const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;
/** Linux: `__O_TMPFILE | O_DIRECTORY`, and `O_PATH`; Node names neither. */
const TMPFILE = 0o20000000;
const O_PATH = 0o10000000;
const FDS_MAX = 16_384;

/** Opens `path`; the lowest free descriptor from 3 up. */
export function open(state: DiskState, path: string, bits: number, mode: number): number {
  if ((bits & (TMPFILE | O_PATH)) !== 0) {
    notModelled(state, 'open with O_TMPFILE or O_PATH');
    fail('EOPNOTSUPP', 'open', path);
  }
  const creates = (bits & O_CREAT) !== 0;
  const exclusive = creates && (bits & O_EXCL) !== 0;
  if (creates && (bits & O_DIRECTORY) !== 0) fail('EINVAL', 'open', path);
  const follows = !exclusive && (bits & O_NOFOLLOW) === 0;
  const asName = exclusive || (creates && (path.endsWith('/') || !follows));
  const place = asName ? walkToName(state, path) : walk(state, path, follows ? 'follow' : 'leave');
  if (typeof place === 'string') fail(place, 'open', path);
  const refused = refusal(place, bits, exclusive);
  if (refused !== null) fail(refused, 'open', path);
  const inode = place.inode ?? create(state, place, mode);
  if (inode.is === 'other') openOther(state, inode, bits, path);
  if (inode.is === 'file' && (bits & O_TRUNC) !== 0) setSize(state, inode, 0);
  return takeFd(state, describe(inode, bits), path);
}

function refusal(place: Place, bits: number, exclusive: boolean): Errno | null {
  const { inode } = place;
  const creates = (bits & O_CREAT) !== 0;
  if (creates && place.slash) return 'EISDIR';
  if (inode === null) return creates ? null : 'ENOENT';
  if (exclusive) return 'EEXIST';
  if (inode.is === 'link') return (bits & O_DIRECTORY) !== 0 ? 'ENOTDIR' : 'ELOOP';
  if (inode.is === 'dir') {
    const changes = (bits & O_ACCMODE) !== 0 || creates || (bits & O_TRUNC) !== 0;
    return changes ? 'EISDIR' : null;
  }
  return place.slash || (bits & O_DIRECTORY) !== 0 ? 'ENOTDIR' : null;
}

function create(state: DiskState, place: Place, mode: number): Inode {
  const empty = { is: 'file', bytes: new Uint8Array(0), size: 0 } as const;
  const inode = newInode(state, empty, mode & 0o7777 & ~0o022);
  attach(place.dir, place.name, inode);
  const at = pathAt(state, place.dir, place.name);
  noteOutside(state, at, inode);
  changed(state, { do: 'name', at, ino: inode.ino, made: { is: 'file' } });
  return inode;
}

/**
 * A fifo without a peer would block for ever; here that is an error of its own, so that no run
 * hangs.
 */
function openOther(state: DiskState, inode: Inode, bits: number, path: string): void {
  if ((bits & O_NONBLOCK) !== 0) {
    if ((bits & O_ACCMODE) === O_WRONLY) fail('ENXIO', 'open', path);
    return;
  }
  notModelled(state, `open of a ${inode.is === 'other' ? 'fifo or device' : inode.is} blocks`);
  const error = fsError('EDEADLK', 'open', path);
  error.message = `EDEADLK: a real process would wait here for ever, open '${path}'`;
  throw error;
}

function describe(inode: Inode, bits: number): OpenFile {
  const access = bits & O_ACCMODE;
  return {
    inode,
    reads: access !== O_WRONLY,
    writes: access === O_WRONLY || access === O_RDWR,
    append: (bits & O_APPEND) !== 0,
    syncs: syncsOf(bits),
    position: 0,
  };
}

function takeFd(state: DiskState, file: OpenFile, path: string): number {
  const { fds } = state;
  for (let fd = 3; fd < fds.length; fd++) {
    if (fds[fd] === null) {
      fds[fd] = file;
      return fd;
    }
  }
  if (fds.length >= FDS_MAX) fail('EMFILE', 'open', path);
  fds.push(file);
  return fds.length - 1;
}

/**
 * The open file behind a descriptor, or EBADF; what is no descriptor at all is refused as Node
 * refuses it.
 */
export function fileAt(state: DiskState, fd: number, syscall: string): OpenFile {
  if (typeof fd !== 'number') badArgument('ERR_INVALID_ARG_TYPE', 'a descriptor is a number');
  if (!Number.isInteger(fd) || fd < 0 || fd > 2147483647) {
    badArgument('ERR_OUT_OF_RANGE', `descriptor ${fd} is out of range`);
  }
  return state.fds[fd] ?? fail('EBADF', syscall);
}

/** Closes a descriptor. */
export function close(state: DiskState, fd: number): void {
  fileAt(state, fd, 'close');
  state.fds[fd] = null;
}

/** Syncs a file or directory: the log's barrier. */
export function sync(state: DiskState, fd: number, dataOnly: boolean): void {
  const syscall = dataOnly ? 'fdatasync' : 'fsync';
  const { inode } = fileAt(state, fd, syscall);
  if (inode.is === 'other') fail('EINVAL', syscall);
  synced(state, inode.ino, dataOnly);
}

/** Cuts or grows an open file; growing costs nothing (zeros), up to the 16 TiB of ext4. */
export function truncateFd(state: DiskState, fd: number, length: number): void {
  if (!Number.isInteger(length)) badArgument('ERR_OUT_OF_RANGE', `no length: ${length}`);
  const file = fileAt(state, fd, 'ftruncate');
  if (!file.writes || file.inode.is !== 'file') fail('EINVAL', 'ftruncate');
  const to = Math.max(0, length);
  if (to > FILE_BYTES_MAX) fail('EFBIG', 'ftruncate');
  setSize(state, file.inode, to);
}

/** The largest file that can be: 16 TiB less one block, as on ext4. */
export const FILE_BYTES_MAX = 16 * 2 ** 40 - 4096;

function setSize(state: DiskState, inode: FileInode, to: number): void {
  if (inode.content.size === to) return;
  resize(inode.content, to);
  inode.changedMs = nowMs(state);
  if (inode.outsideAt !== null) state.outside.add(inode.outsideAt);
  changed(state, { do: 'size', ino: inode.ino, to });
}
