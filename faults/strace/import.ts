import type { Image, Path } from '../../spec/lib/image.ts';
import { ROOT_INO, type Event, type Ino, type OpLog } from '../oplog.ts';
import { allocate, copy, cut, read, sync, syncAll, write } from './data.ts';
import { leadsInside } from './given.ts';
import { look, lookThrough } from './looks.ts';
import { link, makeDir, makeLink, makeNode, remove, rename } from './names.ts';
import { map, protect, remap, unmap } from './maps.ts';
import { close, closeRange, duplicate, open, seek } from './opening.ts';
import { overlapsOf } from './overlaps.ts';
import type { Syscall } from './parse.ts';
import type { Proc } from './processes.ts';
import {
  absolute,
  count,
  importState,
  isInside,
  notModelled,
  pathOf,
  unusable,
  type ImportState,
  type Injecting,
  type TracedCall,
  type Turn,
} from './state.ts';
import { control, share, unseen, unseenCalls } from './unseen.ts';

type Handler = (turn: Turn) => void;

const nothing: Handler = () => {};

function each(handler: Handler, ...names: readonly string[]): [string, Handler][] {
  return names.map((name) => [name, handler]);
}

const handlers: ReadonlyMap<string, Handler> = new Map([
  ...each(open, 'open', 'openat', 'openat2', 'creat'),
  ...each(close, 'close'),
  ...each(closeRange, 'close_range'),
  ...each(duplicate, 'dup', 'dup2', 'dup3', 'fcntl'),
  ...each(seek, 'lseek', '_llseek'),
  ...each(map, 'mmap', 'mmap2'),
  ...each(protect, 'mprotect', 'pkey_mprotect'),
  ...each(unmap, 'munmap'),
  ...each(remap, 'mremap'),
  ...each(read, 'read', 'pread64', 'readv', 'preadv', 'preadv2'),
  ...each(write, 'write', 'pwrite64', 'writev', 'pwritev', 'pwritev2'),
  ...each(cut, 'ftruncate', 'truncate'),
  ...each(sync, 'fsync', 'fdatasync'),
  ...each(syncAll, 'sync', 'syncfs'),
  ...each(allocate, 'fallocate'),
  ...each(copy, 'copy_file_range', 'sendfile'),
  ...each(rename, 'rename', 'renameat', 'renameat2'),
  ...each(remove, 'unlink', 'unlinkat', 'rmdir'),
  ...each(makeDir, 'mkdir', 'mkdirat'),
  ...each(makeLink, 'symlink', 'symlinkat'),
  ...each(makeNode, 'mknod', 'mknodat'),
  ...each(link, 'link', 'linkat'),
  ...each(look, 'stat', 'lstat', 'newfstatat', 'statx', 'access', 'faccessat', 'faccessat2'),
  ...each(look, 'readlink', 'readlinkat'),
  ...each(lookThrough, 'fstat', 'getdents', 'getdents64'),
  ...each(({ syscall, proc }) => {
    const [dir] = syscall.args;
    if (syscall.result.value !== 0) return;
    const { place } = proc;
    if (dir?.is === 'string') place.cwd = absolute(dir.bytes, place.cwd);
    if (dir?.is === 'fd') place.cwd = absolute(dir.link, '/');
  }, 'chdir', 'fchdir'),
  ...each(share, 'clone', 'clone3', 'unshare', 'execve', 'execveat'),
  ...each(control, 'ioctl'),
  ...each(unseen, ...unseenCalls),
  // Neither bytes nor names: locks, hints, modes, times, attributes, what a descriptor is ready
  // for. `sync_file_range` promises nothing about what a power cut leaves.
  ...each(nothing, 'flock', 'fadvise64', 'readahead', 'sync_file_range', 'fstatfs'),
  ...each(nothing, 'statfs', 'fchmod', 'chmod', 'fchmodat', 'fchmodat2', 'fchown', 'chown'),
  ...each(nothing, 'lchown', 'fchownat', 'utimensat', 'utimes', 'utime', 'futimesat'),
  ...each(nothing, 'fsetxattr', 'fgetxattr', 'flistxattr', 'fremovexattr', 'setxattr', 'getxattr'),
  ...each(nothing, 'listxattr', 'lgetxattr', 'llistxattr', 'poll', 'ppoll'),
  ...each(nothing, 'select', 'pselect6', 'epoll_ctl', 'inotify_add_watch'),
  ...each(nothing, 'name_to_handle_at', 'getcwd', 'msync'),
]); // prettier-ignore

