import { readUpTo } from '../lib/bytes.ts';
import { StoreError } from '../lib/error.ts';
import type { StoreFs } from '../lib/fs.ts';
import { committedAt, headerBytes, headerOf, magic, u64Bytes } from './frame.ts';
import { placesOf } from './scan.ts';
import type { Range } from './scan.ts';
import type { SegmentPaths } from './paths.ts';

/** What a file holds, judged from its bytes alone. */
export interface Found {
  /**
   * `torn-header`: nothing was ever written behind it; `torn-length`: `committed` is the right one.
   */
  readonly is: 'sound' | 'torn-header' | 'torn-length';
  /** Where the committed bytes end. */
  readonly committed: number;
  readonly size: number;
  /** Committed frames that no writer of ours would spell so. */
  readonly odd: number;
}

const emptyHeader = headerOf(BigInt(headerBytes));

/**
 * Judges the open file of a session, and changes nothing. Throws what a writing open refuses:
 * `header_damaged`, `committed_beyond_end`, `corrupt_frame`, `committed_misplaced`.
 */
export function examine(fs: StoreFs, fd: number, { file }: SegmentPaths): Found {
  const { size } = fs.fstatSync(fd);
  const room = Buffer.alloc(headerBytes);
  const header = room.subarray(0, readUpTo(fs, fd, room, 0));
  if (isTorn(header, size)) return { is: 'torn-header', committed: headerBytes, size, odd: 0 };
  if (header.length < headerBytes || !header.subarray(0, committedAt).equals(magic)) {
    throw new StoreError('header_damaged', `${file} does not begin as a segment does`);
  }
  const committed = header.readBigUInt64LE(committedAt);
  if (committed > size) {
    const say = `${file} ends at ${size}, and ${committed} bytes were committed`;
    throw new StoreError('committed_beyond_end', say);
  }
  return follow({ fs, fd, file, size }, Number(committed));
}

/** Nothing but what the making of an empty segment may leave, and not all of it. */
function isTorn(header: Buffer, size: number): boolean {
  if (size > headerBytes || header.equals(emptyHeader)) return false;
  return header.every((byte, i) => byte === 0 || byte === emptyHeader[i]);
}

interface Place {
  readonly fs: StoreFs;
  readonly fd: number;
  readonly file: string;
  readonly size: number;
}

/** Goes from frame to frame as far as the committed length, or behind it where it is in a frame. */
function follow({ fs, fd, file, size }: Place, committed: number): Found {
  let end = headerBytes;
  let odd = 0;
  if (end !== committed) {
    for (const { to, canonical } of placesOf({ fs, fd, from: headerBytes, to: size })) {
      end = to;
      if (!canonical) odd++;
      if (end === committed) break;
    }
  }
  if (end === committed) return { is: 'sound', committed, size, odd };
  // Nothing is published before it is durable, so a length that was torn had this end as its aim.
  if (end === size && !isTornLength({ fs, fd, from: headerBytes, to: size }, committed)) {
    throw misplaced(file, committed, `frames end at ${end}, and it is no part of that`);
  }
  if (end === size) return { is: 'torn-length', committed: end, size, odd };
  if (end < committed) {
    throw new StoreError('corrupt_frame', `${file}: no frame verifies at ${end} of ${committed}`);
  }
  throw misplaced(file, committed, `frames end at ${end} of ${size}`);
}

function misplaced(file: string, committed: number, say: string): StoreError {
  return new StoreError('committed_misplaced', `${file}: ${committed} ends no frame; ${say}`);
}

/** Whether each byte of a length is of the file's end, or else of one length that it replaced. */
function isTornLength(range: Range, length: number): boolean {
  const torn = u64Bytes(BigInt(length));
  const aim = u64Bytes(BigInt(range.to));
  const mixes = (old: number): boolean => {
    const before = u64Bytes(BigInt(old));
    return torn.every((byte, i) => byte === aim[i] || byte === before[i]);
  };
  if (mixes(range.from)) return true;
  for (const { to } of placesOf(range)) if (mixes(to)) return true;
  return false;
}
