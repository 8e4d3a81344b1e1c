import type { Path } from '../spec/lib/image.ts';
import { ROOT_INO, type Ino, type OpLog } from './oplog.ts';

/** One name in one directory. */
export interface Place {
  readonly dir: Ino;
  readonly name: string;
}

/** Directories as a disk holds them: by inode, so that a directory takes its names along. */
export type Entries = Map<Ino, Map<string, Ino>>;

/** The directory above all others; the store's root stands in it under the name ''. */
export const TOP_INO: Ino = 0;

/**
 * The directories of a log's beginning. What is below a directory that it does not tell is made up.
 */
export function baseEntries(log: OpLog): Entries {
  const entries: Entries = new Map([[TOP_INO, new Map([['', ROOT_INO]])]]);
  let ino = ROOT_INO + 1;
  for (const image of [log.base, log.outside]) {
    for (const path of image?.keys() ?? []) {
      const place = placeOf(entries, path);
      link(entries, place, ino++);
    }
  }
  return entries;
}

/** Where a path of a log lies. Directories that nobody told of get numbers below zero. */
export function placeOf(entries: Entries, path: Path): Place {
  if (path === '') return { dir: TOP_INO, name: '' };
  const absolute = path.startsWith('/');
  let dir = absolute ? TOP_INO : (entries.get(TOP_INO)?.get('') ?? ROOT_INO);
  let start = absolute ? 1 : 0;
  for (let slash = path.indexOf('/', start); slash !== -1; slash = path.indexOf('/', start)) {
    const name = path.slice(start, slash);
    let next = entries.get(dir)?.get(name);
    if (next === undefined) {
      next = -1 - entries.size;
      entries.set(next, new Map());
      link(entries, { dir, name }, next);
    }
    dir = next;
    start = slash + 1;
  }
  return { dir, name: path.slice(start) };
}

/** What stands at a place. */
export function inoAt(entries: Entries, place: Place): Ino | undefined {
  return entries.get(place.dir)?.get(place.name);
}

/** Lets a name stand for an object, whatever stood there before. */
export function link(entries: Entries, place: Place, ino: Ino): void {
  const names = entries.get(place.dir);
  if (names === undefined) entries.set(place.dir, new Map([[place.name, ino]]));
  else names.set(place.name, ino);
}

/** Takes a name away where it stands for that object. */
export function unlink(entries: Entries, place: Place, ino: Ino): void {
  const names = entries.get(place.dir);
  if (names?.get(place.name) === ino) names.delete(place.name);
}

/** The same directories again, to be changed apart. */
export function copyEntries(entries: Entries): Entries {
  const copy: Entries = new Map();
  for (const [dir, names] of entries) copy.set(dir, new Map(names));
  return copy;
}

/**
 * Every path below the store's root with what it stands for, a directory before what is in it. What
 * a lost name has cut off is not there; a directory that lost renames put into itself ends.
 */
export function listPaths(entries: Entries): readonly (readonly [path: Path, ino: Ino])[] {
  const found: (readonly [Path, Ino])[] = [];
  const above = new Set<Ino>();
  const list = (dir: Ino, prefix: string): void => {
    above.add(dir);
    for (const [name, ino] of entries.get(dir) ?? []) {
      if (above.has(ino)) continue;
      found.push([prefix + name, ino]);
      if (entries.has(ino)) list(ino, `${prefix}${name}/`);
    }
    above.delete(dir);
  };
  const root = entries.get(TOP_INO)?.get('');
  if (root !== undefined) list(root, '');
  return found;
}
