import type { Path } from '../../../spec/lib/image.ts';
import { segmentNumber } from '../../../spec/session-store-v2/classify-segments.ts';
import { isProblem, openEntry } from '../../inspect/open.ts';
import { walk } from '../../inspect/walk.ts';
import type { Entry } from '../../inspect/walk.ts';
import { lineLimits, piecesOf } from './lines.ts';
import type { Piece } from './lines.ts';
import type { Found, LeftOut } from './types.ts';
import { SalvageError } from '../salvager.ts';

/** The old store, seen from outside: nothing of it is written, no link is followed. */
export interface Source {
  readonly root: string;
  /** Regular files in `segments/` that a reader might look into, by number. */
  readonly segments: readonly Entry[];
  readonly entries: ReadonlyMap<Path, Entry>;
  readonly leftOut: readonly LeftOut[];
}

/** Lists a store. Throws a `SalvageError` where no directory stands at `root`. */
export function listSource(root: string): Source {
  const { entries, problems } = walk(root, { entries: 1_000_000, depth: 4 });
  const leftOut: LeftOut[] = [];
  for (const { code, path, detail } of problems) {
    if (path === '' && code !== 'too_many_entries') {
      throw new SalvageError('source_missing', `no directory can be read at ${root}: ${code}`);
    }
    leftOut.push({ ...nowhere(path), reason: 'unread', detail: detail ?? code });
  }
  const segments: { readonly seq: bigint; readonly entry: Entry }[] = [];
  for (const entry of entries) {
    const name = entry.path.startsWith('segments/') ? entry.path.slice('segments/'.length) : '';
    const seq = segmentNumber(name);
    if (seq !== null && entry.is === 'file') segments.push({ seq, entry });
    else if (seq !== null || entry.is === 'link' || entry.is === 'other') {
      // Also where a whole directory of the store is a link: nothing behind it is looked at.
      leftOut.push({ ...nowhere(entry.path), reason: 'not_a_file' });
    } else if (entry.is === 'file' && isSetAside(entry.path)) {
      leftOut.push({ file: entry.path, from: 0, to: entry.size, reason: 'set_aside' });
    }
  }
  const ordered = segments.toSorted((a, b) => (a.seq < b.seq ? -1 : a.seq > b.seq ? 1 : 0));
  return {
    root,
    segments: ordered.map(({ entry }) => entry),
    entries: new Map(entries.map((entry) => [entry.path, entry])),
    leftOut,
  };
}

function isSetAside(path: Path): boolean {
  return path.startsWith('quarantine/') || /^segments\/.*\.seg\./.test(path);
}

function nowhere(file: Path): { readonly file: Path; readonly from: 0; readonly to: 0 } {
  return { file, from: 0, to: 0 };
}

/** How much of a sparse file is read at least. */
const holeBytes = 256 * 1024 * 1024;

/**
 * The pieces of one file; a file that cannot be opened is one unread piece. Closes it at the end.
 */
export function* piecesIn(root: string, entry: Entry): Generator<Piece> {
  const file = openEntry(root, entry);
  if (isProblem(file)) {
    yield { is: 'unread', from: 0, to: entry.size };
    return;
  }
  try {
    // A hole of a terabyte is not read; a file system that compresses still keeps a sixteenth of
    // what it was given.
    const fileBytes = Math.max(holeBytes, entry.allocatedBytes * 16);
    yield* piecesOf(file, { ...lineLimits, fileBytes: Math.min(fileBytes, lineLimits.fileBytes) });
  } finally {
    const problem = file.close();
    if (problem?.code === 'changed_while_read') {
      // oxlint-disable-next-line no-unsafe-finally
      throw new SalvageError('source_changed', `${entry.path} changed while it was read`);
    }
  }
}

/** Every frame of the segments that verifies on its own, in order, and every line that does not. */
export function findFrames(
  source: Source,
  witness: (segmentSeq: bigint, byteOffset: number) => string | null,
): {
  readonly found: readonly Found[];
  readonly leftOut: readonly LeftOut[];
} {
  const found: Found[] = [];
  const leftOut: LeftOut[] = [];
  for (const [file, entry] of source.segments.entries()) {
    for (const piece of piecesIn(source.root, entry)) {
      const range = { file: entry.path, from: piece.from, to: piece.to };
      if (piece.is === 'unread') leftOut.push({ ...range, reason: 'unread' });
      else if (piece.is === 'too long') leftOut.push({ ...range, reason: 'too_long' });
      else if (piece.is === 'bad') leftOut.push({ ...range, reason: 'bad_line' });
      else if (piece.frame !== null) {
        const { entryId, parentEntryId } = piece.frame;
        found.push({ file, from: piece.from, to: piece.to, entryId, parentEntryId });
        if (!piece.canonical) leftOut.push({ ...range, reason: 'rewritten', entryId });
        const expected = witness(numberOf(entry), piece.from);
        if (expected !== null && expected !== piece.crc32c) {
          const detail = `the index has ${expected}, the line ${piece.crc32c}`;
          leftOut.push({ ...range, reason: 'witness_disagrees', entryId, detail });
        }
      }
    }
  }
  return { found, leftOut };
}

function numberOf(entry: Entry): bigint {
  return segmentNumber(entry.path.slice('segments/'.length)) ?? 0n;
}

/**
 * A small file of the old store as bytes; null where none stands, where it is no file, or larger
 * than `limitBytes`.
 */
export function readSmall(source: Source, path: Path, limitBytes: number): Uint8Array | null {
  const entry = source.entries.get(path);
  if (entry?.is !== 'file' || entry.size > limitBytes) return null;
  const file = openEntry(source.root, entry);
  if (isProblem(file)) return null;
  const bytes = new Uint8Array(file.size);
  let done = 0;
  while (done < bytes.length) {
    const got = file.read(bytes.subarray(done), done);
    if (got === 0) break;
    done += got;
  }
  return file.close() === null ? bytes : null;
}
