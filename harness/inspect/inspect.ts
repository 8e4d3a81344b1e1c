import type { Path } from '../../spec/lib/image.ts';
import type { InspectOptions, Inspector, Policies, ShownFrame, Survey } from './inspector.ts';
import { inspectorNamed, inspectorOf, inspectors } from './kinds.ts';
import { judgeApart } from './policies-apart.ts';
import { walk } from './walk.ts';
import type { Entry, ReadProblem, WalkLimits } from './walk.ts';

export type { InspectOptions } from './inspector.ts';

/**
 * 256 MiB in all, 20,000 files, 100,000 lines that are no records, lines of 16 MiB, no limit of
 * time.
 */
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
  readonly kind: string;
  /** What could not be read, or not wholly. */
  readonly unread: readonly ReadProblem[];
  readonly survey: Survey;
  readonly policies: Policies | { readonly leftOut: string };
  /**
   * `whole` where nothing is wrong and everything was looked at; of a store that was written
   * meanwhile nobody can say more than `unfinished`.
   */
  readonly verdict: 'whole' | 'wrong' | 'unfinished';
}

/** So often a store is looked at that is written meanwhile, as long as it has no more bytes. */
const looksMost = 3;
const againBytes = 16 * 1024 * 1024;

/**
 * Looks at a store without changing anything; throws nothing for whatever stands in the directory.
 * Without a kind, it is the one that its names speak for. Where it is written meanwhile, what was
 * read of one file need not fit what was read of another: then it is looked at again, and in the
 * end `unread` says so and nothing is called wrong.
 */
export function inspectDirectory(
  root: string,
  options: InspectOptions = inspectDefaults,
  kind: string | null = null,
): Inspection {
  const inspector = kind === null ? inspectorAt(root, options) : inspectorNamed(kind);
  const limits = limitsOf(inspector, options);
  for (let looks = 1; ; looks++) {
    const { entries, problems } = walk(root, limits);
    const unread: ReadProblem[] = [...problems];
    const survey = inspector.survey({ root, entries, problems: unread, options });
    const after = walk(root, limits);
    const isLate = options.leftMs() <= 0;
    const moved = isLate ? null : movedIn(inspector, entries, after.entries);
    if (moved !== null) unread.push({ code: 'changed_while_read', path: moved });
    const isSmall = bytesOf(after.entries) <= againBytes;
    if (isMoving(unread) && looks < looksMost && isSmall && !isLate) continue;
    const policies = policiesOf(inspector, root, entries, { survey, unread, options });
    const verdict = verdictOf(survey, unread);
    return { root, kind: inspector.kind, unread, survey, policies, verdict };
  }
}

const bytesOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { is, size }) => (is === 'file' ? sum + size : sum), 0);

/** True where somebody wrote what was looked at. */
export const isMoving = (unread: readonly ReadProblem[]): boolean =>
  unread.some(({ code }) => code === 'changed_while_read');

/** A path of the store at which another thing stands than before; null where none does. */
function movedIn(
  inspector: Inspector,
  before: readonly Entry[],
  after: readonly Entry[],
): Path | null {
  const left = new Map(after.map((entry) => [entry.path, markOf(entry)]));
  for (const entry of before) {
    const now = left.get(entry.path);
    left.delete(entry.path);
    if (now !== markOf(entry) && inspector.roleOf(entry.path) !== '') return entry.path;
  }
  return [...left.keys()].find((path) => inspector.roleOf(path) !== '') ?? null;
}

/** What stands at a path; of a directory the names in it are compared, each for itself. */
function markOf({ is, ino, dev, size, modifiedMs, detail }: Entry): string {
  return is === 'dir' ? is : JSON.stringify([is, ino, dev, size, modifiedMs, detail]);
}

/** The record that `frame` of an inspector gives, of a directory. */
export function frameAt(
  root: string,
  { number, nth }: { readonly number: bigint; readonly nth: bigint },
  options: InspectOptions = inspectDefaults,
  kind: string | null = null,
): ShownFrame | string {
  const inspector = kind === null ? inspectorAt(root, options) : inspectorNamed(kind);
  const { entries, problems } = walk(root, limitsOf(inspector, options));
  const wrongRoot = problems.find((p) => p.path === '');
  if (wrongRoot !== undefined) return `${root}: ${wrongRoot.code}`;
  return inspector.frame({ root, entries, problems: [...problems], options }, number, nth);
}

/** The inspector for what stands in a directory, by the names of its first 20,000 entries. */
export function inspectorAt(root: string, { leftMs }: InspectOptions): Inspector {
  const late = (): boolean => leftMs() <= 0;
  const closed = (path: Path): boolean => inspectors.every((one) => isForeign(one, path));
  return inspectorOf(walk(root, { entries: 20_000, depth: 3, closed, late }).entries);
}

/** How far a directory is walked through for this kind. */
export function limitsOf(inspector: Inspector, { leftMs }: InspectOptions): WalkLimits {
  const late = (): boolean => leftMs() <= 0;
  return { entries: 200_000, depth: 16, closed: (path) => isForeign(inspector, path), late };
}

/** True for directories that no store of the kind has: they are listed and not looked into. */
export function isForeign(inspector: Inspector, path: Path): boolean {
  return inspector.roleOf(path) !== 'directory';
}

function verdictOf(survey: Survey, unread: readonly ReadProblem[]): Inspection['verdict'] {
  if (isMoving(unread)) return 'unfinished';
  const fine = new Set(['hole_assumed', 'time_ended']);
  if (survey.wrong > 0 || unread.some((p) => !fine.has(p.code))) return 'wrong';
  return unread.length > 0 || survey.unchecked.length > 0 ? 'unfinished' : 'whole';
}

interface Found {
  readonly survey: Survey;
  readonly unread: readonly ReadProblem[];
  readonly options: InspectOptions;
}

function policiesOf(
  inspector: Inspector,
  root: string,
  entries: readonly Entry[],
  { survey, unread, options }: Found,
): Inspection['policies'] {
  const used = entries.filter((e) => e.is === 'file' && inspector.roleOf(e.path) !== '');
  const bytes = bytesOf(used);
  const fatal = unread.find((p) => p.code !== 'hole_assumed');
  if (fatal !== undefined) return { leftOut: `not everything could be read (${fatal.code})` };
  if (bytes > options.policyBytes) {
    return { leftOut: `the store has ${bytes} bytes, more than ${options.policyBytes}` };
  }
  if (used.length > options.policyFiles) {
    return { leftOut: `the store has ${used.length} files, more than ${options.policyFiles}` };
  }
  if (survey.tooMuch !== null) return { leftOut: survey.tooMuch };
  const limits = { totalBytes: options.policyBytes, timeoutMs: options.leftMs() };
  return judgeApart(root, inspector.kind, limits);
}
