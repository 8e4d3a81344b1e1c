import type { Made } from '../oplog.ts';
import { fail, fsError, type Errno } from './errno.ts';
import { shownName } from './paths.ts';
import {
  attach,
  changed,
  detach,
  newInode,
  noteOutside,
  nowMs,
  pathAt,
  type DirInode,
  type DiskState,
  type Inode,
} from './state.ts';
import { direntOf, type DiskDirent } from './stats.ts';
import { find, isSpecial, walk, walkToName, type Place } from './walk.ts';

/** Removes a name that is no directory's. */
export function unlink(state: DiskState, path: string): void {
  const place = walkToName(state, path);
  if (typeof place === 'string') fail(place, 'unlink', path);
  if (isSpecial(place)) fail('EISDIR', 'unlink', path);
  if (place.inode === null) fail('ENOENT', 'unlink', path);
  if (place.inode.is === 'dir') fail('EISDIR', 'unlink', path);
  if (place.slash) fail('ENOTDIR', 'unlink', path);
  removeName(state, place);
}

/** Removes an empty directory. */
export function rmdir(state: DiskState, path: string): void {
  const place = walkToName(state, path);
  if (typeof place === 'string') fail(place, 'rmdir', path);
  const special: Readonly<Record<string, Errno>> = {
    '.': 'EINVAL',
    '..': 'ENOTEMPTY',
    '/': 'EBUSY',
  };
  if (isSpecial(place)) fail(special[place.name] ?? 'EINVAL', 'rmdir', path);
  if (place.inode === null) fail('ENOENT', 'rmdir', path);
  if (place.inode.is !== 'dir') fail('ENOTDIR', 'rmdir', path);
  if (place.inode.names.size > 0) fail('ENOTEMPTY', 'rmdir', path);
  removeName(state, place);
}

function removeName(state: DiskState, place: Place): void {
  const at = pathAt(state, place.dir, place.name);
  noteOutside(state, at, place.inode);
  detach(place.dir, place.name);
  place.dir.changedMs = nowMs(state);
  changed(state, { do: 'name', at, ino: null });
}

function addName(state: DiskState, place: Place, inode: Inode, made?: Made): void {
  attach(place.dir, place.name, inode);
  place.dir.changedMs = nowMs(state);
  const at = pathAt(state, place.dir, place.name);
  noteOutside(state, at, inode);
  const call = { do: 'name', at, ino: inode.ino } as const;
  changed(state, made === undefined ? call : { ...call, made });
}

/** Gives a file a second name; a symbolic link is linked itself, not what it leads to. */
export function link(state: DiskState, existing: string, path: string): void {
  const from = find(state, existing, 'leave');
  if (typeof from === 'string') fail(from, 'link', existing, path);
  const to = walkToName(state, path);
  if (typeof to === 'string') fail(to, 'link', existing, path);
  if (to.inode !== null) fail('EEXIST', 'link', existing, path);
  if (to.slash) fail('ENOENT', 'link', existing, path);
  if (from.inode.is === 'dir') fail('EPERM', 'link', existing, path);
  addName(state, to, from.inode);
}

/** Makes a symbolic link, whatever its target may be. */
export function symlink(state: DiskState, target: string, path: string): void {
  const place = walkToName(state, path);
  if (target === '') fail('ENOENT', 'symlink', target, path);
  if (typeof place === 'string') fail(place, 'symlink', target, path);
  if (place.inode !== null) fail('EEXIST', 'symlink', target, path);
  if (place.slash) fail('ENOENT', 'symlink', target, path);
  addName(state, place, newInode(state, { is: 'link', to: target }, 0o777), {
    is: 'link',
    to: target,
  });
}

/** Where a symbolic link leads, as it was written. */
export function readlink(state: DiskState, path: string): string {
  const place = find(state, path, 'leave');
  if (typeof place === 'string') fail(place, 'readlink', path);
  if (place.inode.is !== 'link' || place.inode.node.is !== 'link') fail('EINVAL', 'readlink', path);
  return place.inode.node.to;
}

/** Makes one directory. */
export function mkdir(state: DiskState, path: string, mode: number): void {
  const refused = tryMkdir(state, path, mode);
  if (refused !== null) fail(refused, 'mkdir', path);
}

function tryMkdir(state: DiskState, path: string, mode: number): Errno | null {
  const place = walkToName(state, path);
  if (typeof place === 'string') return place;
  if (place.inode !== null) return 'EEXIST';
  addName(state, place, newInode(state, { is: 'dir' }, mode & 0o7777 & ~0o022), { is: 'dir' });
  return null;
}

/**
 * Makes a directory and whatever is missing above it; answers the first one made, or undefined. As
 * in Node: each path is tried, one that lacks its parent waits for it, and one that exists is no
 * error if it is a directory.
 */
