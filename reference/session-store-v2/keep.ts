import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { StoreError } from '../lib/error.ts';
import type { Files } from './files.ts';
import type { Limits } from './limits.ts';
import type { SafePaths } from './tree.ts';

const chunkBytes = 1 << 20;

/** Bytes [from, to) of the file at `path`, to be kept under a name that begins with `base`. */
export interface Fragment {
  readonly path: string;
  readonly base: string;
  readonly from: number;
  readonly to: number;
}

/** Where a fragment is kept, relative to the store, and whether this call put it there. */
export interface Kept {
  readonly keptIn: string;
  readonly isNew: boolean;
}

/** Copies a fragment durably into `quarantine/`. The same bytes of the same place are kept once. */
export function quarantine(
  files: Files,
  paths: SafePaths,
  fragment: Fragment,
  limits: Limits,
): Kept {
  const name = `${fragment.base}@${fragment.from}-${digestOf(files, fragment, limits)}.bin`;
  const isNew = copyOnce(files, paths, fragment, { dir: paths.quarantine, name });
  files.syncDir(paths.root);
  return { keptIn: `quarantine/${name}`, isNew };
}

/**
 * Copies the tail that a rollback cuts durably beside its segment, as
 * `<segment>.tail@<from>-<digest>`.
 */
export function keepTail(files: Files, paths: SafePaths, fragment: Fragment, limits: Limits): Kept {
  const name = `${fragment.base}.tail@${fragment.from}-${digestOf(files, fragment, limits)}`;
  const isNew = copyOnce(files, paths, fragment, { dir: paths.segments, name });
  return { keptIn: `segments/${name}`, isNew };
}

/**
 * Takes back a fragment kept by an open that then could not go on; what it copies still stands in
 * its place.
 */
export function release(files: Files, paths: SafePaths, kept: Kept): void {
  if (kept.isNew) files.unlink(join(paths.root, kept.keptIn));
}

function digestOf(files: Files, fragment: Fragment, limits: Limits): string {
  const { from, to } = fragment;
  if (to - from > limits.fragmentBytes) {
    throw new StoreError('tail_too_large', `${fragment.path}: ${to - from} bytes to keep`);
  }
  return digestOfRange(files, fragment.path, from, to);
}

/** The first 16 hex digits of the SHA-256 of bytes [from, to). */
function digestOfRange(files: Files, path: string, from: number, to: number): string {
  const hash = createHash('sha256');
  eachChunk(files, { path, from, to }, (bytes) => hash.update(bytes));
  return hash.digest('hex').slice(0, 16);
}

function copyOnce(
  files: Files,
  paths: SafePaths,
  fragment: Fragment,
  place: { dir: string; name: string },
): boolean {
  const target = join(place.dir, place.name);
  const isThere = files.kind(target) !== 'none';
  if (isThere) {
    requireSame(files, target, fragment);
  } else {
    const staged = join(paths.tmp, 'quarantine.tmp');
    files.using(files.openTemp(staged), (fd) => {
      eachChunk(files, fragment, (bytes) => files.append(fd, bytes));
      files.sync(fd);
    });
    if (files.kind(place.dir) === 'none') files.mkdir(place.dir);
    files.rename(staged, target);
  }
  files.syncDir(place.dir);
  return !isThere;
}

/**
 * The name holds half of the digest, so bytes that differ under it are foul play or damage: nothing
 * is cut then.
 */
function requireSame(files: Files, target: string, fragment: Fragment): void {
  const length = fragment.to - fragment.from;
  const stats = files.fs.lstatSync(target);
  if (stats.isFile() && stats.size === length) {
    const there = digestOfRange(files, target, 0, length);
    if (target.includes(there)) return;
  }
  throw new StoreError('quarantine_conflict', `${target} stands there and holds other bytes`);
}

function eachChunk(
  files: Files,
  range: { path: string; from: number; to: number },
  use: (bytes: Buffer) => void,
): void {
  files.using(files.openRead(range.path), (fd) => {
    let at = range.from;
    while (at < range.to) {
      const bytes = files.readRange(fd, at, Math.min(chunkBytes, range.to - at));
      if (bytes.length === 0) throw new StoreError('stale_handle', `${range.path} became shorter`);
      use(bytes);
      at += bytes.length;
    }
  });
}
