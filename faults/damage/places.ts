import type { Random } from '../random.ts';
import { concat, lineStarts } from './bytes.ts';

const SECTOR_BYTES = 512;
const PAGE_BYTES = 4096;

/** Lines that a file has. */
export function lineCount(bytes: Uint8Array): number {
  return Math.max(1, lineStarts(bytes).length - 1);
}

/**
 * A byte of a file that is not empty: at the edges of lines and sectors, near the ends, or
 * anywhere.
 */
export function anyPosition(bytes: Uint8Array, random: Random): number {
  const last = bytes.length - 1;
  const at = random.weighted([
    [4, () => random.below(bytes.length)],
    [4, () => nearLine(bytes, random)],
    [2, () => last - random.below(Math.min(40, bytes.length))],
    [1, () => random.below(Math.min(40, bytes.length))],
    [2, () => random.below(Math.floor(last / SECTOR_BYTES) + 1) * SECTOR_BYTES],
  ])();
  return Math.max(0, Math.min(last, at));
}

/** The first byte of a line, the LF before it, or a place or two beside them. */
function nearLine(bytes: Uint8Array, random: Random): number {
  return random.pick(lineStarts(bytes)) + random.between(-2, 1);
}

/**
 * A range of at least a byte: a few bytes, to the end of the line, a sector, a page, to the end of
 * the file.
 */
export function anyRange(
  bytes: Uint8Array,
  random: Random,
): { readonly from: number; readonly to: number } {
  const from = anyPosition(bytes, random);
  const lineEnd = bytes.indexOf(10, from);
  const to = random.weighted([
    [4, () => from + random.between(1, 16)],
    [3, () => (lineEnd === -1 ? bytes.length : lineEnd + 1)],
    [2, () => from - (from % SECTOR_BYTES) + SECTOR_BYTES],
    [1, () => from - (from % PAGE_BYTES) + PAGE_BYTES],
    [1, () => bytes.length],
  ])();
  return { from, to: Math.max(from + 1, Math.min(bytes.length, to)) };
}

/** What may be found in the middle of a file: garbage, NULs, a line end, a brace. */
export function anyInsertion(random: Random): Uint8Array {
  return random.weighted([
    [3, () => random.bytes(random.between(1, 12))],
    [2, () => new Uint8Array(random.pick([1, 8, SECTOR_BYTES]))],
    [2, () => Uint8Array.of(10)],
    [1, () => Uint8Array.of(random.pick([0x7d, 0x22, 0x20, 0xff]))],
  ])();
}

/**
 * What may be found behind the end: garbage, NULs to a block's end, a line again or half of one,
 * another file's line.
 */
export function anyAppendix(bytes: Uint8Array, donor: Uint8Array, random: Random): Uint8Array {
  const line = lastLine(bytes);
  return random.weighted([
    [3, () => random.bytes(random.between(1, 64))],
    [3, () => new Uint8Array(random.pick([1, 7, blockRest(bytes.length, SECTOR_BYTES)]))],
    [1, () => new Uint8Array(blockRest(bytes.length, PAGE_BYTES))],
    [3, () => line],
    [3, () => line.slice(0, random.below(line.length))],
    [2, () => lastLine(donor)],
    [1, () => concat([random.bytes(3), line])],
    [1, () => Uint8Array.of(10)],
  ])();
}

function lastLine(bytes: Uint8Array): Uint8Array {
  const starts = lineStarts(bytes);
  return bytes.slice(starts.at(-2) ?? 0);
}

function blockRest(length: number, blockBytes: number): number {
  return blockBytes - (length % blockBytes);
}
