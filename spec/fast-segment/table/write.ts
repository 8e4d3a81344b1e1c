import { encodeEntry, framed } from '../bytes.ts';
import { headerBytes, magic } from '../layout.ts';
import type { Entry, Op, Sealing } from '../ops.ts';
import { contentOf, seekEnd, setLength, sizeOf, writeBytes } from './disk.ts';
import { readAt } from './content.ts';
import { Fault, u64Max, type Run } from './run.ts';

/** A number as eight bytes, the lowest first. */
export const u64Bytes = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));

/**
 * One frame at the position, in three writes; answers its bytes. Nothing is synced, and the tracked
 * length is as before.
 */
export function appendFrame(run: Run, entry: Entry): bigint {
  const size = sizeOf(run);
  if (run.handle.position < size) run.row('F25');
  if (run.handle.committed > BigInt(size)) run.row('F8');
  const frame = frameOf(entry);
  for (const part of [
    [0, 8],
    [8, -32],
    [-32, undefined],
  ] as const) {
    writeBytes(run, frame.slice(...part));
  }
  return BigInt(frame.length);
}

function frameOf(entry: Entry): Uint8Array {
  try {
    return framed(encodeEntry(entry));
  } catch (error) {
    if (error instanceof TypeError) throw new Fault('entry_invalid');
    throw error;
  }
}

/** Adds to the tracked length, which stays below 2^64. */
export function track(run: Run, bytes: bigint): void {
  const { handle } = run;
  if (handle.committed < BigInt(headerBytes)) run.row('F5');
  const sum = handle.committed + bytes;
  handle.committed = run.rule('tracked-fits', sum <= u64Max) ? sum & u64Max : u64Max;
}

/** Syncs the data, publishes the tracked length in the header, and goes to the end. */
export function syncGroup(run: Run): void {
  const size = BigInt(sizeOf(run));
  if (run.handle.committed < size) run.row('F29');
  if (run.rule('sync-checks-length', false) && run.handle.committed !== size) {
    throw new Fault('io-invalid-data');
  }
  publish(run);
}

function publish(run: Run): void {
  const { handle } = run;
  noteMagic(run);
  handle.position = magic.length;
  if (run.rule('cut-restores-magic', false)) {
    handle.position = 0;
    writeBytes(run, magic);
  }
  writeBytes(run, u64Bytes(handle.committed));
  seekEnd(run);
}

function noteMagic(run: Run): void {
  const begin = readAt(contentOf(run.disk, run.handle.file), 0, magic.length);
  if (begin.length < magic.length || begin.some((byte, i) => byte !== magic[i])) run.row('F28');
}

/** Cuts the file, or makes it longer by zeros; the header is as before. */
export function truncateTo(run: Run, length: bigint): void {
  const { handle } = run;
  if (!run.rule('length-possible', length < 1n << 63n)) {
    run.row('F10');
    throw new Fault('io-invalid-input');
  }
  const size = BigInt(sizeOf(run));
  if (length > size) {
    run.row('F27');
    if (run.rule('cut-refuses-growth', false)) throw new Fault('io-invalid-input');
  } else run.rule('cut-refuses-growth', false);
  if (length < BigInt(headerBytes)) {
    run.row('F9');
    if (run.rule('cut-refuses-header', false)) throw new Fault('io-invalid-input');
  } else run.rule('cut-refuses-header', false);
  setLength(run, length);
  handle.committed = length;
  seekEnd(run);
}

/** What an operation asks for by name: the length, and the header where a mutant writes it. */
export function truncate(run: Run, length: bigint): void {
  truncateTo(run, length);
  run.row('F26');
  if (run.rule('cut-publishes', false)) publish(run);
}

/** Cuts everything behind the header, and publishes that. */
export function reset(run: Run): void {
  truncateTo(run, BigInt(headerBytes));
  publish(run);
}

/** A timed seal; see `Op`. What fails before the sync is not cut, and stays tracked. */
export function seal(run: Run, op: Extract<Op, { op: 'seal' }>): Sealing {
  const before = run.handle.committed;
  const { deadlineMs, tickMs = 0 } = op;
  let elapsedMs = 0;
  const isLate = (): boolean => {
    elapsedMs += tickMs;
    return run.rule('deadline-passed', elapsedMs >= deadlineMs);
  };
  for (const entry of op.entries) {
    if (isLate()) return timeOut(run, before);
    track(run, appendFrame(run, entry));
  }
  if (isLate()) return timeOut(run, before);
  syncGroup(run);
  return 'sealed';
}

function timeOut(run: Run, before: bigint): Sealing {
  truncateTo(run, before);
  return 'timed_out';
}