/** How a trace becomes an op log. */
export interface ImportOptions {
  /** Absolute path of the store's directory, without symbolic links. */
  readonly root: string;
  /** What stands beside the store is in here. */
  readonly near: string;
  /** Directories in which the program may do as it likes: its temporary one. */
  readonly own?: () => readonly string[];
  readonly base: Image;
  /** The process of a thread, as it is when its call is told. */
  readonly procOf: (tid: number) => Proc;
  /** The line at which the oldest call that has not ended began. */
  readonly oldestOpen?: () => number;
  /** Told of each thing that the log cannot say, once. */
  readonly told?: (what: string) => void;
}

/** The op log and the account of one store, as a trace tells them call by call. */
export interface TraceImport {
  readonly log: OpLog & { readonly events: Event[] };
  readonly calls: readonly TracedCall[];
  readonly mutations: number;
  /** The longest read that was asked for, in bytes. */
  readonly requested: number;
  take(call: Syscall): void;
  /** From here on calls belong to this step. */
  mark(step: number): void;
  ack(step: number): void;
  /** What is being injected from here on. */
  inject(what: Injecting | null): void;
  /** Something that the log cannot say, told by whoever feeds the trace. */
  notModelled(what: string): void;
  /** The tree that the log builds. */
  image(): Image;
  /** A name that an inode has in it, or null. */
  pathOf(ino: Ino): Path | null;
  outside(): readonly Path[];
}

/** An import that has seen no call yet. */
export function traceImport(options: ImportOptions): TraceImport {
  const { root, near, own = () => [], procOf, told = () => {} } = options;
  const { oldestOpen = () => Number.POSITIVE_INFINITY } = options;
  const state = importState({ root, near, own, told }, options.base);
  const overlaps = overlapsOf(oldestOpen, (path) => {
    const slash = path.lastIndexOf('/');
    return slash < 0 ? ROOT_INO : (state.replay.inoOf(path.slice(0, slash)) ?? -1);
  });
  return {
    log: state.log,
    calls: state.calls,
    get mutations() {
      return state.mutations;
    },
    get requested() {
      return state.requested;
    },
    take(syscall) {
      const { length } = state.log.events;
      const made = state.calls.length;
      take({ state, syscall, proc: procOf(syscall.tid), ordinal: count(state, syscall) });
      const isForeign = made === state.calls.length;
      if (isForeign) state.foreign.add(syscall.name);
      if (syscall.result.injected) judgeShot(state, syscall, isForeign);
      const together = overlaps.note(syscall, state.log.events.slice(length));
      if (together !== null) notModelled(state, together);
    },
    mark(step) {
      if (step !== state.step) state.nth = 0;
      state.step = step;
      state.counts.clear();
    },
    ack: (step) => void state.log.events.push({ is: 'ack', step }),
    inject: (what) => void (state.injecting = what),
    notModelled: (what) => notModelled(state, what),
    image: () => state.replay.image(),
    pathOf: (ino) => state.replay.pathOf(ino),
    outside: () => [...state.outside].toSorted(),
  };
}

/**
 * Of several threads another one's call may have the number that was meant: such a run is worth
 * nothing, which its log says, and says nothing of the port.
 */
function judgeShot(state: ImportState, { name }: Syscall, isForeign: boolean): void {
  if (state.injecting === null) notModelled(state, 'an injected error that nobody ordered');
  else if (isForeign) unusable(state, `an injected error that hit ${name} of another file`);
}

function take(turn: Turn): void {
  const { state, syscall, proc } = turn;
  const { name, args, result } = syscall;
  // A call that never returned did nothing that anybody was told; the tree itself is compared.
  if (result.value === null && result.errno === undefined) return;
  const handler = handlers.get(name);
  if (handler !== undefined) return handler(turn);
  const isStores = args.some(
    (arg) =>
      (arg.is === 'fd' && arg.fd !== null && leadsInside(turn, arg.link)) ||
      (arg.is === 'string' && isInside(pathOf(state, absolute(arg.bytes, proc.place.cwd)))),
  );
  if (isStores && (result.value ?? 0) >= 0) notModelled(state, name);
}
