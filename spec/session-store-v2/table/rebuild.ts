import { crc32cHex } from '../../lib/crc32c.ts';
import type { Row } from '../ops.ts';
import { bootstrap, cut } from './bootstrap.ts';
import {
  append,
  exists,
  makeDirectories,
  openToWrite,
  overwrite,
  readFile,
  rename,
  stat,
  unlink,
} from './disk.ts';
import { Fault, osFault, sessionFault } from './fault.ts';
import { linesOf } from './lines.ts';
import type { Line } from './lines.ts';
import { frameAt, objection, strictness } from './read.ts';
import type { FileNode } from './read.ts';
import { rowLine } from './records.ts';
import { chainStep, genesis, indexPath, saturating, shown } from './run.ts';
import type { Run } from './run.ts';
import { listSegments, setAside } from './segments.ts';
import type { SegmentFile } from './segments.ts';

const tmpPath = 'tmp/offsets.rebuild.tmp';

/** Where a rebuild stands: the rows found so far, and the highest entry number among them. */
interface Scan {
  readonly rows: Row[];
  lastEntrySeq: bigint;
}

/**
 * Writes the index anew from the segments (format page, Rebuild) and answers the number of its
 * rows. Cuts, heals and quarantines stay where it fails later; the index is replaced only at the
 * end.
 */
export function rebuild(run: Run): number {
  makeDirectories(run.disk, 'tmp');
  if (exists(run.disk, tmpPath)) unlink(run.disk, tmpPath);
  const tmp = openToWrite(run.disk, tmpPath, { create: true, truncate: true });
  Object.assign(run.handle, {
    chainHash: genesis,
    totalBytes: 0n,
    lastEntryId: null,
    lastCrc32c: '00000000',
  });
  const scan: Scan = { rows: [], lastEntrySeq: 0n };
  try {
    scanSegments(run, scan);
  } finally {
    // The original's buffered writer also flushes when it is dropped on an error.
    overwrite(run.disk, tmp, joined(scan.rows.map(rowLine)));
  }
  rename(run.disk, tmpPath, indexPath);
  Object.assign(run.handle, {
    nextSegmentSeq: 1n,
    nextFrameSeq: 1n,
    nextEntrySeq: 1n,
    currentSegmentBytes: 0n,
  });
  run.deeds.push({ did: 'rebuilt', rows: scan.rows.length });
  bootstrap(run);
  return scan.rows.length;
}

function scanSegments(run: Run, scan: Scan): void {
  const segments = listSegments(run);
  for (const [i, segment] of segments.entries()) {
    const cutAt = scanSegment(run, segment, scan);
    if (cutAt === null) continue;
    cut(run, segment.path, cutAt);
    if (run.rule('scan-quarantines', true)) {
      for (const later of segments.slice(i + 1)) setAside(run, later.path);
    }
    return;
  }
}

/**
 * Adds the rows of one segment; answers the offset where it must be cut and the scan must end, or
 * null.
 */
function scanSegment(run: Run, segment: SegmentFile, scan: Scan): number | null {
  if (stat(run.disk, segment.path).is === 'other') throw osFault('ENXIO');
  const file = readFile(run.disk, segment.path);
  let frameSeq = 1n;
  const strict = strictness(run);
  for (const [i, line] of linesOf(file, run.limits.lineBytes).entries()) {
    if (!run.rule('scan-line-readable', line.refused === null)) {
      throw scanFault(run, 'frame-unreadable', {
        segment,
        number: i + 1,
        why: line.refused ?? 'unreadable',
      });
    }
    if (run.rule('scan-line-blank', line.blank)) {
      run.deeds.push({ did: 'skipped-blank', file: segment.path });
      continue;
    }
    const read =
      objection(strict, file, line) ??
      frameAt(file, line.from, line.terminated ? line.to - 1 : line.to);
    const parses = run.rule('scan-frame-parses', !(read instanceof Fault));
    if (!parses || read instanceof Fault) {
      if (run.rule('scan-line-torn', !line.terminated)) {
        run.deeds.push({ did: 'cut-torn', file: segment.path, from: line.from, to: file.size });
        return line.from;
      }
      const why = read instanceof Fault ? read.message : 'no frame';
      throw scanFault(run, 'frame-unparsable', { segment, number: i + 1, why });
    }
    // The line gets its LF before anything about the frame is looked at.
    const whole = healed(run, segment, { file, line });
    const { frame } = read;
    const isHere = run.rule('scan-segment-matches', frame.segmentSeq === segment.seq);
    if (!isHere || !run.rule('scan-frame-matches', frame.frameSeq === frameSeq)) {
      run.deeds.push({
        did: 'cut-coordinates',
        file: segment.path,
        from: line.from,
        to: file.size,
      });
      return line.from;
    }
    if (!run.rule('scan-entry-rises', frame.entrySeq > scan.lastEntrySeq)) {
      run.deeds.push({ did: 'cut-entry-seq', file: segment.path, from: line.from, to: file.size });
      return line.from;
    }
    scan.lastEntrySeq = frame.entrySeq;
    addRow(run, scan, {
      schema: 'pi.session_store_v2.offset_index.v1',
      entrySeq: frame.entrySeq,
      entryId: frame.entryId,
      segmentSeq: segment.seq,
      frameSeq,
      byteOffset: BigInt(line.from),
      byteLength: BigInt(whole.to - whole.from),
      crc32c: crc32cHex(whole.bytes, whole.from, whole.to),
      state: 'active',
    });
    run.handle.chainHash = chainStep(run.handle.chainHash, frame.payloadSha256);
    frameSeq += 1n;
  }
  return null;
}

interface Range {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** The bytes of a frame's line with its LF, which is appended to the file where it lacks one. */
function healed(
  run: Run,
  segment: SegmentFile,
  at: { readonly file: FileNode; readonly line: Line },
): Range {
  const { bytes } = at.file;
  const { from, to, terminated } = at.line;
  if (!run.rule('scan-line-healed', !terminated) || terminated) return { bytes, from, to };
  const opened = openToWrite(run.disk, segment.path, { create: false, truncate: false });
  append(run.disk, opened, Uint8Array.of(0x0a));
  run.deeds.push({ did: 'healed', file: segment.path });
  const whole = joined([bytes.subarray(from, to), Uint8Array.of(0x0a)]);
  return { bytes: whole, from: 0, to: whole.length };
}

function addRow(run: Run, scan: Scan, row: Row): void {
  scan.rows.push(row);
  run.handle.totalBytes = saturating(run.handle.totalBytes, row.byteLength);
  run.handle.lastEntryId = row.entryId;
  run.handle.lastCrc32c = row.crc32c;
}

function scanFault(
  run: Run,
  code: 'frame-unreadable' | 'frame-unparsable',
  at: { readonly segment: SegmentFile; readonly number: number; readonly why: string },
): Fault {
  const verb = code === 'frame-unreadable' ? 'read' : 'parse';
  const place = `segment=${shown(run, at.segment.path)} line=${at.number}`;
  return sessionFault(
    code,
    `failed to ${verb} segment frame while rebuilding index: ${place}: ${at.why}`,
  );
}

/** Pieces of bytes in one. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
