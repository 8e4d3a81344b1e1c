import type { Ino } from '../oplog.ts';
import { fdGiven, fileGiven, flagsGiven, leadsInside, numberGiven, pathGiven } from './given.ts';
import type { OpenFile } from './processes.ts';
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
  type Turn,
} from './state.ts';

/** `open`, `openat`, `openat2` and `creat`. */
export function open(turn: Turn): void {
  const { state, syscall, proc, ordinal } = turn;
  const { name, args, result } = syscall;
  const hasDir = name.startsWith('openat');
  const given = pathGiven(turn, 0, hasDir);
  const flags = new Set(
    name === 'creat' ? ['O_CREAT', 'O_WRONLY', 'O_TRUNC'] : flagsGiven(args[hasDir ? 2 : 1]),
  );
  if (given === null) return;
  // What a link leads to is known from the descriptor; where none was made, the name must do.
  const { link } = result;
  const full = link === undefined ? given : absolute(link, '/');
  const path = placeOf(state, full);
  if (!isInside(path)) {
    if (result.value === null || result.value < 0) return;
    if (flags.has('O_CREAT') || flags.has('O_TRUNC')) noteOutside(state, path);
    proc.files.delete(result.value);
    return;
  }
  for (const flag of ['O_DIRECT', 'O_TMPFILE']) {
    if (flags.has(flag)) notModelled(state, `${name} with ${flag}`);
  }
  const ino = inoAt(state, path);
  const creates = ino === null && flags.has('O_CREAT');
  const space = creates ? { spaceBytes: 0 } : {};
  account(state, { syscall, ordinal }, 'openSync', { path, ...space });
  const errno = injectedErrno(state, syscall);
  if (errno !== null) return notOpened(turn, path, ino, flags, errno);
  if (result.value === null || result.value < 0) return;
  const file = opened(turn, path, ino, flags);
  if (file !== null) proc.files.set(result.value, file);
}

function notOpened(
  { state }: Turn,
  at: string,
  ino: Ino | null,
  flags: ReadonlySet<string>,
  errno: string,
): void {
  if (ino === null) {
    if (!flags.has('O_CREAT')) return;
    failed(state, { do: 'name', at, ino: state.nextIno++, made: { is: 'file' } }, { errno });
  } else if (flags.has('O_TRUNC') && (state.sizes.get(ino) ?? 0) > 0) {
    failed(state, { do: 'size', ino, to: 0 }, { errno });
  }
}

function opened(
  { state }: Turn,
  path: string,
  there: Ino | null,
  flags: ReadonlySet<string>,
): OpenFile | null {
  let ino = there;
  if (ino === null) {
    if (!flags.has('O_CREAT')) {
      notModelled(state, 'a file that was not seen being made');
      return null;
    }
    ino = state.nextIno++;
    state.kinds.set(ino, 'file');
    state.sizes.set(ino, 0);
    happened(state, { do: 'name', at: path, ino, made: { is: 'file' } });
  } else if (flags.has('O_TRUNC') && (state.sizes.get(ino) ?? 0) > 0) {
    state.sizes.set(ino, 0);
    happened(state, { do: 'size', ino, to: 0 });
  }
  const kind = state.kinds.get(ino);
  const syncs = flags.has('O_SYNC') ? 'all' : flags.has('O_DSYNC') ? 'data' : 'none';
  const on = kind === 'file' || kind === 'dir' ? kind : 'other';
  return { ino, path, on, syncs, append: flags.has('O_APPEND'), position: 0 };
}

/** `close`; the descriptor is gone even where it answers an error of its own. */
export function close(turn: Turn): void {
  const { state, syscall, proc, ordinal } = turn;
  const file = fileGiven(turn, syscall.args[0]);
  if (file === null) return;
  account(state, { syscall, ordinal }, 'closeSync', { path: file.path, on: file.on });
  const fd = fdGiven(syscall.args[0]);
  if (fd !== null && !syscall.result.injected) proc.files.delete(fd);
}

/** `close_range`, whose end may be the largest number. */
export function closeRange({ syscall, proc }: Turn): void {
  const [from, to, flags] = syscall.args;
  if (syscall.result.value !== 0 || flagsGiven(flags).includes('CLOSE_RANGE_CLOEXEC')) return;
  const last = numberGiven(to, Number.MAX_SAFE_INTEGER);
  for (const fd of proc.files.keys()) {
    if (fd >= numberGiven(from) && fd <= last) proc.files.delete(fd);
  }
}

/** `dup`, `dup2`, `dup3`, and the commands of `fcntl` that duplicate or change flags. */
export function duplicate(turn: Turn): void {
  const { syscall, proc } = turn;
  const { name, args, result } = syscall;
  const [command = ''] = name === 'fcntl' ? flagsGiven(args[1]) : ['F_DUPFD'];
  if (result.value === null || result.value < 0) return;
  const file = fileGiven(turn, args[0]);
  if (command === 'F_SETFL' && file !== null) {
    file.append = flagsGiven(args[2]).includes('O_APPEND');
  }
  if (!command.startsWith('F_DUPFD')) return;
  if (file === null) proc.files.delete(result.value);
  else proc.files.set(result.value, file);
}

/** A program that takes another's place keeps what is not marked to be closed; links tell. */
export function seek(turn: Turn): void {
  const { args, result } = turn.syscall;
  const file = fileGiven(turn, args[0]);
  if (file !== null && result.value !== null && result.value >= 0) file.position = result.value;
}

/** `mmap`: reading through a map is like reading; what is written through one is not in the log. */
export function map(turn: Turn): void {
  const [, , protection, flags, fd] = turn.syscall.args;
  if (fd?.is !== 'fd' || fd.fd === null || !leadsInside(turn, fd.link)) return;
  const isShared = flagsGiven(flags).some((flag) => flag.startsWith('MAP_SHARED'));
  if (isShared && flagsGiven(protection).includes('PROT_WRITE')) {
    notModelled(turn.state, 'mmap: a writable shared map');
  }
}
