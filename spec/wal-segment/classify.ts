import type { Image, Path } from '../lib/image.ts';
import type { Class, Key, Legal } from '../lib/judge.ts';
import { scan, segmentsIn, type Scan } from './classify-scan.ts';
import type {
  AssessOptions, Assessment, ExpectedRepair, Hole, Problem,
} from './classify-types.ts'; // prettier-ignore

export type * from './classify-types.ts';

const cache = new WeakMap<Image, Assessment>();

/** What a cut is copied aside in one piece, at most. */
const fragmentBytesMost = 1 << 30;

/**
 * What verifies in an image, what is torn, corrupt or ambiguous, and what a safe log may do about
 * it. Linear in the image, but for the search behind a hole, which is bounded.
 */
export function assess(image: Image, options: AssessOptions = {}): Assessment {
  const isPlain = options.onGap !== 'keep-prefix';
  const known = isPlain ? cache.get(image) : undefined;
  if (known !== undefined) return known;
  const assessment = judge(image, options);
  if (isPlain) cache.set(image, assessment);
  return assessment;
}

/** The classes alone. */
export function classify(image: Image): readonly Class[] {
  return assess(image).classes;
}

type Odd = ReturnType<typeof segmentsIn>['odd'];

/** With which codes an open must refuse, and with which it may. */
interface Codes {
  readonly must: readonly string[];
  readonly may: readonly string[];
}

function judge(image: Image, options: AssessOptions): Assessment {
  const { segments, odd } = segmentsIn(image);
  const found = scan(segments);
  const codes = codesOf(image, found, odd, options);
  const opens = codes.must.length === 0;
  return {
    classes: classesOf(found, odd),
    entries: found.entries,
    keys: found.entries.map(({ key }) => key),
    ...legalOf(found, odd, codes),
    expectedNotices: opens ? found.notices : [],
    expectedRepairs: opens ? repairsOf(found.hole) : [],
    hole: found.hole,
    problems: [...odd, ...found.problems],
  };
}

function codesOf(image: Image, { hole, problems }: Scan, odd: Odd, options: AssessOptions): Codes {
  const must = new Set([...odd, ...problems].map(({ code }) => code));
  if (hole?.is === 'ambiguous' && options.onGap !== 'keep-prefix') must.add('ambiguous_gap');
  const isCut = hole !== null && hole.to > hole.from;
  if (isCut && hole.to - hole.from > fragmentBytesMost) must.add('tail_too_large');
  const may = new Set<string>();
  const keeper = image.get('quarantine');
  if (keeper !== undefined && keeper.is !== 'dir') {
    // A directory that is made when it is first needed: whoever needs none may leave it as it is.
    const into = isCut ? must : may;
    for (const code of ['symlink_refused', 'not_a_directory', 'not_a_file']) into.add(code);
  }
  for (const [path, node] of image) {
    if (!path.startsWith('quarantine/') || node.is === 'dir') continue;
    if (node.is !== 'file') may.add('symlink_refused').add('not_a_file');
    else if (isCut && path.startsWith(`quarantine/${hole.file}@`)) may.add('quarantine_conflict');
  }
  if (image.get('quarantine/tmp')?.is === 'dir') may.add('not_a_file').add('io-eisdir');
  return { must: [...must], may: [...may] };
}

function legalOf(
  { entries }: Scan,
  odd: Odd,
  { must, may }: Codes,
): Pick<Assessment, 'legal' | 'legals'> {
  const keys = entries.map(({ key }) => key);
  if (must.length === 0) {
    const legal: Legal = { open: 'ok', keys };
    return { legal, legals: may.length === 0 ? [legal] : [legal, refused(may, keys)] };
  }
  const codes = [...must, ...may];
  const legal = refused(codes, keys);
  // A name that is none may be passed over, or end what is read.
  const first = odd.reduce<bigint | null>(
    (least, { segment }) => (least === null || segment < least ? segment : least),
    null,
  );
  if (first === null) return { legal, legals: [legal] };
  const before = entries.filter(({ segment }) => segment < first).map(({ key }) => key);
  return { legal, legals: [legal, refused(codes, before)] };
}

function refused(codes: readonly string[], readable: readonly Key[]): Legal {
  return { open: 'refused', codes, readable };
}

function repairsOf(hole: Hole | null): readonly ExpectedRepair[] {
  if (hole === null) return [];
  const { file, why } = hole;
  if (why === 'no_header') return [{ did: ['finished', 'rebuilt'], file, why }];
  const did = why === 'torn_header' ? (['cut', 'rebuilt'] as const) : (['cut'] as const);
  return [{ did, file, why }];
}

function classesOf({ ends, hole, problems }: Scan, odd: Odd): readonly Class[] {
  const classes: Class[] = [];
  for (const [file, to] of ends) classes.push({ is: 'valid', file, from: 0, to, why: 'verified' });
  if (hole !== null) classes.push(classOf(hole.is, hole.why, hole));
  const wrong: readonly Problem[] = [...odd, ...problems];
  return [...classes, ...wrong.map((one) => classOf('corrupt', one.code, one))];
}

const classOf = (
  is: Class['is'],
  why: string,
  { file, from, to }: { readonly file: Path; readonly from: number; readonly to: number },
): Class => ({ is, file, from, to, why });
