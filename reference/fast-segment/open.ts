import { dirname } from 'node:path';
import { StoreError } from '../lib/error.ts';
import { examine } from './examine.ts';
import type { Found } from './examine.ts';
import type { Files } from './files.ts';
import { errnoOf } from '../lib/file-calls.ts';
import { committedAt, headerBytes, headerOf } from './frame.ts';
import type { Handle } from './handle.ts';
import { lastBytes } from './handle.ts';
import { nameOf } from './paths.ts';
import type { SegmentPaths } from './paths.ts';
import { replaceFile } from './replace.ts';
import type { Notice, Repair, SegmentEnv } from './types.ts';

/** A segment that was opened, and what was found on the way. */
export interface OpenedSegment {
  readonly handle: Handle;
  readonly repairs: readonly Repair[];
  readonly notices: readonly Notice[];
}

/**
 * Opens the file of a session, or begins it. Everything is verified before anything is changed;
 * what was never committed is cut and reported.
 */
export function openSegment(
  files: Files,
  clockMs: SegmentEnv['clockMs'],
  paths: SegmentPaths,
): OpenedSegment {
  const on = { files, clockMs, paths };
  const isThere = requirePlaces(files, paths);
  let fd = isThere ? files.openWrite(paths.path) : begin(files, paths);
  try {
    if (!isThere) return opened(on, fd, { committed: headerBytes, repairs: [], notices: [] });
    const found = examine(files.fs, fd, paths);
    const notices = [...oddNotices(found, paths), ...foreignNames(files, paths)];
    if (found.is === 'sound') settle(files, fd, found);
    else fd = replaced({ files, paths, fd }, found);
    const { committed } = found;
    const repairs = repairsOf(found, paths);
    return opened({ files, clockMs, paths }, fd, { committed, repairs, notices });
  } catch (error) {
    files.closeQuietly(fd);
    throw error;
  }
}

function opened(
  on: Pick<Handle, 'files' | 'clockMs' | 'paths'>,
  fd: number,
  { committed, ...reports }: Pick<OpenedSegment, 'repairs' | 'notices'> & { committed: number },
): OpenedSegment {
  const handle: Handle = {
    ...on,
    fd,
    mark: on.files.mark(fd),
    last: lastBytes(on.files, fd, committed),
    published: committed,
    tracked: committed,
    untracked: [],
    namesDurable: false,
    stale: false,
    closed: false,
  };
  return { handle, ...reports };
}

/** Whether the file is there; refuses where something else has its name, or that of `sessions`. */
function requirePlaces(files: Files, { sessions, path, file }: SegmentPaths): boolean {
  const dir = files.look(sessions);
  if (dir === null) return false;
  if (dir.isSymbolicLink()) throw new StoreError('symlink_refused', 'sessions is a link');
  if (!dir.isDirectory()) throw new StoreError('not_a_file', 'sessions is no directory');
  const leaf = files.look(path);
  if (leaf === null) return false;
  if (leaf.isSymbolicLink()) throw new StoreError('symlink_refused', `${file} is a link`);
  if (!leaf.isFile()) throw new StoreError('not_a_file', `${file} is no regular file`);
  return true;
}

/**
 * Makes an empty segment, its header durable before anything is appended. Where the disk is full
 * all of it is taken back; after a failed sync nothing is, for then nobody knows what is there.
 */
function begin(files: Files, paths: SegmentPaths): number {
  const before = files.changes;
  const made: (() => void)[] = [];
  try {
    if (files.look(paths.sessions) === null) makeDir(files, paths.sessions, made);
    const fd = files.create(paths.path, 0);
    made.push(() => files.unlink(paths.path));
    made.push(() => files.fs.closeSync(fd));
    files.write(fd, headerOf(BigInt(headerBytes)), 0);
    files.sync(fd);
    return fd;
  } catch (error) {
    if (!files.poisoned) takeBack(files, made, before);
    throw error;
  }
}

/** Makes a directory and those above it, level by level, so that each can be taken back. */
function makeDir(files: Files, path: string, made: (() => void)[]): void {
  try {
    files.mkdir(path);
  } catch (error) {
    const above = dirname(path);
    if (errnoOf(error) !== 'ENOENT' || above === path) throw error;
    makeDir(files, above, made);
    // Later the store makes no names durable but its own and that of its root.
    files.syncDirAbove(dirname(above));
    files.mkdir(path);
  }
  made.push(() => files.rmdir(path));
}

function takeBack(files: Files, made: readonly (() => void)[], changes: number): void {
  try {
    for (const undo of made.toReversed()) undo();
    files.changes = changes;
  } catch {
    // What is left is an empty segment, or the torn header of one.
  }
}

/** Cuts what was never committed, and makes durable what was. */
function settle(files: Files, fd: number, { committed, size }: Found): void {
  // What was read may stand in memory only, where a sync has failed: the same bytes once more. It
  // comes first, so that a full disk is met before anything has changed.
  files.write(fd, headerOf(BigInt(committed)), 0);
  if (size > committed) files.cut(fd, committed);
  files.sync(fd);
}

/** The descriptor of a file with a right header, which stands there now. */
function replaced(
  on: { readonly files: Files; readonly paths: SegmentPaths; readonly fd: number },
  { committed }: Found,
): number {
  const fd = replaceFile(on, committed);
  on.files.closeQuietly(on.fd);
  return fd;
}

function repairsOf({ is, committed, size }: Found, { file }: SegmentPaths): readonly Repair[] {
  if (is === 'torn-header') {
    return [{ did: 'rebuilt', file, from: 0, to: size, why: 'torn_header' }];
  }
  if (is === 'torn-length') {
    const to = headerBytes;
    return [{ did: 'rebuilt', file, from: committedAt, to, why: 'torn_committed_length' }];
  }
  if (size === committed) return [];
  return [{ did: 'cut', file, from: committed, to: size, why: 'uncommitted_tail' }];
}

function oddNotices({ odd }: Found, { file }: SegmentPaths): readonly Notice[] {
  return odd === 0 ? [] : [{ code: 'non_canonical', file, detail: `${odd} frames` }];
}

/** Other spellings of ids, which the original lists and never opens. */
function foreignNames({ fs }: Files, { sessions }: SegmentPaths): readonly Notice[] {
  const names = fs.readdirSync(sessions).filter((name) => nameOf(name)?.foreign === true);
  return names.toSorted().map((name) => ({ code: 'foreign_name', file: `sessions/${name}` }));
}
