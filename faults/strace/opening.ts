import type { Ino } from '../oplog.ts';
import { fdGiven, fileGiven, flagsGiven, numberGiven, pathGiven } from './given.ts';
import type { OpenFile } from './processes.ts';
import {
  absolute,
  account,
  inoAt,
  isInside,
  noteOutside,
  notModelled,
  placeOf,
  went,
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
  const { link, gone } = result;
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
  // By another way than its name, which may be another file's by now.
  if (gone) return notModelled(state, `${name} of a file without a name`);
  const ino = inoAt(state, path);
  const creates = ino === null && flags.has('O_CREAT');
  const space = creates ? { spaceBytes: 0 } : {};
  account(state, { syscall, ordinal }, 'openSync', { path, ...space });
  if (ino === null) {
    const made = { is: 'file' } as const;
    if (creates) went(state, syscall, { do: 'name', at: path, ino: state.nextIno, made });
  } else if (flags.has('O_TRUNC') && (state.sizes.get(ino) ?? 0) > 0) {
    went(state, syscall, { do: 'size', ino, to: 0 });
  }
  if (result.value === null || result.value < 0) return;
  const there = inoAt(state, path);
  if (there === null) notModelled(state, 'a file that was not seen being made');
  else proc.files.set(result.value, opened(turn, path, there, flags));
}

function opened({ state }: Turn, path: string, ino: Ino, flags: ReadonlySet<string>): OpenFile {
  const kind = state.kinds.get(ino);
  const syncs = flags.has('O_SYNC') ? 'all' : flags.has('O_DSYNC') ? 'data' : 'none';
  const on = kind === 'file' || kind === 'dir' ? kind : 'other';
  const isWritable = flags.has('O_RDWR') || flags.has('O_WRONLY');
  return { ino, path, on, syncs, isWritable, append: flags.has('O_APPEND'), position: 0 };
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
  const { state, syscall, proc } = turn;
  const { name, args, result } = syscall;
  const [command = ''] = name === 'fcntl' ? flagsGiven(args[1]) : ['F_DUPFD'];
  if (result.value === null || result.value < 0) return;
  const file = fileGiven(turn, args[0]);
  if (command === 'F_SETFL' && file !== null) {
    const flags = flagsGiven(args[2]);
    file.append = flags.includes('O_APPEND');
    if (flags.includes('O_DIRECT')) notModelled(state, 'fcntl with O_DIRECT');
  }
  if (!command.startsWith('F_DUPFD')) return;
  if (file === null) proc.files.delete(result.value);
  else proc.files.set(result.value, file);
}

/** `lseek`. */
export function seek(turn: Turn): void {
  const { args, result } = turn.syscall;
  const file = fileGiven(turn, args[0]);
  if (file !== null && result.value !== null && result.value >= 0) file.position = result.value;
}
