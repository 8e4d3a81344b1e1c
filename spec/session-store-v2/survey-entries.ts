import type { Path } from '../lib/image.ts';
import type { Value } from '../lib/layout-encode.ts';
import { utf8Of } from '../lib/utf8.ts';
import { genesis } from './layout.ts';
import type { Book } from './survey-book.ts';
import { hashOf, isIncomplete, wrong } from './survey-book.ts';
import type { Graph } from './survey-graph.ts';
import { addToGraph, newGraph } from './survey-graph.ts';
import { framesOf, rowsOf } from './survey-lines.ts';
import type { BadLine, RecordAt } from './survey-lines.ts';
import type { EntryAt } from './survey-types.ts';

/** A segment to read: the number that its name gives, and its path. */
export interface SegmentFile {
  readonly number: bigint;
  readonly path: Path;
}

/** What reading all segments and the index beside them gave. */
export interface Entries {
  readonly listed: readonly EntryAt[];
  readonly count: number;
  readonly verified: number;
  readonly chainHash: string;
  readonly totalBytes: number;
  readonly head: EntryAt | null;
  readonly headCrc32c: string;
  readonly graph: Graph;
}

interface Walk {
  readonly book: Book;
  readonly graph: Graph;
  readonly listed: EntryAt[];
  readonly onChain: (entrySeq: bigint, entryId: string, chainHash: string) => void;
  count: number;
  /** False from the first damage on: nothing behind it is part of the verified prefix. */
  whole: boolean;
  verified: number;
  chainHash: string;
  totalBytes: number;
  head: EntryAt | null;
  headCrc32c: string;
  nextEntry: bigint;
}

/**
 * Reads segments in order and the index in step with them, in memory that does not grow with the
 * store. `onChain` is told the chain hash behind every entry of the verified prefix.
 */
export function surveyEntries(
  book: Book,
  segments: readonly SegmentFile[],
  index: Path | null,
  onChain: Walk['onChain'],
): Entries {
  const walk: Walk = {
    book,
    graph: newGraph(book.limits),
    listed: [],
    onChain,
    count: 0,
    whole: true,
    verified: 0,
    chainHash: genesis,
    totalBytes: 0,
    head: null,
    headCrc32c: '00000000',
    nextEntry: 1n,
  };
  const rows = new RowsInStep(book, index);
  for (const segment of segments) {
    let nextFrame = 1n;
    for (const found of framesOf(book, segment.path)) {
      if (found.values === null) {
        walk.whole = false;
        continue;
      }
      takeFrame(walk, segment, found, nextFrame);
      rows.meet(segment, found);
      nextFrame = numberIn(found.values, 'frameSeq') + 1n;
    }
  }
  rows.end();
  return walk;
}

function takeFrame(walk: Walk, segment: SegmentFile, found: RecordAt, nextFrame: bigint): void {
  const { values, line } = found;
  const at = { file: segment.path, from: line.from, to: line.to };
  const entrySeq = numberIn(values, 'entrySeq');
  const due: readonly (readonly [string, bigint])[] = [
    ['segmentSeq', segment.number],
    ['frameSeq', nextFrame],
    ['entrySeq', walk.nextEntry],
  ];
  let placed = true;
  for (const [name, value] of due) {
    const is = numberIn(values, name);
    if (is === value) continue;
    placed = false;
    const gap = name === 'entrySeq' && is > value;
    wrong(walk.book, gap ? 'entry_gap' : 'frame_misplaced', at, `${name} is ${is}, not ${value}`);
  }
  const entry: EntryAt = {
    ...at,
    entrySeq,
    entryId: textIn(values, 'entryId'),
    parentEntryId:
      values.get('parentEntryId') === null ? null : textOrNull(values, 'parentEntryId'),
    entryType: textIn(values, 'entryType'),
    payloadBytes: found.payloadBytes,
  };
  walk.count += 1;
  walk.nextEntry = entrySeq + 1n;
  if (walk.listed.length < walk.book.limits.entries) walk.listed.push(entry);
  addToGraph(walk.book, walk.graph, entry);
  if (!placed || !found.sound) walk.whole = false;
  if (!walk.whole) return;
  walk.verified += 1;
  walk.totalBytes += line.to - line.from;
  const link = walk.chainHash + textIn(values, 'payloadSha256');
  walk.chainHash = hashOf(walk.book, utf8Of(link));
  walk.head = entry;
  walk.headCrc32c = found.crc32c;
  walk.onChain(entrySeq, entry.entryId, walk.chainHash);
}

