import type { CallName } from '../disk/around.ts';
import { bytesGiven, fileGiven, flagsGiven, pathGiven } from './given.ts';
import { account, isInside, placeOf, type Turn } from './state.ts';

/** Which file call a look at a path is, in the words of the account. */
const looks: Readonly<Record<string, CallName>> = {
  stat: 'statSync', lstat: 'lstatSync', access: 'accessSync', readlink: 'readlinkSync',
  newfstatat: 'statSync', fstatat64: 'statSync', statx: 'statSync', faccessat: 'accessSync',
  faccessat2: 'accessSync', readlinkat: 'readlinkSync',
}; // prettier-ignore

const onPath = new Set(['stat', 'lstat', 'access', 'readlink']);

/** A look at a path, or through an empty path at a descriptor. */
export function look(turn: Turn): void {
  const { state, syscall, ordinal } = turn;
  const { name, args } = syscall;
  const call = looks[name];
  if (call === undefined) return;
  const hasDir = !onPath.has(name);
  if (hasDir && bytesGiven(turn, args[1])?.length === 0 && args[0]?.is === 'fd') {
    const file = fileGiven(turn, args[0]);
    if (file !== null) {
      account(state, { syscall, ordinal }, 'fstatSync', { path: file.path, on: file.on });
    }
    return;
  }
  const full = pathGiven(turn, 0, hasDir);
  if (full === null) return;
  const path = placeOf(state, full);
  if (!isInside(path)) return;
  const leaves = args.some((arg) => flagsGiven(arg).includes('AT_SYMLINK_NOFOLLOW'));
  account(state, { syscall, ordinal }, leaves && call === 'statSync' ? 'lstatSync' : call, {
    path,
  });
}

/** `fstat` and `getdents64`, which look through a descriptor. */
export function lookThrough(turn: Turn): void {
  const { state, syscall, ordinal } = turn;
  const file = fileGiven(turn, syscall.args[0]);
  if (file === null) return;
  const call = syscall.name.startsWith('getdents') ? 'readdirSync' : 'fstatSync';
  account(state, { syscall, ordinal }, call, { path: file.path, on: file.on });
}
