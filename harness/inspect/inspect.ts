import type { Path } from '../../spec/lib/image.ts';
import { lineBytesMax } from '../../spec/session-store-v2/layout.ts';
import { roleOf, survey } from '../../spec/session-store-v2/survey.ts';
import type { Survey } from '../../spec/session-store-v2/survey.ts';
import { judgeApart } from './policies-apart.ts';
import type { Policies } from './policies.ts';
import { directorySource } from './source.ts';
import { walk } from './walk.ts';
import type { Entry, ReadProblem } from './walk.ts';

export interface InspectOptions {
  /**
   * Largest store, in bytes by its files' sizes, for which it is computed what each policy would
   * do.
   */
  readonly policyBytes: number;
  /** Most files of the store for which that is computed. */
  readonly policyFiles: number;
  /** Most lines that are no records for which that is computed. */
  readonly policyIdleLines: number;
  /** Longest line, in bytes, for which that is computed. */
  readonly policyLineBytes: number;
  /**
   * Milliseconds that are left of the time given; at 0 or below, reading ends. Infinite: no limit.
   */
  readonly leftMs: () => number;
}

/** 256 MiB in all, 20,000 files, lines of 16 MiB, no limit of time. */
export const inspectDefaults: InspectOptions = {
  policyBytes: 256 * 1024 * 1024,
  policyFiles: 20_000,
  policyIdleLines: 100_000,
  policyLineBytes: 16 * 1024 * 1024,
  leftMs: () => Number.POSITIVE_INFINITY,
};

/**
 * What is in a directory, what is wrong with it as a store, and what each policy would do; or why
 * that is left out.
 */
export interface Inspection {
  readonly root: string;
  /** What could not be read, or not wholly. */
  readonly unread: readonly ReadProblem[];
  readonly survey: Survey;
  readonly policies: Policies | { readonly leftOut: string };
  /** True where nothing is wrong and everything was looked at. */
  readonly verdict: 'whole' | 'wrong' | 'unfinished';
}

/**
 * Looks at a session store without changing anything; throws nothing for whatever stands in the
 * directory.
 */
export function inspectDirectory(
  root: string,
  options: InspectOptions = inspectDefaults,
): Inspection {
  const late = (): boolean => options.leftMs() <= 0;
  const found = walk(root, { entries: 200_000, depth: 16, closed: isForeign, late });
  const unread: ReadProblem[] = [...found.problems];
  const limits = { lineBytes: lineBytesMax, skipBytes: 256 * 1024 * 1024, late };
  const surveyed = survey(directorySource(root, found.entries, limits, unread));
  const policies = policiesOf(root, found.entries, surveyed, unread, options);
  return { root, unread, survey: surveyed, policies, verdict: verdictOf(surveyed, unread) };
}

/** Directories that no store has are listed and not looked into. */
export function isForeign(path: Path): boolean {
  return roleOf(path) !== 'directory';
}

function verdictOf(surveyed: Survey, unread: readonly ReadProblem[]): Inspection['verdict'] {
  const fine = new Set(['hole_assumed', 'time_ended']);
  if (surveyed.wrong > 0 || unread.some((p) => !fine.has(p.code))) return 'wrong';
  return unread.length > 0 || surveyed.unchecked.length > 0 ? 'unfinished' : 'whole';
}

function policiesOf(
  root: string,
  entries: readonly Entry[],
  surveyed: Survey,
  unread: readonly ReadProblem[],
  options: InspectOptions,
): Inspection['policies'] {
  const used = entries.filter((e) => e.is === 'file' && roleOf(e.path) !== '');
  const bytes = used.reduce((sum, entry) => sum + entry.size, 0);
  const fatal = unread.find((p) => p.code !== 'hole_assumed');
  if (fatal !== undefined) return { leftOut: `not everything could be read (${fatal.code})` };
  if (bytes > options.policyBytes) {
    return { leftOut: `the store has ${bytes} bytes, more than ${options.policyBytes}` };
  }
  if (used.length > options.policyFiles) {
    return { leftOut: `the store has ${used.length} files, more than ${options.policyFiles}` };
  }
  if (surveyed.longestLineBytes > options.policyLineBytes) {
    const { longestLineBytes } = surveyed;
    return {
      leftOut: `a line has ${longestLineBytes} bytes, more than ${options.policyLineBytes}`,
    };
  }
  if (surveyed.idleLines > options.policyIdleLines) {
    const { idleLines } = surveyed;
    return { leftOut: `${idleLines} lines are no records, more than ${options.policyIdleLines}` };
  }
  return judgeApart(root, { totalBytes: options.policyBytes, timeoutMs: options.leftMs() });
}
