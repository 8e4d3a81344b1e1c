import { constants, lstatSync, opendirSync, readlinkSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import type { Path } from '../../spec/lib/image.ts';
import { errnoOf } from './error.ts';
import { bytesOfName, nameOfBytes } from './names.ts';

/** Something met in a directory that was not read, or not wholly; `code` is stable. */
export interface ReadProblem {
  readonly code:
    | 'root_missing'
    | 'root_not_a_directory'
    | 'unreadable'
    | 'too_deep'
    | 'path_too_long'
    | 'too_many_entries'
    | 'too_large'
    | 'hole_assumed'
    | 'changed_while_read'
    | 'time_ended';
  readonly path: Path;
  readonly detail?: string;
}

/** One entry of a real directory, met without opening it and without following links. */
export interface Entry {
  readonly path: Path;
  readonly is: 'file' | 'dir' | 'link' | 'other';
  /** Bytes of a file as `stat` gave them. */
  readonly size: number;
  /** Bytes that the file system has set aside: fewer than `size` where the file has holes. */
  readonly allocatedBytes: number;
  readonly ino: number;
  readonly dev: number;
  readonly modifiedMs: number;
  /** Where a link points, or what an `other` is (`fifo`, `socket`, `device`). */
  readonly detail: string;
}

export interface WalkLimits {
  readonly entries: number;
  readonly depth: number;
  /** Directories (by path) that are listed as entries but not looked into. */
  readonly closed?: (path: Path) => boolean;
  /** True once the time given has ended; asked between entries. */
  readonly late?: () => boolean;
}

/**
 * The real path of `path` below `root`, as bytes, so that names which are no UTF-8 can be opened.
 */
export function realPath(root: string, path: Path): Buffer {
  return path === ''
    ? Buffer.from(root)
    : Buffer.concat([Buffer.from(`${root}/`), bytesOfName(path)]);
}

/**
 * Every entry below `root`, parents first, sorted by name within a directory; links are never
 * followed below it.
 */
export function walk(
  root: string,
  limits: WalkLimits,
): { readonly entries: readonly Entry[]; readonly problems: readonly ReadProblem[] } {
  const entries: Entry[] = [];
  const problems: ReadProblem[] = [];
  const wrongRoot = problemOfRoot(root);
  if (wrongRoot !== null) return { entries, problems: [wrongRoot] };
  const waiting: { readonly path: Path; readonly depth: number }[] = [{ path: '', depth: 0 }];
  for (let dir = waiting.pop(); dir !== undefined; dir = waiting.pop()) {
    if (limits.late?.() === true) {
      problems.push({ code: 'time_ended', path: dir.path });
      break;
    }
    const listing = list(root, dir.path, limits.entries - entries.length);
    problems.push(...listing.problems);
    const below: { path: Path; depth: number }[] = [];
    for (const name of listing.names) {
      const path = dir.path === '' ? name : `${dir.path}/${name}`;
      const entry = look(root, path, problems);
      if (entry === null) continue;
      entries.push(entry);
      if (entry.is !== 'dir' || limits.closed?.(path) === true) continue;
      if (dir.depth + 1 >= limits.depth) problems.push({ code: 'too_deep', path });
      else below.push({ path, depth: dir.depth + 1 });
    }
    waiting.push(...below.toReversed());
    if (listing.full) break;
  }
  return { entries, problems };
}

function problemOfRoot(root: string): ReadProblem | null {
  try {
    return statSync(root).isDirectory() ? null : { code: 'root_not_a_directory', path: '' };
  } catch (thrown) {
    const errno = errnoOf(thrown);
    return { code: errno === 'enoent' ? 'root_missing' : 'unreadable', path: '', detail: errno };
  }
}

/**
 * Names of one directory, at most `room` of them, read a few at a time so that a huge directory
 * costs no more.
 */
function list(
  root: string,
  path: Path,
  room: number,
): { names: string[]; problems: ReadProblem[]; full: boolean } {
  const names: string[] = [];
  const problems: ReadProblem[] = [];
  let full = false;
  try {
    const dir = openNames(realPath(root, path));
    try {
      for (let next = dir.readSync(); next !== null; next = dir.readSync()) {
        if (names.length >= room) {
          problems.push({
            code: 'too_many_entries',
            path,
            detail: `more than ${names.length} here`,
          });
          full = true;
          break;
        }
        names.push(nameOfBytes(next.name));
      }
    } finally {
      dir.closeSync();
    }
  } catch (thrown) {
    problems.push(unreadable(path, thrown));
  }
  return { names: names.toSorted(), problems, full };
}

interface Names {
  readSync(): { readonly name: Uint8Array } | null;
  closeSync(): void;
}

/** Node takes and gives names as bytes here, which its published types leave out. */
function openNames(path: Buffer): Names {
  const names: Names = Reflect.apply(opendirSync, undefined, [
    path,
    { encoding: 'buffer', bufferSize: 256 },
  ]);
  return names;
}

function look(root: string, path: Path, problems: ReadProblem[]): Entry | null {
  try {
    const real = realPath(root, path);
    const stats = lstatSync(real);
    return {
      path,
      is: kindOf(stats),
      size: stats.size,
      allocatedBytes: stats.blocks * 512,
      ino: stats.ino,
      dev: stats.dev,
      modifiedMs: stats.mtimeMs,
      detail: stats.isSymbolicLink() ? nameOfBytes(readlinkSync(real, 'buffer')) : whatOf(stats),
    };
  } catch (thrown) {
    problems.push(unreadable(path, thrown));
    return null;
  }
}

function kindOf(stats: Stats): Entry['is'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'dir';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

function whatOf(stats: Stats): string {
  if (stats.isFIFO()) return 'fifo';
  if (stats.isSocket()) return 'socket';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'device' : '';
}

/** What a failed call on `path` is called. */
export function unreadable(path: Path, thrown: unknown): ReadProblem {
  const errno = errnoOf(thrown);
  return { code: errno === 'enametoolong' ? 'path_too_long' : 'unreadable', path, detail: errno };
}

/**
 * Flags for reading a file that nobody vouches for: no link is followed, a FIFO does not hang,
 * nothing is created.
 */
export const readFlags =
  constants.O_RDONLY |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0) |
  (constants.O_NOCTTY ?? 0);
