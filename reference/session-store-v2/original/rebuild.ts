import { isUtf8 } from 'node:buffer';
import { writeAll } from '../../lib/bytes.ts';
import { crc32cHex } from '../../lib/crc32c.ts';
import { StoreError } from '../../lib/error.ts';
import { isBlank, lineReader } from '../../lib/lines.ts';
import type { Line, LineReader } from '../../lib/lines.ts';
import { chainStep, decodeFrame } from '../codec.ts';
import { rowRecord, schemas } from '../codec-records.ts';
import { under } from '../paths.ts';
import type { Frame, Row } from '../types.ts';
import { bootstrap } from './bootstrap.ts';
import { bufferedLines } from './buffered.ts';
import type { BufferedLines } from './buffered.ts';
import { sessionError } from './errors.ts';
import {
  exists,
  listSegments,
  makeDirectories,
  opens,
  quarantine,
  syncDir,
  truncateFile,
  withFile,
} from './files.ts';
import type { SegmentFile } from './files.ts';
import { resetCounters, resetSums, saturatingAdd } from './handle.ts';
import type { Handle } from './handle.ts';
import { notUtf8, serde, tooLong } from './read.ts';

/**
 * Writes the index anew from the segments (format page, Rebuild) and answers the number of rows.
 * Cuts and sets aside as it goes.
 */
export function rebuild(handle: Handle): bigint {
  const { env, paths, memory } = handle;
  const { fs } = env;
  const staged = under(paths.tmp, 'offsets.rebuild.tmp');
  makeDirectories(fs, paths.tmp);
  if (exists(fs, staged)) fs.unlinkSync(staged);
  const count = withFile(fs, staged, opens.replace, (fd) => {
    const index = bufferedLines(fs, fd);
    try {
      resetSums(memory);
      const rows = scanSegments(handle, index);
      index.flush();
      fs.fsyncSync(fd);
      return rows;
    } finally {
      index.drop();
    }
  });
  fs.renameSync(staged, paths.index);
  syncDir(fs, paths.indexDir);
  resetCounters(memory);
  bootstrap(handle);
  return count;
}

/** What the scan carries from line to line. */
interface Scan {
  readonly index: BufferedLines;
  rows: bigint;
  lastEntrySeq: bigint;
}

function scanSegments(handle: Handle, index: BufferedLines): bigint {
  const scan: Scan = { index, rows: 0n, lastEntrySeq: 0n };
  const files = listSegments(handle);
  for (const [i, file] of files.entries()) {
    const cutAt = withFile(handle.env.fs, file.path, opens.read, (fd) =>
      scanSegment(handle, scan, { file, fd }),
    );
    if (cutAt === null) continue;
    truncateFile(handle.env.fs, file.path, cutAt);
    quarantine(handle, files.slice(i + 1));
    break;
  }
  return scan.rows;
}

/** One line of a segment under scan, numbered from 1, blank lines counted. */
interface Place {
  readonly file: SegmentFile;
  readonly line: Line;
  readonly lineNumber: number;
}

/**
 * Adds a segment's rows; answers the byte where the segment is to be cut and the scan ends, or
 * null.
 */
function scanSegment(
  handle: Handle,
  scan: Scan,
  { file, fd }: { file: SegmentFile; fd: number },
): number | null {
  const reader = lineReader(handle.env.fs, fd, handle.limits.lineBytes);
  let frameSeq = 1n;
  for (let lineNumber = 1; ; lineNumber++) {
    const line = readable(handle, reader, `segment=${file.path} line=${lineNumber}`);
    if (line === null) return null;
    if (isBlank(line.bytes)) continue;
    const place = { file, line, lineNumber };
    const frame = parse(place, reader);
    if (frame === null) return line.byteOffset;
    const whole = line.terminated ? line.bytes : heal(handle, place, reader);
    if (frame.segmentSeq !== file.seq || frame.frameSeq !== frameSeq) return line.byteOffset;
    if (frame.entrySeq <= scan.lastEntrySeq) return line.byteOffset;
    addRow(handle, scan, { frame, whole, byteOffset: line.byteOffset });
    frameSeq += 1n;
  }
}

function readable(handle: Handle, reader: LineReader, place: string): Line | null {
  const fatal = (why: string): never => {
    throw sessionError(
      'frame-unreadable',
      `failed to read segment frame while rebuilding index: ${place}: ${why}`,
    );
  };
  const line = reader.next();
  if (line === 'too long') return fatal(tooLong(handle.limits.lineBytes));
  if (line !== null && !isUtf8(line.bytes)) return fatal(notUtf8);
  return line;
}

/**
 * The line's frame; null where it cannot be read and the file ends within it; else what cannot be
 * read is fatal.
 */
function parse({ file, line, lineNumber }: Place, reader: LineReader): Frame | null {
  try {
    return decodeFrame(line.bytes, serde).frame;
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'json') throw error;
    if (!line.terminated && reader.atEnd()) return null;
    throw sessionError(
      'frame-unparsable',
      `failed to parse segment frame while rebuilding index: ` +
        `segment=${file.path} line=${lineNumber}: ${error.message}`,
    );
  }
}

/** Gives a whole last line its missing LF, not synced, and answers the line with it. */
function heal(
  { env: { fs } }: Handle,
  { file, line, lineNumber }: Place,
  reader: LineReader,
): Buffer {
  const whole = Buffer.concat([line.bytes, Buffer.from('\n')]);
  withFile(fs, file.path, opens.appendExisting, (fd) => writeAll(fs, fd, Buffer.from('\n')));
  const healed = reader.skipByte();
  if (healed !== 0x0a) {
    throw sessionError(
      'heal-failed',
      `failed to consume healed newline while rebuilding index: segment=${file.path} line=${lineNumber}`,
    );
  }
  return whole;
}

interface Scanned {
  readonly frame: Frame;
  readonly whole: Buffer;
  readonly byteOffset: number;
}

function addRow({ memory }: Handle, scan: Scan, { frame, whole, byteOffset }: Scanned): void {
  const row: Row = {
    schema: schemas.row,
    entrySeq: frame.entrySeq,
    entryId: frame.entryId,
    segmentSeq: frame.segmentSeq,
    frameSeq: frame.frameSeq,
    byteOffset: BigInt(byteOffset),
    byteLength: BigInt(whole.length),
    crc32c: crc32cHex(whole),
    state: 'active',
  };
  scan.index.json(rowRecord.print(row, null));
  scan.index.endLine();
  scan.lastEntrySeq = frame.entrySeq;
  scan.rows += 1n;
  memory.chainHash = chainStep(memory.chainHash, frame.payloadSha256);
  memory.totalBytes = saturatingAdd(memory.totalBytes, row.byteLength);
  memory.lastEntryId = frame.entryId;
  memory.lastCrc32c = row.crc32c;
}
