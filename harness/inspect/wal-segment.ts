import { crc32c } from '../../reference/lib/crc32c.ts';
import { Blake3 } from '../../reference/lib/blake3.ts';
import type { Path } from '../../spec/lib/image.ts';
import { pathOf, numberIn } from '../../spec/wal-segment/names.ts';
import type { Frame } from '../../spec/wal-segment/ops.ts';
import { format, segmentFile } from '../../spec/wal-segment/layout.ts';
import { counted } from '../lib/shown.ts';
import {
  byteView,
  newWindow,
  piecesOf,
  searchLimits,
  type ByteView,
  type RecordForm,
} from './binary.ts';
import { frameFinder } from './binary-frame.ts';
import type { Inspector, Place, Survey } from './inspector.ts';
import { newTally, withFile, type Tally } from './tally.ts';
import type { Entry } from './walk.ts';
import { judgePolicies } from './wal-segment-policies.ts';

const headerBytes = 64;
const shortestLength = 21;
const longestLength = 64 * 1024 * 1024;
const noHash = '0'.repeat(64);

const u32At = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) * 0x1000000 +
  (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));

/** How the frames of a segment are told apart. */
export const walForm: RecordForm = {
  leadBytes: 4,
  lengthAt(bytes, at) {
    const length = u32At(bytes, at);
    return length >= shortestLength && length <= longestLength ? length + 4 : null;
  },
  isRight: (record) => crc32c(record.subarray(0, -4)) === u32At(record, record.length - 4),
};

/** The frame whose bytes verify; its payload is a part of them. */
export function walFrameOf(record: Uint8Array): Frame {
  const at = new DataView(record.buffer, record.byteOffset);
  return {
    seq: at.getBigUint64(4),
    at: at.getBigUint64(12),
    type: at.getUint8(20),
    payload: record.subarray(21, -4),
  };
}

/** What the 64 bytes of a header say, or null where they are none. */
export function walHeaderOf(bytes: Uint8Array): WalHeader | null {
  const at = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < headerBytes || at.getUint32(0) !== 0x41454442) return null;
  return {
    version: at.getUint16(4),
    reserved: at.getUint16(6),
    instance: at.getBigUint64(8),
    segment: at.getBigUint64(16),
    createdAtMicros: at.getBigUint64(24),
    prev: Buffer.from(bytes.subarray(32, headerBytes)).toString('hex'),
  };
}

/** What a header says. */
export interface WalHeader {
  readonly version: number;
  readonly reserved: number;
  readonly instance: bigint;
  readonly segment: bigint;
  readonly createdAtMicros: bigint;
  /** BLAKE3 of the segment before, hex. */
  readonly prev: string;
}

/** How a directory is looked at as a log of chained segments. */
export const walSegmentInspector: Inspector = {
  kind: 'wal-segment',
  roleOf,
  survey,
  policies: judgePolicies,
  frame: frameFinder({ file: segmentFile, headerBytes, form: walForm, pathOf }),
};

function roleOf(path: Path): string {
  if (path === 'quarantine') return 'directory';
  if (path.startsWith('quarantine/')) return path === 'quarantine/tmp' ? 'temporary' : 'extra';
  const number = path.includes('/') ? null : numberIn(path);
  if (number === null) return '';
  return path === pathOf(number) ? format.files[0]!.id : 'segment?';
}

/** What goes from one segment to the next. */
interface Log {
  readonly tally: Tally;
  /** The highest commit sequence so far. */
  lastSeq: bigint;
  segments: number;
  isDamaged: boolean;
  /** BLAKE3 of the segment before; null where it was not hashed. */
  prev: string | null;
}

function survey(place: Place): Survey {
  const tally = newTally(place, roleOf);
  const log: Log = { tally, lastSeq: 0n, segments: 0, isDamaged: false, prev: noHash };
  for (const entry of place.entries) {
    if (roleOf(entry.path) !== 'segment?') continue;
    const at = { file: entry.path, from: 0, to: entry.size };
    tally.problem('wrong', 'segment_name', at, 'a number in another spelling than a log writes');
  }
  const segments = walSegmentsIn(place.entries);
  const window = newWindow();
  for (const [i, { entry, number }] of segments.entries()) {
    const isLast = i === segments.length - 1;
    withFile(place, entry, (file) => {
      const view = byteView(file, window);
      surveySegment(log, view, { path: entry.path, number, isLast });
      log.prev = isLast ? null : hashOf(log, view, entry);
    });
    log.segments++;
  }
  const { lastSeq } = log;
  return tally.end({
    own: { segments: log.segments, lastSeq },
    ownWords: [`${counted(log.segments, 'segment')}, highest commit sequence ${lastSeq}`],
  });
}

/** The segments under their canonical names, by number. */
export function walSegmentsIn(
  entries: readonly Entry[],
): readonly { readonly entry: Entry; readonly number: bigint }[] {
  return entries
    .filter(({ path, is }) => is === 'file' && roleOf(path) === 'segment')
    .map((entry) => ({ entry, number: numberIn(entry.path) ?? 0n }))
    .toSorted((a, b) => (a.number < b.number ? -1 : 1));
}

