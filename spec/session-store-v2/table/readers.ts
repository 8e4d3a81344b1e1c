import type { Frame, Head, MigrationEvent, Row, State, Summary } from '../ops.ts';
import { exists } from './disk.ts';
import { Fault, sessionFault } from './fault.ts';
import { frameAt, readFrame, readIndex, readLines } from './read.ts';
import { eventOf } from './records.ts';
import { ledgerPath, segmentPath } from './run.ts';
import type { Handle, Run } from './run.ts';

/** The first row with this entry number decides; no row, or no segment file, is null. */
export function lookup(run: Run, seq: bigint): Frame | null {
  const row = readIndex(run).find((r) => run.rule('lookup-matches', r.entrySeq === seq));
  return row === undefined ? null : (readFrame(run, row)?.frame ?? null);
}

/**
 * Frames of the rows from this entry number on, in index order; rows whose segment file is missing
 * are left out.
 */
export function readFrom(run: Run, seq: bigint): readonly Frame[] {
  const rows = readIndex(run).filter((r) => run.rule('from-reaches', r.entrySeq >= seq));
  return framesOf(run, rows);
}

/** Frames of the last `count` rows; rows whose segment file is missing are left out. */
export function readTail(run: Run, count: bigint): readonly Frame[] {
  const rows = readIndex(run);
  const skipped = count >= BigInt(rows.length) ? 0 : rows.length - Number(count);
  return framesOf(run, rows.slice(skipped));
}

function framesOf(run: Run, rows: readonly Row[]): readonly Frame[] {
  return rows.flatMap((row) => readFrame(run, row)?.frame ?? []);
}

/** The frames from the root to `leaf`; an unknown leaf is an empty path. */
export function readPath(run: Run, leaf: string): readonly Frame[] {
  const byId = new Map<string, Row>();
  for (const row of readIndex(run)) {
    if (!run.rule('path-id-new', !byId.has(row.entryId))) {
      throw pathFault('path-id-duplicate', `duplicate entry_id detected`, `: ${row.entryId}`);
    }
    byId.set(row.entryId, row);
  }
  const frames: Frame[] = [];
  const visited = new Set<string>();
  for (let id: string | null = leaf; id !== null;) {
    const at: string = ` at entry_id=${id}`;
    if (!run.rule('path-not-visited', !visited.has(id))) {
      throw pathFault('path-cycle', 'cyclic parent chain detected', at);
    }
    // A mutant that does not stop at a cycle must end all the same.
    if (frames.length > byId.size) break;
    visited.add(id);
    const row = byId.get(id);
    if (!run.rule('path-indexed', row !== undefined) || row === undefined) {
      if (frames.length === 0) break;
      throw pathFault('path-parent-missing', 'missing parent entry detected', at);
    }
    const frame = readFrame(run, row)?.frame;
    if (frame === undefined) {
      throw pathFault('path-frame-missing', 'index references missing frame', at);
    }
    if (!run.rule('path-frame-matches', frame.entryId === row.entryId)) {
      throw sessionFault(
        'path-frame-mismatch',
        `active path index/frame mismatch for entry_id=${row.entryId} frame=${frame.entryId}`,
      );
    }
    frames.push(frame);
    id = frame.parentEntryId;
  }
  return frames.toReversed();
}

const pathFault = (code: string, what: string, detail: string): Fault =>
  sessionFault(code, `${what} while reading active path${detail}`);

/**
 * Every frame of one segment file, unverified and indexed or not; none where there is no such file.
 */
export function readSegment(run: Run, seq: bigint): readonly Frame[] {
  const path = segmentPath(seq);
  if (!run.rule('segment-exists', exists(run.disk, path))) return [];
  return readLines(run, path, {
    at: (file, line) => {
      const read = frameAt(file, line.from, line.terminated ? line.to - 1 : line.to);
      return read instanceof Fault ? read : read.frame;
    },
    rules: {
      readable: 'scan-line-readable',
      blank: 'scan-line-blank',
      parses: 'segment-frame-parses',
    },
  });
}

/** Number of rows, and first and last of them; null where there is none. */
export function summary(run: Run): Summary | null {
  const rows = readIndex(run);
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return null;
  return {
    entryCount: BigInt(rows.length),
    firstEntrySeq: first.entrySeq,
    lastEntrySeq: last.entrySeq,
    lastEntryId: last.entryId,
  };
}

/** Every event of the ledger; one bad line makes it unreadable. */
export function readLedger(run: Run): readonly MigrationEvent[] {
  if (!run.rule('ledger-exists', exists(run.disk, ledgerPath))) return [];
  return readLines(run, ledgerPath, {
    at: (file, line) => {
      if (line.to > file.bytes.length) return new Fault('json', 'json', 'zeros are no JSON');
      try {
        return eventOf(file.bytes, line.from, line.textTo);
      } catch (error) {
        if (error instanceof Fault) return error;
        throw error;
      }
    },
    rules: {
      readable: 'index-line-readable',
      blank: 'index-line-blank',
      parses: 'ledger-event-parses',
    },
  });
}

/** The number of the last entry, which is the original's count of entries. */
export const entryCount = (handle: Handle): bigint =>
  handle.nextEntrySeq === 0n ? 0n : handle.nextEntrySeq - 1n;

/** The head that a handle remembers, null before its first entry. */
export function headOf(handle: Handle): Head | null {
  if (handle.lastEntryId === null) return null;
  return {
    segmentSeq: handle.nextSegmentSeq,
    entrySeq: entryCount(handle),
    entryId: handle.lastEntryId,
  };
}

/** What a handle answers without reading anything. */
export const stateOf = (handle: Handle): State => ({
  entryCount: entryCount(handle),
  chainHash: handle.chainHash,
  totalBytes: handle.totalBytes,
  head: headOf(handle),
});
