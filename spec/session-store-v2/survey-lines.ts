import { crc32cHex } from '../lib/crc32c.ts';
import type { Path } from '../lib/image.ts';
import type { Value } from '../lib/layout-encode.ts';
import { decodeJson } from '../lib/layout-json.ts';
import type { JsonRecord } from '../lib/layout.ts';
import { firstBadUtf8, isBlank } from '../lib/utf8.ts';
import { lineBytesMax } from './layout.ts';
import { event, frame, row } from './records.ts';
import type { Book } from './survey-book.ts';
import { countRecord, hashOf, noteFlaws, odd, wrong } from './survey-book.ts';
import type { Line } from './survey-types.ts';

/** A line that a reader takes for a record: its values, and whether a payload fits its hash. */
export interface RecordAt {
  readonly line: Line;
  readonly values: ReadonlyMap<string, Value>;
  /** Set for frames: length of the raw payload; whether hash and length fit. */
  readonly payloadBytes: number;
  readonly sound: boolean;
  readonly crc32c: string;
}

/** A line that is no record; reading stops to be trusted there. */
export interface BadLine {
  readonly line: Line;
  readonly values: null;
}

/** The records of a file of lines in order; blank lines are passed over, bad ones come as such. */
export function* recordsOf(
  book: Book,
  file: Path,
  record: JsonRecord,
): Generator<RecordAt | BadLine, void> {
  const blanks = { from: 0, to: 0, count: 0 };
  for (const line of book.source.lines(file)) {
    const length = line.to - line.from;
    book.longestLineBytes = Math.max(book.longestLineBytes, length);
    if (line.bytes === null || length > lineBytesMax) {
      book.idleLines += 1;
      wrong(book, 'line_too_long', { file, ...line }, `a line of ${length} bytes or more`);
      yield { line, values: null };
      continue;
    }
    const content = contentEnd(line.bytes, line.terminated);
    if (line.terminated && isBlankText(line.bytes, content)) {
      // A run of them is one finding.
      if (blanks.to !== line.from || blanks.count === 0) {
        noteBlanks(book, file, blanks);
        blanks.from = line.from;
      }
      blanks.to = line.to;
      blanks.count += 1;
      continue;
    }
    yield decodeLine(book, file, record, { ...line, bytes: line.bytes }, content);
  }
  noteBlanks(book, file, blanks);
}

function noteBlanks(
  book: Book,
  file: Path,
  blanks: { readonly from: number; readonly to: number; count: number },
): void {
  if (blanks.count === 0) return;
  const lines = blanks.count === 1 ? 'a line' : `${blanks.count} lines`;
  odd(book, 'blank_line', { file, ...blanks }, `${lines} of white space`);
  book.idleLines += blanks.count;
  blanks.count = 0;
}

function decodeLine(
  book: Book,
  file: Path,
  record: JsonRecord,
  line: Line & { readonly bytes: Uint8Array },
  content: number,
): RecordAt | BadLine {
  const { bytes } = line;
  const place = { file, ...line };
  const decoded = decodeJson(record, bytes, 0, content);
  const ok = noteFlaws(book, file, line.from, decoded.flaws);
  if (line.terminated && content < bytes.length - 1) {
    odd(book, 'crlf', { file, from: line.from + content, to: line.to }, 'the line ends in CR LF');
  }
  if (!line.terminated) {
    if (ok) odd(book, 'no_final_newline', place, 'the last line is whole but lacks its newline');
    else wrong(book, 'torn_tail', place, 'the last line is cut short, or is no record');
  }
  if (!ok) {
    book.idleLines += 1;
    return { line, values: null };
  }
  countRecord(book, file);
  const raw = decoded.values.get('payload');
  if (typeof raw !== 'object' || raw === null) {
    return { line, values: decoded.values, payloadBytes: 0, sound: true, crc32c: '' };
  }
  const payload = bytes.subarray(raw.rawFrom, raw.rawTo);
  const at = { file, from: line.from + raw.rawFrom, to: line.from + raw.rawTo };
  const hashFits = hashOf(book, payload) === decoded.values.get('payloadSha256');
  if (!hashFits) wrong(book, 'payload_hash', at, 'the payload contradicts its SHA-256');
  const lengthFits = decoded.values.get('payloadBytes') === BigInt(payload.length);
  if (!lengthFits) wrong(book, 'payload_length', at, `the payload has ${payload.length} bytes`);
  return {
    line,
    values: decoded.values,
    payloadBytes: payload.length,
    sound: hashFits && lengthFits,
    crc32c: crc32cHex(bytes),
  };
}

function contentEnd(bytes: Uint8Array, terminated: boolean): number {
  if (!terminated) return bytes.length;
  let end = bytes.length - 1;
  while (end > 0 && bytes[end - 1] === 0x0d) end -= 1;
  return end;
}

function isBlankText(bytes: Uint8Array, end: number): boolean {
  // Most lines begin with a bracket: looking at them whole is for those that may be blank.
  if (bytes[0] === 0x7b) return false;
  return firstBadUtf8(bytes, 0, end) < 0 && isBlank(bytes, 0, end);
}

/** Frames of a segment. */
export const framesOf = (book: Book, file: Path): Generator<RecordAt | BadLine, void> =>
  recordsOf(book, file, frame);

/** Rows of the index. */
export const rowsOf = (book: Book, file: Path): Generator<RecordAt | BadLine, void> =>
  recordsOf(book, file, row);

/** Events of the ledger. */
export const eventsOf = (book: Book, file: Path): Generator<RecordAt | BadLine, void> =>
  recordsOf(book, file, event);
