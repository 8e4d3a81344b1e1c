import type { CallName } from '../disk/around.ts';
import { decodeName } from '../disk/paths.ts';
import { bytesGiven, fileGiven, flagsGiven, pathGiven } from './given.ts';
import type { Made } from '../oplog.ts';
import {
  account,
  inoAt,
  isInside,
  noteOutside,
  notModelled,
  placeOf,
  went,
  type Turn,
} from './state.ts';

/** `rename`, `renameat`, `renameat2`. */
export function rename(turn: Turn): void {
  const { state, syscall, ordinal } = turn;
  const { name, args, result } = syscall;
  const hasDir = name !== 'rename';
  const from = placeGiven(turn, 0, hasDir);
  const to = placeGiven(turn, hasDir ? 2 : 1, hasDir);
  if (from === null || to === null) return;
  if (!isInside(from) && !isInside(to)) {
    if (result.value === 0) for (const path of [from, to]) noteOutside(state, path);
    return;
  }
  const space = inoAt(state, to) === null ? { spaceBytes: 0 } : {};
  account(state, { syscall, ordinal }, 'renameSync', { path: from, to, ...space });
  const exchanges = flagsGiven(args[4]).some(
    (flag) => flag === 'RENAME_EXCHANGE' || flag === 'RENAME_WHITEOUT',
  );
  if (exchanges) {
    if (result.value === 0) notModelled(state, `${name} that exchanges`);
    return;
  }
  if (!isInside(from) || !isInside(to)) {
    if (result.value !== 0) return;
    noteOutside(state, isInside(from) ? to : from);
    return notModelled(state, `${name} across the store's border`);
  }
  const ino = inoAt(state, from);
  if (ino === null || ino === inoAt(state, to)) return;
  went(state, syscall, { do: 'rename', from, to });
}

function placeGiven(turn: Turn, at: number, hasDir: boolean): string | null {
  const full = pathGiven(turn, at, hasDir);
  return full === null ? null : placeOf(turn.state, full);
}

/** `unlink`, `unlinkat` and `rmdir`. */
export function remove(turn: Turn): void {
  const { state, syscall, ordinal } = turn;
  const { name, args, result } = syscall;
  const at = placeGiven(turn, 0, name === 'unlinkat');
  if (at === null) return;
  if (!isInside(at)) {
    if (result.value === 0) noteOutside(state, at);
    return;
  }
  const isDir =
    name === 'rmdir' || (name === 'unlinkat' && flagsGiven(args[2]).includes('AT_REMOVEDIR'));
  account(state, { syscall, ordinal }, isDir ? 'rmdirSync' : 'unlinkSync', { path: at });
  const ino = inoAt(state, at);
  if (ino === null) return;
  went(state, syscall, { do: 'name', at, ino: null });
}

function make(turn: Turn, call: CallName, path: string, at: string, made: Made): void {
  const { state, syscall, ordinal } = turn;
  if (!isInside(at)) {
    if (syscall.result.value === 0) noteOutside(state, at);
    return;
  }
  const isNew = inoAt(state, at) === null;
  const shown = call === 'symlinkSync' ? { to: at } : { path };
  account(state, { syscall, ordinal }, call, { ...shown, ...(isNew ? { spaceBytes: 0 } : {}) });
  if (!isNew) return;
  went(state, syscall, { do: 'name', at, ino: state.nextIno, made });
}

/** `mkdir`, `mkdirat`. */
export function makeDir(turn: Turn): void {
  const at = placeGiven(turn, 0, turn.syscall.name === 'mkdirat');
  if (at !== null) make(turn, 'mkdirSync', at, at, { is: 'dir' });
}

/** `symlink`, `symlinkat`. */
export function makeLink(turn: Turn): void {
  const target = bytesGiven(turn, turn.syscall.args[0]);
  const at = placeGiven(turn, 1, turn.syscall.name === 'symlinkat');
  if (target === null || at === null) return;
  make(turn, 'symlinkSync', '', at, { is: 'link', to: decodeName(target) });
}

/** `mknod`, `mknodat`: a regular file is one; nothing else belongs into a store. */
export function makeNode(turn: Turn): void {
  const hasDir = turn.syscall.name === 'mknodat';
  const at = placeGiven(turn, 0, hasDir);
  if (at === null || !isInside(at)) return;
  const isFile = flagsGiven(turn.syscall.args[hasDir ? 2 : 1]).includes('S_IFREG');
  if (isFile) make(turn, 'openSync', at, at, { is: 'file' });
  else if (turn.syscall.result.value === 0) notModelled(turn.state, 'mknod of a special file');
}

/** `link`, `linkat`. */
export function link(turn: Turn): void {
  const { state, syscall, ordinal } = turn;
  const { name, args, result } = syscall;
  const hasDir = name === 'linkat';
  const flags = hasDir ? flagsGiven(args[4]) : [];
  // With an empty path it is the descriptor that is given a name.
  const held = hasDir && flags.includes('AT_EMPTY_PATH') ? fileGiven(turn, args[0]) : null;
  const path = held?.path ?? placeGiven(turn, 0, hasDir);
  const to = placeGiven(turn, hasDir ? 2 : 1, hasDir);
  if (path === null || to === null) return;
  if (!isInside(to)) {
    if (result.value === 0) noteOutside(state, to);
    if (result.value === 0 && isInside(path))
      notModelled(state, `${name} across the store's border`);
    return;
  }
  const isNew = inoAt(state, to) === null;
  account(state, { syscall, ordinal }, 'linkSync', {
    path,
    to,
    ...(isNew ? { spaceBytes: 0 } : {}),
  });
  const ino = held?.ino ?? inoAt(state, path);
  if (ino === null) {
    if (result.value === 0) notModelled(state, `${name} of a file that is not the store's`);
    return;
  }
  if (flags.includes('AT_SYMLINK_FOLLOW') && state.kinds.get(ino) === 'link') {
    return notModelled(state, `${name} through a symbolic link`);
  }
  if (isNew) went(state, syscall, { do: 'name', at: to, ino });
}
