import type { Image, Path } from '../lib/image.ts';
import type { Class, Key, Legal } from '../lib/judge.ts';
import { intentFile, intentOf } from './classify-intent.ts';
import type { IntentSays } from './classify-intent.ts';
import { graphProblems, scanSegments } from './classify-segments.ts';
import type { Scan } from './classify-segments.ts';
import type {
  AssessOptions, Assessment, Entry, ExpectedNotice, ExpectedRepair, Problem,
} from './classify-types.ts'; // prettier-ignore
import {
  headWitness, indexFile, indexWitness, ledgerFile, ledgerWitness, manifestFile,
} from './classify-witness.ts'; // prettier-ignore
import { genesis } from './encode.ts';

export type * from './classify-types.ts';

const cache = new WeakMap<Image, Assessment>();

/**
 * What verifies in an image, what is torn, corrupt or ambiguous, and what a safe store may do about
 * it. Linear in the image.
 */
export function assess(image: Image, options: AssessOptions = {}): Assessment {
  const plain = options.onGap !== 'keep-prefix' && options.lineBytes === undefined;
  const known = plain ? cache.get(image) : undefined;
  if (known !== undefined) return known;
  const assessment = judge(image, options);
  if (plain) cache.set(image, assessment);
  return assessment;
}

/** The classes alone. */
export function classify(image: Image): readonly Class[] {
  return assess(image).classes;
}

/** Everything that decides whether an open may succeed. */
interface Verdict {
  readonly codes: readonly string[];
  /** Codes with which an open may refuse although it need not. */
  readonly maybe: readonly string[];
  readonly graph: readonly Problem[];
  readonly intent: IntentSays;
}

function judge(image: Image, options: AssessOptions): Assessment {
  const scan = scanSegments(image, options.lineBytes);
  const verdict = verdictOf(image, scan, options);
  const { entries } = scan;
  const { intent } = verdict;
  const recovered = intent.is === 'redo' ? entries.slice(0, intent.keep) : entries;
  const opens = verdict.codes.length === 0;
  const index = intent.is === 'redo' ? null : indexWitness(image, entries);
  const heads = headWitness(image, recovered, scan.chains, intent.is === 'redo');
  const ledger = ledgerWitness(image);
  const witnesses = [heads, ledger, ...(index === null ? [] : [index])];
  return {
    classes: classesOf(
      scan,
      verdict,
      witnesses.flatMap((w) => w.problems),
    ),
    entries,
    keys: entries.map((e) => e.key),
    recovered,
    later: scan.later,
    ...legalOf(scan, verdict, recovered),
    expectedNotices: opens
      ? [...nonCanonical(scan, recovered), ...witnesses.flatMap((w) => w.notices)]
      : [],
    expectedRepairs: opens
      ? [...repairsOf(scan, intent), ...witnesses.flatMap((w) => w.repairs)]
      : [],
    chainHash: scan.chains[recovered.length] ?? genesis,
    hole: scan.hole,
    problems: [
      ...scan.problems,
      ...(scan.hole === null ? [] : [scan.hole]),
      ...verdict.graph,
      ...witnesses.flatMap((w) => w.problems),
    ].map(({ code, file, from, to }) => ({ code, file, from, to })),
  };
}

function verdictOf(image: Image, scan: Scan, options: AssessOptions): Verdict {
  const { hole } = scan;
  const leaves = leafCodes(image);
  const graph = hole?.is === 'corrupt' ? [] : graphProblems(scan.entries);
  const intent = intentOf(image, scan.entries, scan.chains);
  const codes = new Set([...leaves.must, ...scan.problems.map((p) => p.code)]);
  if (hole?.is === 'corrupt') codes.add(hole.code);
  if (hole?.is === 'ambiguous' && options.onGap !== 'keep-prefix') codes.add(hole.code);
  for (const problem of graph) codes.add(problem.code);
  if (intent.is === 'refuse') codes.add(intent.code);
  const maybe = [...leaves.may];
  if (intent.is === 'redo' && !intent.exact) maybe.push('intent_stale', 'intent_unreadable');
  return { codes: [...codes], maybe, graph, intent };
}

const directories = ['segments', 'index', 'checkpoints', 'migrations', 'tmp'];

