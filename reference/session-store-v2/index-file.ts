import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import { StoreError } from '../lib/error.ts';
import { decodeRow } from './codec.ts';
import type { Entries } from './entries.ts';
import type { Mark } from '../lib/file-calls.ts';
import type { Files } from './files.ts';
import type { Limits } from './limits.ts';
import type { Line } from './lines.ts';
import { isBlank, readLines } from './lines.ts';
import { crcText, spellRow } from './spell.ts';
import type { SafePaths } from './tree.ts';
import type { Notice, Row } from './types.ts';

export const indexName = 'index/offsets.jsonl';

/**
 * Rows that disagree are reported one by one up to this number, then summed up: a notice must stay
 * readable.
 */
const noticedRows = 64;

/** How the index file stands to the rows that the verified frames demand. */
export interface IndexVerdict {
  /** The file as it was read; null where there is none. */
  readonly mark: Mark | null;
  /** Why it must be written anew; null where it may stay. */
  readonly why: string | null;
  /**
   * True where its bytes are the first bytes of what it should be, so nothing is lost by writing
   * the rest.
   */
  readonly isPrefix: boolean;
  /** How many rows are good, where only rows at the end are missing and can be added; else null. */
  readonly addAfter: number | null;
  readonly notices: readonly Notice[];
}

interface Reading {
  rows: number;
  isPrefix: boolean;
  nonCanonical: boolean;
  /** The last row is not whole, or whole but for its LF. */
  torn: boolean;
  unterminated: boolean;
  /** Rows that stand behind the last entry, and those among them that name a later one. */
  beyond: number;
  ahead: number;
  unreadable: string | null;
  differing: number;
  readonly notices: Notice[];
}

/**
 * Compares the index file with the entries in one pass; the frames decide, the rows are a witness.
 */
export function compareIndex(
  files: Files,
  paths: SafePaths,
  entries: Entries,
  limits: Limits,
): IndexVerdict {
  const reading: Reading = {
    rows: 0,
    isPrefix: true,
    nonCanonical: false,
    torn: false,
    unterminated: false,
    beyond: 0,
    ahead: 0,
    unreadable: null,
    differing: 0,
    notices: [],
  };
  if (files.kind(paths.index) === 'none') return verdict(reading, entries, null);
  return files.using(files.openRead(paths.index), (fd) => {
    const mark = files.mark(fd);
    const span = {
      size: mark.size,
      lineBytes: limits.lineBytes,
      giveUpBytes: limits.fragmentBytes,
    };
    readLines(files, fd, span, (line) => judgeRow(reading, entries, line));
    return verdict(reading, entries, mark);
  });
}

function verdict(r: Reading, entries: Entries, mark: Mark | null): IndexVerdict {
  const notices = [...r.notices];
  const file = indexName;
  const left = r.differing - noticedRows;
  if (left > 0) notices.push({ code: 'witness_disagrees', file, detail: `and ${left} rows more` });
  if (r.ahead > 0) {
    const detail = `${r.ahead} rows beyond the ${entries.count} entries that verify`;
    notices.push({ code: 'witness_ahead', file, detail });
  }
  const why = reason(r, entries, mark);
  if (why === null && r.nonCanonical) notices.push({ code: 'non_canonical', file });
  const addAfter = why === 'index_behind' && !r.unterminated ? r.rows : null;
  return { mark, why, isPrefix: r.isPrefix, addAfter, notices };
}

function reason(r: Reading, entries: Entries, mark: Mark | null): string | null {
  if (r.unreadable !== null) return 'index_unreadable';
  if (r.beyond > 0) return 'index_ahead';
  if (r.differing > 0) return 'index_disagrees';
  if (r.torn) return 'index_torn';
  if (r.unterminated && r.rows === entries.count) return 'index_unterminated';
  if (r.rows === entries.count) return null;
  return mark === null || mark.size === 0 ? 'index_missing' : 'index_behind';
}

/**
 * Judges the next row; false ends the reading: after a row that is none, position means nothing any
 * more.
 */
