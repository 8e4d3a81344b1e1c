import { join } from 'node:path';
import { crc32c } from '../lib/crc32c.ts';
import { StoreError } from '../lib/error.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { chainStep, decodeFrame, genesisChain } from './codec.ts';
import type { Handle } from './handle.ts';
import { compareIndex } from './index-file.ts';
import { segmentName } from './paths.ts';
import type { Frame } from './types.ts';
import { errnoOf } from '../lib/file-calls.ts';

const chunkBytes = 1 << 20;
const lineFeed = Buffer.from('\n');

/**
 * Hands entries [from, to] to `use` in order, read from disk and checked against what opening
 * verified.
 */
export function eachFrame(h: Handle, from: number, to: number, use: (frame: Frame) => void): void {
  const { entries, files } = h;
  let entry = from;
  while (entry <= to) {
    const last = Math.min(to, entries.lastBeside(entry));
    const first = entry;
    files.using(openSegment(h, entries.segmentOf(entry).seq), (fd) => {
      for (let at = first; at <= last;) at = readChunk(h, fd, at, last, use);
    });
    entry = last + 1;
  }
}

export function frames(h: Handle, from: number, to: number): Frame[] {
  const found: Frame[] = [];
  eachFrame(h, from, to, (frame) => found.push(frame));
  return found;
}

function openSegment(h: Handle, seq: bigint): number {
  try {
    return h.files.openRead(join(h.paths.segments, segmentName(seq)));
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    throw new StoreError('frame-missing', `segment ${seq} is gone`, { cause: error });
  }
}

/** Reads as many lines at once as fit a chunk, one at least; answers the next entry. */
function readChunk(
  h: Handle,
  fd: number,
  from: number,
  last: number,
  use: (frame: Frame) => void,
): number {
  const { entries } = h;
  const start = entries.offsetOf(from);
  let to = from;
  while (to < last && entries.offsetOf(to + 1) + entries.lengthOf(to + 1) - start <= chunkBytes) {
    to++;
  }
  const bytes = h.files.readRange(fd, start, entries.offsetOf(to) + entries.lengthOf(to) - start);
  for (let entry = from; entry <= to; entry++) {
    const at = entries.offsetOf(entry) - start;
    use(checked(h, entry, bytes.subarray(at, at + entries.lengthOf(entry))));
  }
  return to + 1;
}

function checked(h: Handle, entry: number, line: Buffer): Frame {
  const length = h.entries.lengthOf(entry);
  // An inspecting handle leaves an adopted line without its LF.
  const whole = line.length === length - 1 ? Buffer.concat([line, lineFeed]) : line;
  if (whole.length < length) {
    throw new StoreError('index-out-of-bounds', `entry ${entry} ends behind its file`);
  }
  if (crc32c(whole) !== h.entries.crcOf(entry)) {
    throw new StoreError('checksum-mismatch', `entry ${entry} changed since it was verified`);
  }
  return decodeFrame(whole.subarray(0, length - 1), { arrays: false }).frame;
}

/** The entries from the root to `leafId`; none where the id is unknown. */
export function activePath(h: Handle, leafId: string): Frame[] {
  const { entries } = h;
  const chain: number[] = [];
  const seen = new Set<number>();
  for (let entry = entries.numberOf(leafId); entry !== 0; entry = entries.parentOf(entry)) {
    if (entry < 0) throw new StoreError('path-parent-missing', `a parent of ${leafId} is missing`);
    if (seen.has(entry)) throw new StoreError('path-cycle', `${leafId} is its own ancestor`);
    seen.add(entry);
    chain.push(entry);
  }
  chain.reverse();
  const found: Frame[] = [];
  for (let i = 0; i < chain.length;) {
    const from = chain[i] as number;
    let run = 1;
    while (chain[i + run] === from + run) run++;
    eachFrame(h, from, from + run - 1, (frame) => found.push(frame));
    i += run;
  }
  return found;
}

/**
 * Reads everything again; answers the chain hash over the payloads as they stand. Throws what is
 * wrong first.
 */
export function verifyAgain(h: Handle): string {
  if (h.refusal !== null) throw new StoreError(h.refusal.code, h.refusal.detail);
  let chain = genesisChain;
  eachFrame(h, 1, h.entries.count, (frame) => {
    if (sha256Hex(frame.payload) !== frame.payloadSha256) {
      throw new StoreError('payload-mismatch', `entry ${frame.entrySeq}`);
    }
    chain = chainStep(chain, frame.payloadSha256);
  });
  return chain;
}

/** Compares the index file with the entries; throws `json` or `index-frame-mismatch`. */
export function verifyIndex(h: Handle): void {
  const { why } = compareIndex(h.files, h.paths, h.entries, h.limits);
  if (why === null) return;
  throw new StoreError(why === 'index_unreadable' ? 'json' : 'index-frame-mismatch', why);
}
