import type { StoreFs } from '../lib/fs.ts';

/**
 * The directory that belongs to a session file: its stem with `.v2`, beside it; `session.v2` where
 * the path names no file (`/`, `x/..`). A pure function of the text, by the rules of paths that the
 * original's language has.
 */
export function sidecarPath(sessionPath: string): string {
  const { parent, name } = splitPath(sessionPath);
  const stem = name === null ? 'session' : stemOf(name);
  if (parent === null) return `./${stem}.v2`;
  if (parent === '') return `${stem}.v2`;
  return parent.endsWith('/') ? `${parent}${stem}.v2` : `${parent}/${stem}.v2`;
}

/** True where the sidecar of a session file holds a manifest or an index, whatever is in them. */
export function hasSidecar(fs: StoreFs, sessionPath: string): boolean {
  const root = sidecarPath(sessionPath);
  return exists(fs, `${root}/manifest.json`) || exists(fs, `${root}/index/offsets.jsonl`);
}

function exists(fs: StoreFs, path: string): boolean {
  try {
    fs.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * `parent` is null where there is none (the root, the empty path); `name` is null where the last
 * part is `..`.
 */
function splitPath(path: string): { parent: string | null; name: string | null } {
  const body = trimEnd(path);
  if (body === '' || body === '/') return { parent: null, name: null };
  const slash = body.lastIndexOf('/');
  const last = body.slice(slash + 1);
  const parent = slash < 0 ? '' : trimEnd(body.slice(0, slash + 1));
  return { parent, name: last === '..' || last === '.' ? null : last };
}

/** Without trailing separators and `.` parts; a leading `.` and the root stay. */
function trimEnd(path: string): string {
  let body = path;
  for (;;) {
    if (body === '/' || body === '' || body === '.') return body;
    if (body.endsWith('/')) body = body.slice(0, -1) || '/';
    else if (body.endsWith('/.')) body = body.slice(0, -1);
    else return body;
  }
}

function stemOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? name : name.slice(0, dot);
}