interface Segment {
  readonly path: Path;
  readonly number: bigint;
  readonly isLast: boolean;
}

function surveySegment(log: Log, view: ByteView, { path, number, isLast }: Segment): void {
  const { tally } = log;
  const size = view.size;
  const wrong = (code: string, from: number, to: number, say: string): void => {
    log.isDamaged = true;
    tally.problem('wrong', code, { file: path, from, to }, say);
  };
  surveyHeader(log, walHeaderOf(view.read(0, headerBytes)), { path, number, size }, wrong);
  const limits = { ...searchLimits, late: tally.late };
  for (const piece of piecesOf(view, { from: headerBytes, to: size }, walForm, limits)) {
    const { from, to } = piece;
    if (piece.is === 'unsearched') {
      tally.unchecked(`${path}: bytes ${from} to ${to} were not looked through`);
    } else if (piece.is === 'bad') {
      const isTail = isLast && to === size;
      const say = isTail ? 'the log ends in bytes that are no frame' : 'no frame, and more follows';
      const tail = isTail && isZero(view, from, to) ? 'nul_tail' : 'torn_tail';
      wrong(isTail ? tail : 'frame_corrupt', from, to, `${say} (${piece.why})`);
    } else {
      tally.record(path);
      tally.long(to - from);
      surveyFrame(log, walFrameOf(view.read(from, to - from)), { file: path, from, to }, wrong);
    }
  }
}

function isZero(view: ByteView, from: number, to: number): boolean {
  for (let at = from; at < to;) {
    const bytes = view.read(at, Math.min(1 << 16, to - at));
    if (bytes.length === 0 || bytes.some((byte) => byte !== 0)) return false;
    at += bytes.length;
  }
  return true;
}

type Wrong = (code: string, from: number, to: number, say: string) => void;

function surveyHeader(
  { tally, prev }: Log,
  header: WalHeader | null,
  { path, number, size }: { readonly path: Path; readonly number: bigint; readonly size: number },
  wrong: Wrong,
): void {
  const to = Math.min(size, headerBytes);
  if (header === null) {
    wrong('header_damaged', 0, to, size < headerBytes ? 'it is cut short' : 'it has no magic');
    return;
  }
  if (header.version !== 1) wrong('unsupported_version', 4, 6, `version ${header.version}`);
  if (header.segment !== number) {
    wrong('segment_misplaced', 16, 24, `it says that it is segment ${header.segment}`);
  }
  const at = { file: path, from: 32, to: headerBytes };
  if (header.prev !== prev && prev !== null && header.prev !== noHash) {
    wrong('chain_mismatch', 32, headerBytes, `the hash of the segment before is ${prev}`);
  } else if (header.prev !== prev && header.prev === noHash) {
    tally.problem('odd', 'chain_restart', at, 'a chain of its own begins here');
  }
  if (header.reserved !== 0) {
    const reserved = { file: path, from: 6, to: 8 };
    tally.problem('odd', 'non_canonical', reserved, `reserved is ${header.reserved}, not 0`);
  }
}

function surveyFrame(
  log: Log,
  { seq, at, type, payload }: Frame,
  place: { readonly file: Path; readonly from: number; readonly to: number },
  wrong: Wrong,
): void {
  const { file, from, to } = place;
  if (seq === 0n) {
    const say = 'its commit sequence is 0, so that every replay passes over it';
    return log.tally.problem('odd', 'non_canonical', place, say);
  }
  if (seq <= log.lastSeq) {
    wrong('non_monotonic', from, to, `commit sequence ${seq} follows on ${log.lastSeq}`);
  } else log.lastSeq = seq;
  if (![1, 2, 4].includes(type)) {
    wrong('unknown_payload_type', from, to, `no replay applies type ${type}`);
  }
  const data = { seq, at, type, payloadBytes: payload.length, file, from, to };
  const words = `${seq} type ${type}, ${counted(payload.length, 'byte')}  ${file}:${from}`;
  log.tally.entry(data, words, log.isDamaged);
}

/** How much of a sparse file is hashed at least; a hole of a terabyte is not. */
const hashedHoleBytes = 256 * 1024 * 1024;

function hashOf({ tally }: Log, view: ByteView, entry: Entry): string | null {
  const say = `${entry.path}: its hash was not computed, so the chain behind it is not checked`;
  if (view.size > Math.max(hashedHoleBytes, entry.allocatedBytes * 16)) {
    tally.unchecked(say);
    return null;
  }
  const hash = new Blake3();
  for (let at = 0; at < view.size;) {
    const bytes = tally.late() ? new Uint8Array(0) : view.read(at, 1 << 20);
    if (bytes.length === 0) {
      tally.unchecked(say);
      return null;
    }
    hash.update(bytes);
    at += bytes.length;
  }
  return hash.hex();
}
