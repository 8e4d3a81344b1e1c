import type { Errno } from './errno.ts';
import type { DirInode, DiskState, Inode } from './state.ts';

/**
 * Where a path leads: the directory that holds its last name, and what stands there, if anything.
 */
export interface Place {
  readonly dir: DirInode;
  /** The last name, or '.', '..' or '/' where the path ends in one of them. */
  readonly name: string;
  readonly inode: Inode | null;
  /** The path ended in a slash, so only a directory will do. */
  readonly slash: boolean;
  /** The last name is too long to exist; told to the caller because Linux asks last. */
  readonly long: boolean;
}

/**
 * What becomes of a symbolic link at the end: `follow` it, `leave` it (lstat, which follows it
 * before a slash), or take the `name` itself (unlink, rename and whatever else changes names).
 */
export type Last = 'follow' | 'leave' | 'name';

const LINKS_MAX = 40;
const NAME_BYTES_MAX = 255;
const PATH_BYTES_MAX = 4095;

/**
 * Walks a path from `/` as Linux does, symbolic links and `..` included; answers an error's name
 * where it cannot.
 */
export function walk(state: DiskState, path: string, last: Last): Place | Errno {
  if (path === '') return 'ENOENT';
  if (path.length * 3 > PATH_BYTES_MAX && Buffer.byteLength(path) > PATH_BYTES_MAX) {
    return 'ENAMETOOLONG';
  }
  let dir = state.top;
  let rest = path;
  let links = 0;
  let at = 0;
  let ends: Place = { dir, name: '/', inode: dir, slash: true, long: false };
  for (;;) {
    while (rest.charCodeAt(at) === 47) at++;
    if (at >= rest.length) return ends;
    const cut = rest.indexOf('/', at);
    const name = cut === -1 ? rest.slice(at) : rest.slice(at, cut);
    let next = cut === -1 ? rest.length : cut;
    while (rest.charCodeAt(next) === 47) next++;
    const isLast = next >= rest.length;
    at = next;
    const slash = cut !== -1;
    if (name === '.' || name === '..') {
      if (name === '..') dir = dir.parent ?? state.top;
      ends = { dir: dir.parent ?? state.top, name, inode: dir, slash, long: false };
      continue;
    }
    const long = name.length * 3 > NAME_BYTES_MAX && Buffer.byteLength(name) > NAME_BYTES_MAX;
    if (long && !(isLast && last === 'name')) return 'ENAMETOOLONG';
    const inode = dir.names.get(name) ?? null;
    const follows = !isLast || last === 'follow' || (last === 'leave' && slash);
    if (inode !== null && inode.is === 'link' && follows) {
      if (++links > LINKS_MAX) return 'ELOOP';
      const to = inode.node.is === 'link' ? inode.node.to : '';
      rest = isLast ? to + (slash ? '/' : '') : `${to}/${rest.slice(at)}`;
      at = 0;
      if (to.startsWith('/')) dir = state.top;
      ends = { dir: dir.parent ?? state.top, name: '.', inode: dir, slash, long: false };
      continue;
    }
    if (isLast) return { dir, name, inode, slash, long };
    if (inode === null) return 'ENOENT';
    if (inode.is !== 'dir') return 'ENOTDIR';
    dir = inode;
  }
}

/** An existing object and the directory that holds the name it was found by. */
export interface Found {
  readonly dir: DirInode;
  readonly inode: Inode;
}

/** As {@link walk}, for calls that need the thing to exist. */
export function find(state: DiskState, path: string, last: Last): Found | Errno {
  const place = walk(state, path, last);
  if (typeof place === 'string') return place;
  const { inode } = place;
  if (inode === null) return 'ENOENT';
  if (place.slash && inode.is !== 'dir') return 'ENOTDIR';
  return { dir: place.dir, inode };
}

/** As {@link walk} to a name that one call alone will change. */
export function walkToName(state: DiskState, path: string): Place | Errno {
  const place = walk(state, path, 'name');
  return typeof place !== 'string' && place.long ? 'ENAMETOOLONG' : place;
}

/** True where the path ended in '.', '..' or '/', which name no entry that could be changed. */
export function isSpecial(place: Place): boolean {
  return place.name === '.' || place.name === '..' || place.name === '/';
}
