import {
  JsonError,
  eachMember,
  end,
  optionalText,
  peek,
  readString,
  scanOf,
  skipValue,
} from '../lib/json.ts';
import { utf8Of } from '../lib/utf8.ts';
import type { Frame } from './ops.ts';
import { exists } from './table/disk.ts';
import type { Disk } from './table/disk.ts';

/**
 * Where the store of a session file lies: beside it, `.v2` for its last extension (format page,
 * Helpers). Unix paths.
 */
export function sidecarPath(path: string): string {
  const { parent, name } = splitPath(path);
  const dot = name.lastIndexOf('.');
  const stem = name === '' || name === '..' ? 'session' : dot > 0 ? name.slice(0, dot) : name;
  if (parent === '') return `${stem}.v2`;
  return parent.endsWith('/') ? `${parent}${stem}.v2` : `${parent}/${stem}.v2`;
}

/**
 * Directory and last name, as Rust's `Path` cuts them: trailing slashes and inner `.` do not count.
 */
function splitPath(path: string): { readonly parent: string; readonly name: string } {
  const absolute = path.startsWith('/');
  const names = path
    .split('/')
    .filter((name, i) => name !== '' && (name !== '.' || (i === 0 && !absolute)));
  // Nothing is above an empty path or the root, and `.` stands in for that.
  if (names.length === 0) return { parent: '.', name: '' };
  const last = names.at(-1) ?? '';
  if (last === '.') return { parent: '', name: '' };
  const parent = names.slice(0, -1).join('/');
  return { parent: absolute ? `/${parent}` : parent, name: last };
}

/** True where the sidecar of an absolute path has a manifest or an index, by existence alone. */
export function hasSidecar(disk: Disk, path: string): boolean {
  const root = disk.root.replace(/\/+$/, '');
  const sidecar = sidecarPath(path);
  // What lies outside the store's directory is not part of the world.
  if (sidecar !== root && !sidecar.startsWith(`${root}/`)) return false;
  const inside = sidecar.slice(root.length + 1);
  const below = inside === '' ? '' : `${inside}/`;
  return exists(disk, `${below}manifest.json`) || exists(disk, `${below}index/offsets.jsonl`);
}

/** The kinds of entry that the original's host knows, under the names that its frames carry. */
export const entryTypes = [
  'message',
  'model_change',
  'thinking_level_change',
  'compaction',
  'branch_summary',
  'label',
  'session_info',
  'custom',
] as const;

export type EntryType = (typeof entryTypes)[number];

/** An entry of the host: what frames are made of. `json` is its whole JSON text. */
export interface HostEntry {
  readonly id: string | null;
  readonly parentId: string | null;
  readonly type: EntryType;
  readonly json: string;
}

/** What `append` takes. */
export interface FrameArgs {
  readonly id: string;
  readonly parent: string | null;
  readonly type: EntryType;
  readonly payload: string;
}

export type HelperResult<T> =
  | { readonly ok: T }
  | { readonly code: 'entry-without-id' | 'entry-unparsable' | 'entry-id-mismatch' };

/** What is appended for an entry; an entry without id cannot be. */
export function frameArgsOf(entry: HostEntry): HelperResult<FrameArgs> {
  if (entry.id === null) return { code: 'entry-without-id' };
  return {
    ok: { id: entry.id, parent: entry.parentId, type: entry.type, payload: entry.json },
  };
}

/**
 * The entry that a frame's payload spells. An id in it must be the frame's; none is fine. Parent
 * and type are not compared with the frame's. Members beyond id, parentId and type belong to the
 * host and are not looked at.
 */
export function entryOfFrame(frame: Frame): HelperResult<HostEntry> {
  const found: { id: string | null; parentId: string | null; type: string } = {
    id: null,
    parentId: null,
    type: '',
  };
  const scan = scanOf(utf8Of(frame.payload));
  try {
    peek(scan);
    eachMember(scan, (name) => {
      if (name === 'type') found.type = readString(scan);
      else if (name === 'id' || name === 'parentId') found[name] = optionalText.read(scan);
      else skipValue(scan);
    });
    end(scan);
  } catch (error) {
    if (error instanceof JsonError) return { code: 'entry-unparsable' };
    throw error;
  }
  const type = entryTypes.find((known) => known === found.type);
  if (type === undefined) return { code: 'entry-unparsable' };
  if (found.id !== null && found.id !== frame.entryId) return { code: 'entry-id-mismatch' };
  return { ok: { id: found.id, parentId: found.parentId, type, json: frame.payload } };
}
