import { join } from 'node:path';
import { StoreError } from '../../lib/error.ts';
import type { StoreEnv, StoreFs } from '../../lib/fs.ts';
import { decodeHeader, headerBytes, noHash, payloadTypes } from '../format.ts';
import { segmentName, segmentNumber } from '../format.ts';
import type { Header } from '../format.ts';
import type { Frame, Link, ReplayOptions } from '../types.ts';
import { bytesAt, foldOf, orIoError, reading } from './files.ts';
import { frameReader } from './frames.ts';

interface Listed {
  readonly seq: bigint;
  readonly path: string;
}

/** All segments by number; names that spell the same one stay as the directory has them. */
export function listSegments(fs: StoreFs, dir: string): readonly Listed[] {
  const found = namesIn(fs, dir).flatMap((name) => {
    const seq = segmentNumber(name);
    return seq === null ? [] : [{ seq, path: join(dir, name) }];
  });
  return found.toSorted((a, b) => (a.seq < b.seq ? -1 : a.seq > b.seq ? 1 : 0));
}

/** A directory that is not there holds nothing. */
function namesIn(fs: StoreFs, dir: string): readonly string[] {
  try {
    return fs.readdirSync(dir);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** The frame reader over one segment; the header is passed over unread. */
export function frames({ fs }: StoreEnv, dir: string, segment: bigint): readonly Frame[] {
  const path = join(dir, segmentName(segment));
  try {
    return reading(fs, path, (fd, size) => allFrames(fs, fd, size));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new StoreError('no_such_segment', `no segment has the number ${segment}`);
    }
    return orIoError(true, () => {
      throw error;
    });
  }
}

function allFrames(fs: StoreFs, fd: number, size: number): readonly Frame[] {
  if (size < headerBytes) throw new StoreError('segment_too_small', 'segment too small');
  const reader = frameReader(fs, fd, size);
  const found: Frame[] = [];
  for (;;) {
    const next = reader.next();
    if (next === 'end') return found;
    if (next === 'truncation') throw new StoreError('frame_torn', 'frame truncated');
    if (next === 'corruption') throw corrupt();
    found.push(next);
  }
}

/** The chain check of a strict replay; answers the links. */
export function verify({ fs }: StoreEnv, dir: string): readonly Link[] {
  return orIoError(true, () => {
    const links: Link[] = [];
    checkChain(fs, listSegments(fs, dir), (link) => links.push(link));
    return links;
  });
}

/**
 * Goes along the chain in order: of each segment its length, its magic number, then the hash of the
 * one before. Throws at the first that is wrong; `each` gets those that are right.
 */
function checkChain(fs: StoreFs, segments: readonly Listed[], each: (link: Link) => void): void {
  let before = noHash;
  for (const { seq, path } of segments) {
    const header = reading(fs, path, (fd) => headerIn(fs, fd));
    if (header === null) throw new StoreError('segment_too_small', 'segment too small');
    if (!header.isMagic) {
      throw new StoreError('bad_magic', 'bad segment header: invalid segment magic');
    }
    if (header.prev !== before) {
      throw new StoreError('chain_mismatch', 'segment hash chain mismatch');
    }
    before = foldOf(fs, path).hex();
    each({ segment: seq, prev: header.prev, hash: before });
  }
}

function headerIn(fs: StoreFs, fd: number): Header | null {
  const bytes = bytesAt(fs, fd, 0, headerBytes);
  return bytes.length < headerBytes ? null : decodeHeader(bytes);
}

/** A replay in any of the four modes. */
export function replay({ fs }: StoreEnv, dir: string, options: ReplayOptions): readonly Frame[] {
  const { strict = true, chain = true } = options;
  return orIoError(true, () => {
    const all = listSegments(fs, dir);
    const segments = chain ? all.slice(0, countChained(fs, all, strict)) : all;
    const state: Replayed = { after: options.after, strict, applied: [], last: 0n };
    for (const { path } of segments) {
      reading(fs, path, (fd, size) => {
        if (size >= headerBytes) replaySegment(fs, fd, size, state);
      });
    }
    return state.applied;
  });
}

/** How many segments the chain reaches; strict, it must reach them all. */
function countChained(fs: StoreFs, all: readonly Listed[], strict: boolean): number {
  let count = 0;
  try {
    checkChain(fs, all, () => count++);
  } catch (error) {
    if (strict || (error instanceof StoreError && error.code === 'abort')) throw error;
  }
  return count;
}

interface Replayed {
  readonly after: bigint;
  readonly strict: boolean;
  readonly applied: Frame[];
  /** The sequence applied last; frames that are passed over do not count. */
  last: bigint;
}

function replaySegment(fs: StoreFs, fd: number, size: number, state: Replayed): void {
  const reader = frameReader(fs, fd, size);
  for (;;) {
    const next = reader.next();
    if (next === 'corruption' && state.strict) throw corrupt();
    if (typeof next === 'string') return;
    if (next.seq <= state.after) continue;
    if (next.seq <= state.last) {
      throw new StoreError('non_monotonic', 'non-monotonic wal commit_seq during replay');
    }
    if (payloadTypes.includes(next.type)) {
      state.applied.push(next);
      state.last = next.seq;
    } else if (state.strict) {
      throw new StoreError('unknown_payload_type', 'unknown payload type');
    }
  }
}

function corrupt(): StoreError {
  return new StoreError('frame_corrupt', 'wal frame corruption detected during replay');
}