export function mkdirAll(state: DiskState, path: string, mode: number): string | undefined {
  const waiting = [path];
  let first: string | undefined;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const refused = tryMkdir(state, next, mode);
    if (refused === null) first ??= next;
    else if (refused === 'ENOENT') {
      const cut = next.lastIndexOf('/');
      if (cut === -1) fail('ENOENT', 'mkdir', path);
      waiting.push(next, next.slice(0, cut));
    } else if (refused === 'ENOTDIR') fail(refused, 'mkdir', path);
    else {
      const there = find(state, next, 'follow');
      if (typeof there === 'string') fail(there, 'mkdir', path);
      if (there.inode.is === 'dir') continue;
      const between = refused === 'EEXIST' && waiting.length > 0;
      fail(between ? 'ENOTDIR' : 'EEXIST', 'mkdir', path);
    }
  }
  return first;
}

/**
 * Renames as rename(2) does: over a file, over an empty directory, not into itself, and nothing
 * onto itself.
 */
export function rename(state: DiskState, from: string, to: string): void {
  const old = walk(state, from, 'name');
  if (typeof old === 'string') fail(old, 'rename', from, to);
  const next = walk(state, to, 'name');
  if (typeof next === 'string') fail(next, 'rename', from, to);
  if (isSpecial(old) || isSpecial(next)) fail('EBUSY', 'rename', from, to);
  if (old.long) fail('ENAMETOOLONG', 'rename', from, to);
  if (old.inode === null) fail('ENOENT', 'rename', from, to);
  if (next.long) fail('ENAMETOOLONG', 'rename', from, to);
  const refused = renameRefusal(old.inode, old, next);
  if (refused !== null) fail(refused, 'rename', from, to);
  if (old.inode === next.inode) return;
  const fromPath = pathAt(state, old.dir, old.name);
  const toPath = pathAt(state, next.dir, next.name);
  noteOutside(state, fromPath, old.inode);
  if (next.inode !== null) detach(next.dir, next.name);
  detach(old.dir, old.name);
  attach(next.dir, next.name, old.inode);
  noteOutside(state, toPath, old.inode);
  old.dir.changedMs = nowMs(state);
  next.dir.changedMs = nowMs(state);
  changed(state, { do: 'rename', from: fromPath, to: toPath });
}

function renameRefusal(moved: Inode, old: Place, next: Place): Errno | null {
  const target = next.inode;
  if (moved.is !== 'dir' && (old.slash || next.slash)) return 'ENOTDIR';
  if (moved.is === 'dir' && isWithin(next.dir, moved)) return 'EINVAL';
  if (target !== null && target.is === 'dir' && isWithin(old.dir, target)) return 'ENOTEMPTY';
  if (target === null || target === moved) return null;
  if (moved.is === 'dir') {
    if (target.is !== 'dir') return 'ENOTDIR';
    return target.names.size > 0 ? 'ENOTEMPTY' : null;
  }
  return target.is === 'dir' ? 'EISDIR' : null;
}

function isWithin(dir: DirInode, above: DirInode): boolean {
  for (let at: DirInode | null = dir; at !== null; at = at.parent) if (at === above) return true;
  return false;
}

/** The names in a directory, sorted: a real file system promises no order. */
export function readdir(state: DiskState, path: string): string[] {
  return [...dirAt(state, path).names.keys()].map(shownName).toSorted();
}

/** As {@link readdir}, with types. */
export function readdirTyped(state: DiskState, path: string): DiskDirent[] {
  const { names } = dirAt(state, path);
  return [...names]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inode]) => {
      return direntOf(shownName(name), path, inode);
    });
}

function dirAt(state: DiskState, path: string): DirInode {
  const place = find(state, path, 'follow');
  if (typeof place === 'string') fail(place, 'scandir', path);
  if (place.inode.is !== 'dir') fail('ENOTDIR', 'scandir', path);
  return place.inode;
}

/**
 * Removes what is there, directories only with `recursive`; `force` takes no offence at what is
 * missing.
 */
export function remove(
  state: DiskState,
  path: string,
  options: { readonly recursive?: boolean; readonly force?: boolean },
): void {
  const place = find(state, path, 'leave');
  if (typeof place === 'string') {
    if (options.force === true && place === 'ENOENT') return;
    fail(place, 'lstat', path);
  }
  if (place.inode.is !== 'dir') return unlink(state, path);
  if (options.recursive !== true) {
    const error = fsError('ERR_FS_EISDIR', 'rm', path);
    error.message = `Path is a directory: rm returned EISDIR (is a directory) ${path}`;
    throw Object.assign(error, { errno: 21 });
  }
  removeTree(state, path.replace(/\/+$/, '') || '/', place.inode);
}

function removeTree(state: DiskState, path: string, dir: DirInode): void {
  const entries = [...dir.names];
  for (const [name, inode] of entries) {
    if (inode.is === 'dir') removeTree(state, `${path}/${name}`, inode);
    else unlink(state, `${path}/${name}`);
  }
  rmdir(state, path);
}
