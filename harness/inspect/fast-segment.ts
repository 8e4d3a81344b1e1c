import { blake3 } from '../../reference/lib/blake3.ts';
import { decodeEntry, keyOf, keyText } from '../../spec/fast-segment/bytes.ts';
import {
  headerBytes,
  magic,
  pathOf,
  payloadBytesMost,
  segmentFile,
} from '../../spec/fast-segment/layout.ts';
import type { Path } from '../../spec/lib/image.ts';
import {
  byteView,
  newWindow,
  piecesOf,
  searchLimits,
  type ByteView,
  type RecordForm,
} from './binary.ts';
import { frameFinder } from './binary-frame.ts';
import { judgePolicies } from './fast-segment-policies.ts';
import type { Inspector, Place, Survey } from './inspector.ts';
import { newTally, withFile, type Tally } from './tally.ts';
import type { Entry } from './walk.ts';

const frameFixedBytes = 40;
const hashBytes = 32;

const hashOfNothing = blake3(new Uint8Array(0));

/** How the frames of a segment are told apart. */
export const fastForm: RecordForm = {
  leadBytes: 8,
  lengthAt(bytes, at) {
    let length = 0;
    // Above six bytes a length is beyond any file.
    for (let i = 5; i >= 0; i--) length = length * 256 + (bytes[at + i] ?? 0);
    const isShort = bytes[at + 6] === 0 && bytes[at + 7] === 0 && length <= payloadBytesMost;
    return isShort ? length + frameFixedBytes : null;
  },
  isRight(record) {
    const payload = payloadOf(record);
    // Zeros read as an empty payload at every byte.
    const hash = payload.length === 0 ? hashOfNothing : blake3(payload);
    return Buffer.compare(hash, record.subarray(-hashBytes)) === 0;
  },
};

/** The payload of a frame, a part of its bytes. */
export const payloadOf = (record: Uint8Array): Uint8Array => record.subarray(8, -hashBytes);

/** What the 16 bytes of a header say: the committed length, or null where they are none. */
export function committedIn(bytes: Uint8Array): bigint | null {
  if (bytes.length < headerBytes || Buffer.compare(bytes.subarray(0, 8), magic) !== 0) return null;
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(8, true);
}

/** How a directory is looked at as a store of fast segments. */
export const fastSegmentInspector: Inspector = {
  kind: 'fast-segment',
  roleOf,
  survey,
  policies: judgePolicies,
  frame: frameFinder({
    file: segmentFile,
    headerBytes,
    form: fastForm,
    pathOf: (id) => pathOf(Number(id)),
  }),
};

function roleOf(path: Path): string {
  if (path === 'sessions') return 'directory';
  const [, stem = '', rest] = /^sessions\/([^/]*)\.fast(\.tmp)?$/.exec(path) ?? [];
  if (!/^\+?\d+$/.test(stem) || BigInt(stem.replace('+', '')) >= 1n << 32n) return '';
  if (rest !== undefined) return 'temporary';
  return path === pathOf(Number(stem)) ? 'segment' : 'segment?';
}

/** The segments under their canonical names, by session. */
export function fastSegmentsIn(
  entries: readonly Entry[],
): readonly { readonly entry: Entry; readonly id: number }[] {
  return entries
    .filter(({ path, is }) => is === 'file' && roleOf(path) === 'segment')
    .map((entry) => ({ entry, id: Number(entry.path.slice('sessions/'.length, -'.fast'.length)) }))
    .toSorted((a, b) => a.id - b.id);
}

function survey(place: Place): Survey {
  const tally = newTally(place, roleOf);
  for (const { path, size } of place.entries) {
    if (roleOf(path) !== 'segment?') continue;
    const say = 'the id is spelled otherwise than a store writes it; opening it opens another file';
    tally.problem('wrong', 'segment_name', { file: path, from: 0, to: size }, say);
  }
  const segments = fastSegmentsIn(place.entries);
  const window = newWindow();
  const committedBytes: Record<string, bigint | null> = {};
  for (const { entry, id } of segments) {
    committedBytes[id] = withFile(place, entry, (file) =>
      surveySegment(tally, byteView(file, window), entry.path),
    );
  }
  return tally.end({
    own: { sessions: segments.map(({ id }) => id), committedBytes },
    ownWords: segments
      .slice(0, 20)
      .map(({ id }) => `session ${id}, committed length ${committedBytes[id] ?? 'unknown'}`),
  });
}

