import type { StoreFs } from '../lib/fs.ts';
import { storePaths, under } from './paths.ts';

/**
 * The directory that goes with a session's `.jsonl` file: beside it, with the last extension replaced by `.v2`
 * (`a.b.jsonl` gives `a.b.v2`, `.jsonl` gives `.jsonl.v2`). A path that ends in no name (`/`, `x/..`) gives `session.v2`.
 */
export function sidecarPath(jsonlPath: string): string {
  const { parent, name } = lastName(jsonlPath);
  const dot = name.lastIndexOf('.');
  const stem = name === '' || name === '..' ? 'session' : dot > 0 ? name.slice(0, dot) : name;
  return under(parent, `${stem}.v2`);
}

/** True where the sidecar of `jsonlPath` holds a manifest or an index; what is in them is not looked at. */
export function hasSidecar(fs: StoreFs, jsonlPath: string): boolean {
  const paths = storePaths(sidecarPath(jsonlPath));
  return [paths.manifest, paths.index].some((path) => {
    try {
      fs.statSync(path);
      return true;
    } catch {
      return false;
    }
  });
}

/** Splits as Rust's `Path` does: slashes and `.` at the end do not count, and the root's parent is `.`. */
function lastName(path: string): { parent: string; name: string } {
  const root = path.startsWith('/') ? '/' : '';
  const lead = root === '' && /^\.(\/|$)/.test(path) ? '.' : root;
  const body = trimEnd(path, lead.length);
  if (body.length <= lead.length) {
    // Nothing but the root, or nothing but `.`: the one has no parent, the other's is the empty path.
    return lead === '.' ? { parent: '', name: '' } : { parent: '.', name: '' };
  }
  const slash = body.lastIndexOf('/');
  const from = Math.max(slash + 1, lead.length);
  return { parent: trimEnd(body.slice(0, from), lead.length), name: body.slice(from) };
}

function trimEnd(path: string, keep: number): string {
  let end = path.length;
  for (;;) {
    if (end > keep && path[end - 1] === '/') end--;
    else if (end > keep && path[end - 1] === '.' && path[end - 2] === '/') end--;
    else return path.slice(0, end);
  }
}
