import type { Image, Node, Path } from '../../spec/lib/image.ts';
import { isProblem, openEntry } from './open.ts';
import type { OpenFile } from './open.ts';
import { walk } from './walk.ts';
import type { Entry, ReadProblem, WalkLimits } from './walk.ts';

export type { ReadProblem } from './walk.ts';

/**
 * Bounds of what is taken into memory; bytes are those of content, whatever a sparse file's size
 * says.
 */
export interface ReadLimits extends WalkLimits {
  readonly fileBytes: number;
  readonly totalBytes: number;
  /** Files whose content is not wanted: they become zeros of their size, which costs no memory. */
  readonly hollow?: (path: Path) => boolean;
}

/** 256 MiB in all, 200,000 entries, 32 directories deep. */
export const defaultLimits: ReadLimits = {
  entries: 200_000,
  depth: 32,
  fileBytes: 256 * 1024 * 1024,
  totalBytes: 256 * 1024 * 1024,
};

/**
 * A real directory as an image, read without following a link or blocking on a FIFO. Each problem
 * names a path whose node is missing or incomplete; the image is the directory's exactly where
 * there is none. Throws nothing.
 */
export function readImage(
  dir: string,
  limits: ReadLimits = defaultLimits,
): { readonly image: Image; readonly problems: readonly ReadProblem[] } {
  const found = walk(dir, limits);
  const problems: ReadProblem[] = [...found.problems];
  const image = new Map<Path, Node>();
  let room = limits.totalBytes;
  for (const entry of found.entries) {
    if (entry.is !== 'file' || limits.hollow?.(entry.path) === true) {
      image.set(entry.path, nodeWithoutContent(entry));
      continue;
    }
    const read = readContent(dir, entry, Math.min(limits.fileBytes, room));
    problems.push(...read.problems);
    image.set(entry.path, read.node);
    if (read.node.is === 'file') room -= read.node.bytes.length;
  }
  return { image, problems };
}

function nodeWithoutContent(entry: Entry): Node {
  if (entry.is === 'dir') return { is: 'dir' };
  if (entry.is === 'link') return { is: 'link', to: entry.detail };
  if (entry.is === 'other') return { is: 'other', what: entry.detail };
  return { is: 'file', bytes: new Uint8Array(0), size: entry.size };
}

function readContent(
  dir: string,
  entry: Entry,
  limitBytes: number,
): { readonly node: Node; readonly problems: readonly ReadProblem[] } {
  const file = openEntry(dir, entry);
  if (isProblem(file)) {
    return { node: { is: 'other', what: file.code }, problems: [file] };
  }
  const problems: ReadProblem[] = [];
  const wanted = file.size <= limitBytes ? file.size : headOfSparse(entry, limitBytes);
  const bytes = new Uint8Array(wanted);
  const length = fill(file, bytes);
  if (length < file.size) problems.push(...whatIsMissing(entry, file, bytes.subarray(0, length)));
  const changed = file.close();
  if (changed !== null) problems.push(changed);
  return { node: { is: 'file', bytes: bytes.subarray(0, length), size: file.size }, problems };
}

/**
 * Of a file above the limit: as many bytes as are set aside for it and a little, where it has
 * holes; else none.
 */
function headOfSparse(entry: Entry, limitBytes: number): number {
  const slackBytes = 1 << 20;
  const headBytes = Math.min(entry.allocatedBytes + slackBytes, entry.size);
  return headBytes <= limitBytes ? headBytes : 0;
}

function fill(file: OpenFile, bytes: Uint8Array): number {
  let length = 0;
  while (length < bytes.length) {
    const got = file.read(bytes.subarray(length), length);
    if (got === 0) break;
    length += got;
  }
  return length;
}

/**
 * Whether the unread rest of a file is surely a hole. It is assumed to be one where the beginning
 * alone accounts for every block that the file system has set aside; otherwise the file is too
 * large to be held.
 */
function whatIsMissing(entry: Entry, file: OpenFile, head: Uint8Array): ReadProblem[] {
  const block = 4096;
  let usedBytes = 0;
  for (let from = 0; from < head.length; from += block) {
    if (head.subarray(from, from + block).some((byte) => byte !== 0)) usedBytes += block;
  }
  const detail = `${head.length} of ${file.size} bytes read`;
  const hole = usedBytes >= entry.allocatedBytes;
  return [{ code: hole ? 'hole_assumed' : 'too_large', path: entry.path, detail }];
}