interface Found {
  readonly from: number;
  readonly to: number;
}

/** Looks through one segment; answers the length that its header publishes. */
function surveySegment(tally: Tally, view: ByteView, file: Path): bigint | null {
  const head = Uint8Array.from(view.read(0, headerBytes));
  const committed = committedIn(head);
  const wrong = (code: string, from: number, to: number, say: string): void =>
    tally.problem('wrong', code, { file, from, to }, say);
  if (committed === null) {
    const isTorn = view.size < headerBytes;
    wrong(
      isTorn ? 'torn_header' : 'header_damaged',
      0,
      Math.min(view.size, headerBytes),
      'no header',
    );
  }
  const end = committed ?? 0n;
  const gone: Found[] = [];
  const places = new Set([headerBytes]);
  let isDamaged = committed === null;
  const limits = { ...searchLimits, late: tally.late };
  for (const piece of piecesOf(view, { from: headerBytes, to: view.size }, fastForm, limits)) {
    const { from, to } = piece;
    const isCommitted = BigInt(from) < end;
    if (piece.is === 'unsearched') {
      tally.unchecked(`${file}: bytes ${from} to ${to} were not looked through`);
    } else if (!isCommitted) gone.push({ from, to });
    else if (piece.is === 'bad') {
      isDamaged = true;
      // What frames ended there nobody can tell.
      if (BigInt(to) >= end) places.add(Number(end));
      wrong('corrupt_frame', from, to, `no frame, below the committed length (${piece.why})`);
    } else {
      tally.record(file);
      tally.long(to - from);
      places.add(to);
      const say = surveyFrame(
        tally,
        payloadOf(view.read(from, to - from)),
        { file, from, to },
        isDamaged,
      );
      if (say === null) continue;
      isDamaged = true;
      wrong('corrupt_frame', from, to, say);
    }
  }
  if (committed !== null) surveyLength(tally, { file, size: view.size, committed, places });
  const tail = gone.at(0);
  if (tail !== undefined && committed !== null) {
    const at = { file, from: tail.from, to: view.size };
    tally.problem('odd', 'uncommitted_tail', at, 'it was appended and never published');
  }
  return committed;
}

/** Null where the payload is an entry, else why it is none. */
function surveyFrame(
  tally: Tally,
  payload: Uint8Array,
  at: { readonly file: Path; readonly from: number; readonly to: number },
  isDamaged: boolean,
): string | null {
  const read = decodeEntry(payload);
  if (!('entry' in read)) return `its payload is no entry (${read.why})`;
  if (!read.canonical || read.end < payload.length) {
    const say = 'a number is spelled wider than need be, or bytes follow the entry';
    tally.problem('odd', 'non_canonical', at, say);
  }
  const text = keyText(keyOf(read.entry)).slice(0, 200);
  const data = { ...at, entry: text, payloadBytes: payload.length };
  tally.entry(data, `${text}  ${at.file}:${at.from}`, isDamaged);
  return null;
}

interface Length {
  readonly file: Path;
  readonly size: number;
  readonly committed: bigint;
  /** Where frames end. */
  readonly places: ReadonlySet<number>;
}

function surveyLength(tally: Tally, { file, size, committed, places }: Length): void {
  const at = { file, from: 8, to: 16 };
  if (committed > BigInt(size)) {
    const say = `the committed length is ${committed}, and the file has ${size} bytes`;
    tally.problem('wrong', 'committed_beyond_end', at, say);
  } else if (!places.has(Number(committed))) {
    const say = `no frame ends at the committed length, ${committed}`;
    tally.problem('wrong', 'committed_misplaced', at, say);
  }
}