/** The index, read in step with the frames that its rows stand for. */
class RowsInStep {
  private readonly book: Book;
  private readonly file: Path | null;
  private readonly rows: Generator<RecordAt | BadLine, void>;
  private next: RecordAt | null = null;
  private missing = 0;
  private rowsEnd = 0;

  constructor(book: Book, file: Path | null) {
    this.book = book;
    this.file = file;
    this.rows = rowsOf(book, file ?? '');
    if (file !== null) this.advance();
  }

  private advance(): void {
    this.next = null;
    for (let step = this.rows.next(); step.done !== true; step = this.rows.next()) {
      this.rowsEnd = step.value.line.to;
      if (step.value.values === null) continue;
      this.next = step.value;
      return;
    }
  }

  meet(segment: SegmentFile, frame: RecordAt): void {
    const entrySeq = numberIn(frame.values, 'entrySeq');
    for (let row = this.next; row !== null; row = this.next) {
      const samePlace =
        numberIn(row.values, 'segmentSeq') === segment.number &&
        numberIn(row.values, 'byteOffset') === BigInt(frame.line.from);
      if (samePlace || numberIn(row.values, 'entrySeq') === entrySeq) {
        this.compare(segment, frame, row);
        this.advance();
        return;
      }
      if (numberIn(row.values, 'entrySeq') > entrySeq) break;
      this.orphan(row);
      this.advance();
    }
    if (isIncomplete(this.book)) return;
    this.missing += 1;
    if (this.file === null || this.missing > 1) return;
    const at = { file: segment.path, from: frame.line.from, to: frame.line.to };
    wrong(this.book, 'frame_without_row', at, `the index has no row for entry ${entrySeq}`);
  }

  private compare(segment: SegmentFile, frame: RecordAt, row: RecordAt): void {
    const at = { file: this.file ?? '', from: row.line.from, to: row.line.to };
    const due: readonly (readonly [string, Value | undefined])[] = [
      ['entrySeq', frame.values.get('entrySeq')],
      ['entryId', frame.values.get('entryId')],
      ['segmentSeq', segment.number],
      ['frameSeq', frame.values.get('frameSeq')],
      ['byteOffset', BigInt(frame.line.from)],
      ['byteLength', BigInt(frame.line.to - frame.line.from)],
      ['crc32c', frame.crc32c],
    ];
    for (const [name, value] of due) {
      const is = row.values.get(name);
      if (is === value) continue;
      const code = name === 'crc32c' ? 'row_crc' : 'row_disagrees';
      const frameSays = `the frame at ${segment.path}:${frame.line.from} has ${show(value)}`;
      wrong(this.book, code, at, `${name} is ${show(is)}; ${frameSays}`);
    }
  }

  private orphan(row: RecordAt): void {
    const at = { file: this.file ?? '', from: row.line.from, to: row.line.to };
    const entry = numberIn(row.values, 'entrySeq');
    wrong(this.book, 'row_without_frame', at, `no frame stands for the row of entry ${entry}`);
  }

  end(): void {
    if (isIncomplete(this.book)) return;
    for (; this.next !== null; this.advance()) this.orphan(this.next);
    if (this.missing === 0) return;
    const index = this.file ?? 'index/offsets.jsonl';
    const end = { file: index, from: this.rowsEnd, to: this.rowsEnd };
    if (this.file === null) {
      wrong(this.book, 'index_missing', end, `no index, and ${this.missing} frames`);
    } else if (this.missing > 1) {
      // The first was named; each of a thousand would hide everything else.
      const say = `${this.missing - 1} more frames have no row`;
      wrong(this.book, 'frame_without_row', end, say);
    }
  }
}

function show(value: Value | undefined): string {
  return typeof value === 'object' ? 'none' : String(value).slice(0, 80);
}

function numberIn(values: ReadonlyMap<string, Value>, name: string): bigint {
  const value = values.get(name);
  return typeof value === 'bigint' ? value : 0n;
}

function textOrNull(values: ReadonlyMap<string, Value>, name: string): string | null {
  const value = values.get(name);
  return typeof value === 'string' ? value : null;
}

function textIn(values: ReadonlyMap<string, Value>, name: string): string {
  return textOrNull(values, name) ?? '';
}
