import { join } from 'node:path';
import { StoreError } from '../lib/error.ts';

/** Where one session stands; `file` is its path inside the store, as reports name it. */
export interface SegmentPaths {
  readonly root: string;
  readonly sessions: string;
  readonly name: string;
  readonly path: string;
  readonly file: string;
  readonly temp: string;
}

const idMost = 0xffff_ffff;

/** Throws `id_out_of_range` for an id that is no u32: no file has its name. */
export function segmentPaths(root: string, id: number): SegmentPaths {
  if (!Number.isInteger(id) || id < 0 || id > idMost) {
    throw new StoreError('id_out_of_range', `no session has the id ${id}`);
  }
  const sessions = sessionsOf(root);
  const name = `${id}.fast`;
  const path = join(sessions, name);
  return { root, sessions, name, path, file: `sessions/${name}`, temp: `${path}.tmp` };
}

/** The directory of all sessions. */
export function sessionsOf(root: string): string {
  return join(root, 'sessions');
}

/**
 * What a name in `sessions/` is: the file of the session `id`, or `foreign`, another spelling of
 * it, which the original lists too but never opens; null where it is neither.
 */
export function nameOf(name: string): { readonly id: number; readonly foreign: boolean } | null {
  const digits = /^\+?(\d+)\.fast$/s.exec(name)?.[1];
  if (digits === undefined || BigInt(digits) > BigInt(idMost)) return null;
  const id = Number(digits);
  return { id, foreign: name !== `${id}.fast` };
}
