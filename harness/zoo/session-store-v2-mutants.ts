import { randomDamage, applyDamage } from '../../faults/damage.ts';
import { randomFrom, type Random } from '../../faults/random.ts';
import type { Image } from '../../spec/lib/image.ts';
import { structuralDamage } from '../../spec/session-store-v2/damage.ts';
import { rowIds, ruleIds, type RowId, type RuleId } from '../../spec/session-store-v2/table.ts';
import { rows } from '../../spec/session-store-v2/rows.ts';
import { makeRun, staysInside } from '../check.ts';
import {
  compare, standardOps, transcribe, type AgreementLimits, type Compared, type Mutant, type Transcript,
} from '../kinds/session-store-v2-agreement.ts'; // prettier-ignore
import { sessionStoreV2 } from '../kinds/session-store-v2.ts';
import { directedStores } from '../properties/directed.ts';
import { trialOf } from '../subjects.ts';

/**
 * One store of the standing corpus, with what the original did with it and what the table went
 * through.
 */
export interface Specimen {
  readonly image: Image;
  /** Limits of both witnesses, where the store is too small for those of the format. */
  readonly limits?: AgreementLimits;
  readonly transcript: Transcript;
  readonly compared: Compared;
}

/**
 * What became of a spec mutant: how many specimens were tried until the original contradicted it,
 * or null.
 */
export interface MutantFate {
  readonly rule: RuleId;
  readonly killedAfter: number | null;
  /** Specimens that go through the decision at all. */
  readonly reached: number;
  /** Decision rows on whose specimens the mutant was contradicted. */
  readonly rows: ReadonlySet<RowId>;
}

/** How large a corpus is; `directed` stores are made for each decision row, 4 unless told. */
export interface CorpusSize {
  readonly histories: number;
  readonly damaged: number;
  readonly directed?: number;
}

/**
 * Damaged stores made from histories of the original, some at random, some for each decision row:
 * the same seed gives the same corpus.
 */
export async function* corpus(seed: string, size: CorpusSize): AsyncGenerator<Specimen> {
  for await (const store of directedStores(seed, size.directed ?? 4)) {
    yield specimen(store.image, store.limits);
  }
  const trial = trialOf(sessionStoreV2, sessionStoreV2.ports['original']!, 'original');
  for (let history = 0; history < size.histories; history++) {
    const random = randomFrom(seed).fork(`corpus/${history}`);
    const run = await makeRun(trial, random, 24);
    yield specimen(run.image);
    const structural = structuralDamage(run.image);
    for (let i = 0; i < size.damaged; i++) yield specimen(damaged(run.image, random, structural));
  }
}

function damaged(
  image: Image,
  random: Random,
  structural: ReturnType<typeof structuralDamage>,
): Image {
  const drawn = randomDamage(image, random, { structural: () => structural });
  return drawn.filter(staysInside).reduce(applyDamage, image);
}

function specimen(image: Image, limits?: AgreementLimits): Specimen {
  const transcript = transcribe(image, standardOps, limits);
  const low = limits === undefined ? {} : { limits };
  return { image, transcript, compared: compare(image, transcript, low), ...low };
}

/**
 * Tries one spec mutant on the specimens that reach its decision, until the original has
 * contradicted it often enough.
 */
export function tryMutant(rule: RuleId, specimens: readonly Specimen[], most = 60): MutantFate {
  const reaching = specimens.filter((s) => s.compared.rules.has(rule));
  const wanted = new Set(rows.filter((row) => row.rules.includes(rule)).map((row) => row.id));
  const found = new Set<RowId>();
  let killedAfter: number | null = null;
  let tried = 0;
  const contradicts = (s: Specimen, mutate: Mutant): boolean =>
    compare(s.image, s.transcript, { ...limitsOf(s), mutate }).disagreement !== null;
  for (const s of byInterest(reaching, wanted)) {
    if (tried++ >= most || (killedAfter !== null && found.size === wanted.size)) break;
    const inverted = contradicts(s, rule);
    if (inverted) killedAfter ??= tried;
    const open = [...s.compared.rows].filter((row) => wanted.has(row) && !found.has(row));
    // Where no is refused, the inverted answer refuses too: only an answer that is always yes shows
    // it.
    const seen = (answer: boolean): boolean => contradicts(s, { rule, answer });
    if (open.length > 0 && (inverted || seen(true) || seen(false))) {
      for (const row of open) found.add(row);
    }
  }
  return { rule, killedAfter, reached: reaching.length, rows: found };
}

const limitsOf = ({ limits }: Specimen): Pick<Specimen, 'limits'> =>
  limits === undefined ? {} : { limits };

/**
 * Specimens that show a row of the rule first, one row after the other, so that no row waits for a
 * frequent one.
 */
function byInterest(all: readonly Specimen[], wanted: ReadonlySet<RowId>): ReadonlySet<Specimen> {
  const showing = [...wanted].map((row) => all.filter((s) => s.compared.rows.has(row)));
  const longest = Math.max(0, ...showing.map((some) => some.length));
  const ordered = Array.from({ length: longest }, (_, i) =>
    showing.flatMap((some) => some[i] ?? []),
  );
  return new Set([...ordered.flat(), ...all]);
}

/** Every mutant's fate, and the rows that no mutant of theirs was contradicted on. */
export function trialOfMutants(specimens: readonly Specimen[]): {
  readonly fates: readonly MutantFate[];
  readonly rowsAlive: readonly RowId[];
} {
  const fates = ruleIds.map((rule) => tryMutant(rule, specimens));
  const dead = new Set(fates.flatMap((fate) => [...fate.rows]));
  return { fates, rowsAlive: rowIds.filter((id) => !dead.has(id)) };
}
