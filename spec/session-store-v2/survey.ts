import { bytesOf } from '../lib/image.ts';
import type { Image, Path } from '../lib/image.ts';
import { lineRanges } from '../lib/layout-damage.ts';
import { layoutOf } from '../lib/layout.ts';
import { directories, format, scannedNumber } from './layout.ts';
import type { Book } from './survey-book.ts';
import { newBook, odd, wrong } from './survey-book.ts';
import { surveyEntries } from './survey-entries.ts';
import type { SegmentFile } from './survey-entries.ts';
import { judgeGraph } from './survey-graph.ts';
import { surveyLimits } from './survey-types.ts';
import type { Line, SourceNode, StoreSource, Survey, SurveyLimits } from './survey-types.ts';
import { Checkpoints, judgeManifest, readLedger } from './survey-witness.ts';

export type * from './survey-types.ts';

/**
 * Looks at a whole store and reports every problem with its bytes, not only the first. It asks what
 * is true of the bytes, not what an open would do. Memory is bounded by the limits and the longest
 * line.
 */
export function survey(source: StoreSource, limits: SurveyLimits = surveyLimits): Survey {
  const book = newBook(source, limits);
  const roles = new Map(source.nodes.map((node) => [node.path, roleOf(node.path)]));
  for (const node of source.nodes) judgeNode(book, node, roles.get(node.path) ?? '');
  const files = new Set(source.nodes.filter((n) => n.is === 'file').map((n) => n.path));
  const present = (path: Path): Path | null => (files.has(path) ? path : null);

  const checkpointFiles = [...files].flatMap((path) => {
    const found = layoutOf(format, path);
    return found?.file.id === 'checkpoint' ? [{ path, number: found.number ?? 0n }] : [];
  });
  if (checkpointFiles.length > limits.checkpoints) {
    book.unchecked.add(`checkpoints: only the first ${limits.checkpoints} were compared`);
  }
  const checkpoints = new Checkpoints(book, checkpointFiles.slice(0, limits.checkpoints));
  const rolledBack = readLedger(book, present('migrations/ledger.jsonl'));
  const index = present('index/offsets.jsonl');
  const entries = surveyEntries(book, segmentsOf([...files]), index, (...at) =>
    checkpoints.reach(...at),
  );
  judgeGraph(book, entries.graph);
  checkpoints.end(entries.verified, rolledBack);
  const manifest = present('manifest.json');
  if (manifest !== null) judgeManifest(book, manifest, entries, rolledBack);

  return {
    files: source.nodes.map((node) => ({
      path: node.path,
      is: node.is,
      size: node.size,
      role: roles.get(node.path) ?? '',
      records: book.records.get(node.path) ?? 0,
      wrong: book.wrongIn.get(node.path) ?? 0,
    })),
    entries: entries.listed,
    entryCount: entries.count,
    verified: entries.verified,
    chainHash: entries.chainHash,
    totalBytes: entries.totalBytes,
    head: entries.head,
    problems: book.problems,
    wrong: book.wrong,
    odd: book.odd,
    longestLineBytes: book.longestLineBytes,
    idleLines: book.idleLines,
    unchecked: [...book.unchecked],
  };
}

/**
 * What a path is to the store: the id of its layout, `directory`, `extra`, `temporary`, `segment?`
 * or nothing.
 */
export function roleOf(path: Path): string {
  const found = layoutOf(format, path);
  if (found?.file.id === 'segment' && found.number === 0n) return 'segment?';
  if (found !== null) return found.file.id;
  if (directories.some((dir) => dir === path) || path === 'quarantine') return 'directory';
  if (path.startsWith('segments/') && scannedNumber(path.slice(9)) !== null) return 'segment?';
  const extra = format.extras.find((e) => extraPattern(e.path).test(path));
  if (extra === undefined) return '';
  return extra.temporary ? 'temporary' : 'extra';
}

/**
 * Names that a layout gives to extras, as a pattern; suffixes `.1`, `.2` stand where a name was
 * taken.
 */
function extraPattern(path: string): RegExp {
  const escaped = path.replace(/[.]/g, '\\.').replace('%016d', '\\d{16,20}');
  const named = escaped.replace('NAME@FROM-HASH', '[^/]+@\\d+-[0-9a-f]{16}');
  return new RegExp(`^${named.replace('FROM-HASH', '\\d+-[0-9a-f]{16}')}(\\.\\d+)?$`);
}

function judgeNode(book: Book, node: SourceNode, role: string): void {
  const at = { file: node.path, from: 0, to: node.is === 'file' ? node.size : 0 };
  if (role === '' && node.is === 'dir') return;
  if (role === '') {
    odd(book, 'unknown_file', at, 'no reader of the store looks at it');
    return;
  }
  if (node.is === 'link') {
    wrong(
      book,
      'symlink',
      at,
      `a link to ${(node.what ?? '').slice(0, 200)}; links are not followed`,
    );
  } else if (node.is !== (role === 'directory' ? 'dir' : 'file')) {
    const what = node.is === 'other' ? (node.what ?? 'no file') : node.is;
    wrong(book, 'not_a_file', at, `a ${what} stands where a ${role} should`);
  } else if (role === 'segment?') {
    const say = 'its number is 0, or is spelled otherwise than in 16 digits';
    wrong(book, 'segment_name', at, say);
  } else if (node.path === 'tmp/rollback.intent.json') {
    wrong(book, 'rollback_unfinished', at, 'a rollback was interrupted; opening finishes it');
  }
}

/**
 * Segments in the order in which they are read: by number; of two spellings the canonical one
 * first.
 */
function segmentsOf(files: readonly Path[]): readonly SegmentFile[] {
  const found = files.flatMap((path): SegmentFile[] => {
    const number = path.startsWith('segments/') ? scannedNumber(path.slice(9)) : null;
    return number === null ? [] : [{ number, path }];
  });
  return found.toSorted((a, b) =>
    a.number === b.number ? a.path.length - b.path.length : a.number < b.number ? -1 : 1,
  );
}

/** An image as a source of a survey. */
export function imageSource(image: Image): StoreSource {
  return {
    nodes: [...image].map(([path, node]) => ({
      path,
      is: node.is,
      size: node.is === 'file' ? node.size : 0,
      ...(node.is === 'link' ? { what: node.to } : {}),
      ...(node.is === 'other' ? { what: node.what } : {}),
    })),
    lines: (path) => linesOf(bytesOf(image, path) ?? new Uint8Array(0)),
    whole: (path, limitBytes) => {
      const bytes = bytesOf(image, path, limitBytes + 1);
      return bytes === null || bytes.length > limitBytes ? null : bytes;
    },
  };
}

function* linesOf(bytes: Uint8Array): Generator<Line, void> {
  for (const [from, to] of lineRanges(bytes)) {
    yield { from, to, terminated: bytes[to - 1] === 0x0a, bytes: bytes.subarray(from, to) };
  }
}
