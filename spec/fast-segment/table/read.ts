import type { Key } from '../../lib/judge.ts';
import { decodeEntry, keyOf } from '../bytes.ts';
import { frameFixedBytes, headerBytes, magic } from '../layout.ts';
import type { Entry } from '../ops.ts';
import { sizeOf, readBytes } from './disk.ts';
import { abort, Fault, unexpectedEof, type Run } from './run.ts';
import { hashAt, payloadAt } from './sum.ts';

/** Up to this many bytes were recorded as allocated without a word. */
const allocatedBytes = 1n << 36n;
/** No process has room for so many. */
const impossibleBytes = 1n << 47n;
/** Nobody waits for a hash over more: a store may die of it as well. */
const hashedBytesMost = 256n * 1024n * 1024n;

/** A number of eight bytes, the lowest first. */
export function u64Of(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
}

/** Dies where so many bytes cannot be had; between what always can and never can, both happen. */
function allocate(run: Run, id: 'length-allocatable' | 'count-allocatable', bytes: bigint): void {
  const isHad = bytes <= allocatedBytes || (bytes < impossibleBytes && run.choose(2) === 0);
  if (run.rule(id, isHad)) return;
  run.row(id === 'length-allocatable' ? 'F14' : 'F18');
  throw abort();
}

/**
 * The entries before the length in the header. Leaves the position where it stopped. Throws
 * `io-unexpected-eof` where the file ends inside a frame, and dies of absurd lengths.
 */
export function readCommitted(run: Run): readonly Entry[] {
  const { handle } = run;
  const before = handle.position;
  handle.position = magic.length;
  const published = readBytes(run, 8);
  if (!run.rule('read-header-whole', published.length === 8)) throw unexpectedEof();
  if (run.rule('read-checks-magic', false)) throw new Fault('io-invalid-data');
  const committed = u64Of(published);
  handle.position = headerBytes;
  const entries: Entry[] = [];
  const seen = new Set<Key>();
  noteLength(run, committed);
  while (run.rule('frame-begins-before', BigInt(handle.position) < committed)) {
    const entry = nextEntry(run, committed);
    if (entry === null) break;
    const isDouble = seen.has(keyOf(entry));
    if (isDouble) run.row('F24');
    if (run.rule('doubles-refused', false) && isDouble) break;
    seen.add(keyOf(entry));
    entries.push(entry);
  }
  if (handle.position < sizeOf(run)) run.row('F25');
  if (run.rule('read-keeps-position', false)) handle.position = before;
  return entries;
}

function noteLength(run: Run, committed: bigint): void {
  const size = BigInt(sizeOf(run));
  if (committed < BigInt(headerBytes)) run.row('F4');
  else if (committed > size) run.row('F7');
  else if (committed < size) run.row('F20');
}

/** The entry of the frame at the position; null where reading ends without an error. */
function nextEntry(run: Run, committed: bigint): Entry | null {
  const { handle } = run;
  const from = handle.position;
  const prefix = readBytes(run, 8);
  if (!run.rule('length-whole', prefix.length === 8)) {
    run.row(prefix.length === 0 ? 'F11' : 'F12');
    return null;
  }
  const length = u64Of(prefix);
  const end = BigInt(from) + BigInt(frameFixedBytes) + length;
  const isWhole = end <= BigInt(sizeOf(run));
  allocate(run, 'length-allocatable', length);
  if (isWhole && length > hashedBytesMost && run.choose(2) === 1) throw abort();
  if (!run.rule('frame-whole', isWhole)) {
    handle.position = Math.max(handle.position, sizeOf(run));
    run.row('F13');
    throw unexpectedEof();
  }
  const at = { from: from + 8, to: isWhole ? Number(end) - 32 : sizeOf(run) };
  handle.position = isWhole ? Number(end) : sizeOf(run);
  if (!run.rule('hash-matches', hashAt(run, at, Number(hashedBytesMost)))) {
    run.row(length === 0n ? 'F19' : 'F15');
    return null;
  }
  if (end > committed) {
    run.row('F6');
    if (run.rule('read-checks-boundary', false)) return null;
  } else run.rule('read-checks-boundary', false);
  return entryIn(run, payloadAt(run, at));
}

function entryIn(run: Run, payload: Uint8Array): Entry | null {
  const read = decodeEntry(payload);
  if ('why' in read) {
    allocate(run, 'count-allocatable', read.claims);
    run.row('F16');
    if (run.rule('entry-decodes', false)) throw new Fault('io-invalid-data');
    return null;
  }
  const isLonger = read.end < payload.length;
  if (isLonger) run.row('F17');
  if (!read.canonical) run.row('F30');
  const isRefused =
    run.rule('trailing-refused', false) && isLonger
      ? true
      : run.rule('wide-refused', false) && !read.canonical;
  return run.rule('entry-decodes', !isRefused) ? read.entry : null;
}
