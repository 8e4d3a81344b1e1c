import type { StoreFs } from '../../reference/lib/fs.ts';

// What planted readers look for in the files of a store beside them.

/** Where segments stand, and how a name of one ends. */
const places = [
  { under: '/segments', ends: '.seg' },
  { under: '', ends: '.aedbwal' },
] as const;

/** The path of the last segment of a store; null where there is none. */
export function lastSegment(fs: StoreFs, root: string): string | null {
  for (const { under, ends } of places) {
    const names = namesIn(fs, `${root}${under}`).filter((name) => name.endsWith(ends));
    const last = names.toSorted().at(-1);
    if (last !== undefined) return `${root}${under}/${last}`;
  }
  return null;
}

/** The bytes of a record at the end of the last segment that is not there whole. */
export function unfinishedIn(kind: string, fs: StoreFs, root: string): Uint8Array {
  const path = lastSegment(fs, root);
  const bytes = path === null ? Buffer.alloc(0) : bytesAt(fs, path);
  if (kind === 'session-store-v2') return bytes.subarray(bytes.lastIndexOf(0x0a) + 1);
  if (bytes.length < walHeaderBytes) return bytes;
  let at = walHeaderBytes;
  while (at + 4 <= bytes.length && at + 4 + bytes.readUInt32BE(at) <= bytes.length) {
    at += 4 + bytes.readUInt32BE(at);
  }
  return bytes.subarray(at);
}

const walHeaderBytes = 64;

/** Whole rows of the index of a session store. */
export function rowsOf(fs: StoreFs, root: string): number {
  return bytesAt(fs, `${root}/index/offsets.jsonl`).filter((byte) => byte === 0x0a).length;
}

function namesIn(fs: StoreFs, dir: string): readonly string[] {
  try {
    return fs.readdirSync(dir);
  } catch {
    return [];
  }
}

function bytesAt(fs: StoreFs, path: string): Buffer {
  try {
    const fd = fs.openSync(path, 0);
    const bytes = Buffer.alloc(fs.fstatSync(fd).size);
    const length = fs.readSync(fd, bytes, 0, bytes.length, 0);
    fs.closeSync(fd);
    return bytes.subarray(0, length);
  } catch {
    return Buffer.alloc(0);
  }
}
