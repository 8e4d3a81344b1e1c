import type { Path } from '../../spec/lib/image.ts';
import { shownShort } from '../lib/shown.ts';
import type { Place, Problem, Survey } from './inspector.ts';
import { isProblem, openEntry } from './open.ts';
import type { OpenFile } from './open.ts';
import type { Entry } from './walk.ts';

const listed = 1000;

/** What is found while a store is looked through; lists are cut at 1,000, the counts go on. */
export interface Tally {
  problem(weight: Problem['weight'], code: string, at: Bytes, say: string): void;
  /** An entry as data and in words; `isBehind` where damage stands before it. */
  entry(data: Bytes & object, words: string, isBehind: boolean): void;
  record(file: Path): void;
  unchecked(say: string): void;
  /** The bytes of the longest record so far. */
  long(bytes: number): void;
  readonly late: () => boolean;
  end(own: Pick<Survey, 'own' | 'ownWords'>): Survey;
}

/** Bytes [from, to) of a file. */
export interface Bytes {
  readonly file: Path;
  readonly from: number;
  readonly to: number;
}

/** Counts for a directory; what stands in place of a file or directory is found here. */
export function newTally({ entries, options }: Place, roleOf: (path: Path) => string): Tally {
  const problems: Problem[] = [];
  const counts = { wrong: 0, odd: 0, entries: 0, verified: 0, longest: 0 };
  const wrongIn = new Map<Path, number>();
  const records = new Map<Path, number>();
  const shown: { readonly data: object; readonly words: string }[] = [];
  const unchecked = new Set<string>();
  const tally: Tally = {
    problem(weight, code, { file, from, to }, say) {
      counts[weight]++;
      if (weight === 'wrong') wrongIn.set(file, (wrongIn.get(file) ?? 0) + 1);
      if (problems.length < listed) problems.push({ code, weight, file, from, to, say });
    },
    entry(data, words, isBehind) {
      counts.entries++;
      if (!isBehind) counts.verified++;
      if (shown.length < listed) shown.push({ data, words });
    },
    record: (file) => void records.set(file, (records.get(file) ?? 0) + 1),
    unchecked: (say) => void unchecked.add(say),
    long: (bytes) => void (counts.longest = Math.max(counts.longest, bytes)),
    late: () => options.leftMs() <= 0,
    end: (own) => ({
      files: entries.map(({ path, is, size }) => ({
        path,
        is,
        size,
        role: roleOf(path),
        records: records.get(path) ?? 0,
        wrong: wrongIn.get(path) ?? 0,
      })),
      entries: shown.map(({ data }) => data),
      entryWords: shown.map(({ words }) => words),
      entryCount: counts.entries,
      verified: counts.verified,
      problems,
      wrong: counts.wrong,
      odd: counts.odd,
      unchecked: [...unchecked],
      ...own,
      tooMuch:
        counts.longest > options.policyLineBytes
          ? `a record has ${counts.longest} bytes, more than ${options.policyLineBytes}`
          : null,
    }),
  };
  for (const entry of entries) judgeNode(tally, entry, roleOf(entry.path));
  return tally;
}

/** Strange nodes; what no reader looks at is odd, unless it is a directory. */
function judgeNode(tally: Tally, { path, is, size, detail }: Entry, role: string): void {
  const at = { file: path, from: 0, to: is === 'file' ? size : 0 };
  if (role === '') {
    const say = 'no reader of the store looks at it';
    if (is !== 'dir') tally.problem('odd', 'unknown_file', at, say);
  } else if (is === 'link') {
    const say = `a link to ${shownShort(detail, 200)}; links are not followed`;
    tally.problem('wrong', 'symlink', at, say);
  } else if (is !== (role === 'directory' ? 'dir' : 'file')) {
    const what = is === 'other' ? detail : is;
    tally.problem('wrong', 'not_a_file', at, `a ${what} stands where a ${role} should`);
  }
}

/**
 * Looks through one file of the store. What cannot be opened, or changes meanwhile, is added to the
 * problems of the place, and answers null.
 */
export function withFile<T>(
  { root, problems }: Pick<Place, 'root' | 'problems'>,
  entry: Entry,
  look: (file: OpenFile) => T,
): T | null {
  const file = openEntry(root, entry);
  if (isProblem(file)) {
    problems.push(file);
    return null;
  }
  try {
    return look(file);
  } finally {
    const changed = file.close();
    if (changed !== null) problems.push(changed);
  }
}