function judgeRow(r: Reading, entries: Entries, line: Line): boolean {
  const entry = r.rows + 1;
  const expected = entry <= entries.count ? spellRow(entries, entry) : '';
  if (line.ended && holds(line, expected)) {
    r.rows = entry;
    return true;
  }
  if (line.ended && isBlank(line)) {
    r.nonCanonical = true;
    r.isPrefix = false;
    return true;
  }
  const row = readRow(line);
  if (!line.ended) r[row === null ? 'torn' : 'unterminated'] = true;
  r.isPrefix &&= !line.ended && begins(line, expected);
  if (row === null) {
    if (line.ended) r.unreadable = `row ${entry}`;
    return false;
  }
  r.rows = entry;
  if (entry > entries.count) r.beyond++;
  if (entry > entries.count && row.entrySeq > BigInt(entries.count)) r.ahead++;
  else if (saysTheSame(row, entries, entry)) r.nonCanonical ||= line.ended;
  else noteDifference(r, line, expected);
  return true;
}

function noteDifference(r: Reading, line: Line, expected: string): void {
  r.differing++;
  if (r.differing > noticedRows) return;
  const old = line.bytes.toString('utf8', line.from, line.to);
  const detail = `${old} should be ${expected.trimEnd() || 'no row'}`;
  r.notices.push({ code: 'witness_disagrees', file: indexName, detail });
}

const scratch = { bytes: Buffer.allocUnsafeSlow(1024) };

function encoded(text: string): { bytes: Buffer; length: number } {
  if (text.length * 3 > scratch.bytes.length) {
    const bytes = Buffer.from(text);
    return { bytes, length: bytes.length };
  }
  return { bytes: scratch.bytes, length: scratch.bytes.write(text, 0) };
}

function holds(line: Line, expected: string): boolean {
  if (line.tooLong || line.to - line.from + 1 < expected.length) return false;
  const { bytes, length } = encoded(expected);
  return bytes.compare(line.bytes, line.from, line.to + 1, 0, length) === 0;
}

/** True where an unterminated line is the beginning of the row that belongs there. */
function begins(line: Line, expected: string): boolean {
  const { bytes, length } = encoded(expected);
  const size = line.to - line.from;
  if (line.tooLong || size > length) return false;
  return bytes.compare(line.bytes, line.from, line.to, 0, size) === 0;
}

function readRow(line: Line): Row | null {
  if (line.tooLong) return null;
  const bytes = line.bytes.subarray(line.from, line.to);
  try {
    const { row } = decodeRow(bytes, { arrays: false });
    return isUtf8(bytes) ? row : null;
  } catch (error) {
    if (error instanceof StoreError) return null;
    throw error;
  }
}

/** `schema` and `state` are never checked by the original, so a row may spell them as it likes. */
function saysTheSame(row: Row, entries: Entries, entry: number): boolean {
  return (
    entry <= entries.count &&
    row.entrySeq === BigInt(entry) &&
    row.entryId === entries.idOf(entry) &&
    row.segmentSeq === entries.segmentOf(entry).seq &&
    row.frameSeq === BigInt(entries.frameOf(entry)) &&
    row.byteOffset === BigInt(entries.offsetOf(entry)) &&
    row.byteLength === BigInt(entries.lengthOf(entry)) &&
    row.crc32c === crcText(entries.crcOf(entry))
  );
}

/** Writes rows [from, to] at the end of the open file, in pieces of about a megabyte. */
export function writeRows(
  files: Files,
  fd: number,
  entries: Entries,
  range: { from: number; to: number },
): void {
  let text = '';
  for (let entry = range.from; entry <= range.to; entry++) {
    text += spellRow(entries, entry);
    if (text.length < 1 << 20) continue;
    files.append(fd, Buffer.from(text));
    text = '';
  }
  if (text !== '') files.append(fd, Buffer.from(text));
}

/**
 * Writes the rows of the first `count` entries under a temporary name, durably; answers its path.
 */
export function stageIndex(
  files: Files,
  paths: SafePaths,
  entries: Entries,
  options: { count: number; name: string },
): string {
  const staged = join(paths.tmp, options.name);
  files.using(files.openTemp(staged), (fd) => {
    writeRows(files, fd, entries, { from: 1, to: options.count });
    files.sync(fd);
  });
  return staged;
}
