import { join } from 'node:path';
import type { StoreFs } from '../../lib/fs.ts';

/** Where the files of all sessions stand. */
export function sessionsDir(root: string): string {
  return join(root, 'sessions');
}

/**
 * Makes that directory and those above it, and says whether it had to. Where a link stands that
 * leads to no directory the original's error is that of mkdir, EEXIST; Node looks behind the link
 * and says what it found there.
 */
export function makeSessionsDir(fs: StoreFs, root: string): boolean {
  const path = sessionsDir(root);
  try {
    return fs.mkdirSync(path, { recursive: true }) !== undefined;
  } catch (error) {
    if (!isLink(fs, path)) throw error;
    const message = 'EEXIST: file exists, mkdir';
    throw Object.assign(new Error(message, { cause: error }), { code: 'EEXIST' });
  }
}

function isLink(fs: StoreFs, path: string): boolean {
  try {
    return fs.lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/** The file of a session. */
export function fileOf(root: string, id: number): string {
  return join(sessionsDir(root), `${id}.fast`);
}

/**
 * The ids that names in `sessions/` read as, ascending; one id as often as it has spellings (`+5`,
 * `007`). What stands behind a name is not asked. No directory at all is no id.
 */
export function listIds(fs: StoreFs, root: string): readonly number[] {
  const dir = sessionsDir(root);
  if (!leadsSomewhere(fs, dir)) return [];
  const ids = fs.readdirSync(dir).flatMap((name) => {
    const id = idOf(name);
    return id === null ? [] : [id];
  });
  return ids.toSorted((a, b) => a - b);
}

function leadsSomewhere(fs: StoreFs, path: string): boolean {
  try {
    fs.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** The number that a file name reads as, as Rust parses a u32, or null. */
function idOf(name: string): number | null {
  const digits = /^\+?(\d+)\.fast$/s.exec(name)?.[1];
  if (digits === undefined) return null;
  const id = BigInt(digits);
  return id <= 0xffff_ffffn ? Number(id) : null;
}
