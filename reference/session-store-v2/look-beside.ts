import { join } from 'node:path';
import { StoreError } from '../lib/error.ts';
import { errnoOf } from '../lib/file-calls.ts';
import type { Files } from './files.ts';
import type { Limits } from './limits.ts';
import type { Look } from './look.ts';
import { lookAt } from './look.ts';
import type { SafePaths } from './tree.ts';
import { numbersOf } from './tree.ts';

/** So many looks are taken before a reader is refused. */
const looksMost = 16;

/**
 * What an inspecting open sees of a store that another process may be writing. An append or a
 * rotation only adds behind what was read; a rollback takes files away, so that a look during which
 * one was at work may be of no state that the store ever had. Then it looks again. Throws
 * `store_changing` where that never ends.
 */
export function lookBeside(files: Files, paths: SafePaths, limits: Limits): Look {
  let before = standOf(files, paths);
  for (let looks = 1; ; looks++) {
    const look = attemptLook(files, paths, limits);
    const after = standOf(files, paths);
    const isLast = looks === looksMost;
    if (after === before) {
      if ('error' in look) throw look.error;
      if (isLast || !isOvertaken(files, paths, look)) return look;
    } else if (isLast) {
      throw new StoreError('store_changing', `the store changed during each of ${looks} looks`);
    }
    before = after;
  }
}

function attemptLook(
  files: Files,
  paths: SafePaths,
  limits: Limits,
): Look | { readonly error: unknown } {
  try {
    return lookAt(files, paths, { limits, keepPrefix: false });
  } catch (error) {
    // A segment that was listed may be gone when it is opened.
    return { error };
  }
}

/**
 * What every rollback changes: it makes the intent, replaces the index, appends to the ledger, and
 * removes the intent. While the intent stands, also the names and lengths that it moves: where they
 * stand still too, the store is as a killed rollback leaves it, and can be read as such.
 */
function standOf(files: Files, paths: SafePaths): string {
  const intent = markOf(files, paths.intent);
  const index = markOf(files, paths.index).replace(/:\d+$/, '');
  const still = `${intent} ${index} ${markOf(files, paths.ledger)}`;
  return intent === 'ENOENT' ? still : `${still} ${segmentsOf(files, paths)}`;
}

/** Device, inode and length, or why nothing can be said. */
function markOf(files: Files, path: string): string {
  return orErrno(() => {
    const found = files.look(path);
    return found === null ? 'ENOENT' : `${found.dev}:${found.ino}:${found.size}`;
  });
}

function segmentsOf(files: Files, paths: SafePaths): string {
  return orErrno(() => {
    const names = files.fs.readdirSync(paths.segments).toSorted();
    return names.map((name) => `${name} ${markOf(files, join(paths.segments, name))}`).join(' ');
  });
}

function orErrno(tell: () => string): string {
  try {
    return tell();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    return errno;
  }
}

/**
 * True where a witness knows of more than was read, because it was appended meanwhile: nothing is
 * missing then.
 */
function isOvertaken(files: Files, paths: SafePaths, { notices, scan, tree }: Look): boolean {
  if (!notices.some(({ code }) => code === 'witness_ahead')) return false;
  if (numbersOf(files.fs.readdirSync(paths.segments)).highest > tree.numbers.highest) return true;
  const last = tree.segments.at(-1);
  const now = last === undefined ? null : files.look(join(paths.segments, last.name));
  return now !== null && now.size > (scan.last?.size ?? 0);
}