/** Refusals that names and types of nodes call for, and those that they excuse. */
function leafCodes(image: Image): {
  readonly must: readonly string[];
  readonly may: readonly string[];
} {
  const must = new Set<string>();
  const may = new Set<string>();
  const files = [indexFile, ledgerFile, manifestFile, intentFile];
  for (const path of [...directories, ...files]) {
    if (image.get(path)?.is === 'link') must.add('symlink_refused');
  }
  for (const path of directories) {
    const node = image.get(path);
    if (node !== undefined && node.is !== 'dir' && node.is !== 'link') {
      for (const code of ['not_a_directory', 'not_a_file', 'io-eexist', 'io-enotdir'])
        must.add(code);
    }
  }
  for (const path of files) {
    const node = image.get(path);
    if (node === undefined || node.is === 'file' || node.is === 'link') continue;
    for (const code of ['not_a_file', 'io-eisdir', 'io-enxio', 'io-eexist']) may.add(code);
  }
  // A directory that is made when it is first needed: whoever needs none may leave it as it is.
  const kept = image.get('quarantine');
  if (kept !== undefined && kept.is !== 'dir') {
    for (const code of ['not_a_directory', 'not_a_file', 'symlink_refused']) may.add(code);
  }
  const known = new Set<Path>([...directories, ...files]);
  for (const [path, node] of image) {
    if (node.is === 'file' || node.is === 'dir' || known.has(path)) continue;
    const top = path.split('/', 1)[0];
    const isCheckpoint = /^checkpoints\/\d{16,20}\.json$/.test(path);
    if (isCheckpoint && node.is === 'link') must.add('symlink_refused');
    else if (isCheckpoint) may.add('not_a_file');
    // Names that only some opens write to: a temporary one, the quarantine.
    else if (top === 'tmp' || top === 'quarantine') may.add('symlink_refused').add('not_a_file');
  }
  return { must: [...must], may: [...may] };
}

function legalOf(
  scan: Scan,
  verdict: Verdict,
  recovered: readonly Entry[],
): Pick<Assessment, 'legal' | 'legals'> {
  const all = scan.entries.map((e) => e.key);
  if (verdict.codes.length > 0) {
    const codes = [...verdict.codes, ...verdict.maybe];
    const legal = refused(codes, all);
    const before = all.slice(0, scan.beforeProblem);
    return {
      legal,
      legals: before.length < all.length ? [legal, refused(codes, before)] : [legal],
    };
  }
  const legal: Legal = { open: 'ok', keys: recovered.map((e) => e.key) };
  return {
    legal,
    legals: verdict.maybe.length > 0 ? [legal, refused(verdict.maybe, all)] : [legal],
  };
}

function refused(codes: readonly string[], readable: readonly Key[]): Legal {
  return { open: 'refused', codes, readable };
}

function nonCanonical(scan: Scan, recovered: readonly Entry[]): readonly ExpectedNotice[] {
  const kept = new Set(recovered.map((e) => e.file));
  return scan.nonCanonical
    .filter((file) => kept.has(file))
    .map((file) => ({ code: 'non_canonical', file }));
}

function repairsOf(scan: Scan, intent: IntentSays): readonly ExpectedRepair[] {
  if (intent.is === 'redo')
    return [{ did: ['finished'], file: intentFile, why: 'rollback_intent' }];
  const repairs: ExpectedRepair[] = scan.entries
    .filter((e) => !e.terminated)
    .map((e) => ({ did: ['adopted'], file: e.file, why: 'unterminated' }));
  const { hole } = scan;
  if (hole !== null) repairs.push({ did: ['cut'], file: hole.file, why: hole.code });
  return repairs;
}

function classesOf(scan: Scan, verdict: Verdict, derived: readonly Problem[]): readonly Class[] {
  const classes: Class[] = [];
  const verified = new Map<Path, number>();
  for (const entry of scan.entries) verified.set(entry.file, entry.to);
  for (const [file, to] of verified)
    classes.push({ is: 'valid', file, from: 0, to, why: 'verified' });
  const { hole } = scan;
  if (hole !== null) {
    const to = hole.is === 'torn' ? hole.size : hole.to;
    classes.push({ is: hole.is, file: hole.file, from: hole.from, to, why: hole.code });
  }
  for (const { code, file, from, to } of [...scan.problems, ...verdict.graph]) {
    classes.push({ is: 'corrupt', file, from, to, why: code });
  }
  if (verdict.intent.is === 'refuse') {
    classes.push({ is: 'corrupt', file: intentFile, from: 0, to: 0, why: verdict.intent.code });
  }
  for (const { code, file, from, to } of derived) {
    const is = /_(?:torn|tail|behind|unterminated)$/.test(code) ? 'torn' : 'corrupt';
    classes.push({ is, file, from, to, why: code });
  }
  return classes;
}
