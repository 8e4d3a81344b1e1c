import type { Row } from '../ops.ts';
import { openToWrite, setLength, stat } from './disk.ts';
import { Fault, sessionFault } from './fault.ts';
import { readFrame, readIndex } from './read.ts';
import { chainStep, genesis, saturating, segmentPath, shown, u64Max } from './run.ts';
import type { Run } from './run.ts';

/**
 * Fills the handle from the index (format page, Bootstrap). Everything about the next append comes
 * from the last row; the segment it names is cut where it is longer, before anything is verified.
 * Chain and total are set only when all was read.
 */
export function bootstrap(run: Run): void {
  const { handle } = run;
  const rows = readIndex(run);
  const last = rows.at(-1);
  if (!run.rule('index-has-rows', last !== undefined) || last === undefined) {
    Object.assign(handle, {
      chainHash: genesis,
      totalBytes: 0n,
      lastEntryId: null,
      lastCrc32c: '00000000',
    });
    return;
  }
  takeCounters(run, last);
  cutActiveTail(run, last);
  handle.lastEntryId = last.entryId;
  handle.lastCrc32c = last.crc32c;
  let chain = genesis;
  let total = 0n;
  for (const row of rows) {
    const read = readFrame(run, row);
    if (read === null) {
      throw sessionFault(
        'frame-missing',
        'index references missing frame during bootstrap: ' +
          `entry_seq=${row.entrySeq}, segment=${row.segmentSeq}`,
      );
    }
    chain = chainStep(chain, read.frame.payloadSha256);
    total = saturating(total, row.byteLength);
  }
  handle.chainHash = chain;
  handle.totalBytes = total;
}

function takeCounters(run: Run, last: Row): void {
  const { handle } = run;
  if (!run.rule('next-entry-fits', last.entrySeq < u64Max)) {
    throw sessionFault(
      'entry-sequence-overflow-bootstrap',
      'entry sequence overflow while bootstrapping',
    );
  }
  handle.nextEntrySeq = last.entrySeq + 1n;
  handle.nextSegmentSeq = last.segmentSeq;
  if (!run.rule('next-frame-fits', last.frameSeq < u64Max)) {
    throw sessionFault(
      'frame-sequence-overflow-bootstrap',
      'frame sequence overflow while bootstrapping',
    );
  }
  handle.nextFrameSeq = last.frameSeq + 1n;
}

function cutActiveTail(run: Run, last: Row): void {
  const path = segmentPath(last.segmentSeq);
  const expected = saturating(last.byteOffset, last.byteLength);
  const actual = activeSize(run, path) ?? Number(expected);
  if (run.rule('active-tail-cut', BigInt(actual) > expected) && BigInt(actual) > expected) {
    cut(run, path, Number(expected));
    run.deeds.push({ did: 'cut-tail', file: path, from: Number(expected), to: actual });
  }
  run.handle.currentSegmentBytes = expected;
}

/** The size of the active segment; null only in a mutant that goes on without one. */
function activeSize(run: Run, path: string): number | null {
  let size: number | null = null;
  let why = '';
  try {
    size = stat(run.disk, path).size;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    why = error.message;
  }
  if (!run.rule('active-exists', size !== null)) {
    throw sessionFault(
      'active-segment-missing',
      `failed to stat active segment ${shown(run, path)} while bootstrapping: ${why}`,
    );
  }
  return size;
}

/** Shortens a file that exists. */
export function cut(run: Run, path: string, size: number): void {
  setLength(run.disk, openToWrite(run.disk, path, { create: false, truncate: false }), size);
}
