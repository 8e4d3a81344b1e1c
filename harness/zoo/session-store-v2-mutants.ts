import { randomDamage, applyDamage } from '../../faults/damage.ts';
import { randomFrom, type Random } from '../../faults/random.ts';
import type { Image } from '../../spec/lib/image.ts';
import { structuralDamage } from '../../spec/session-store-v2/damage.ts';
import { rowIds, ruleIds, type RowId, type RuleId } from '../../spec/session-store-v2/table.ts';
import { rows } from '../../spec/session-store-v2/rows.ts';
import { makeRun, staysInside } from '../check.ts';
import {
  compare, standardOps, transcribe, type Compared, type Transcript,
} from '../kinds/session-store-v2-agreement.ts'; // prettier-ignore
import { sessionStoreV2 } from '../kinds/session-store-v2.ts';
import { trialOf } from '../subjects.ts';

/**
 * One store of the standing corpus, with what the original did with it and what the table went
 * through.
 */
export interface Specimen {
  readonly image: Image;
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

/** Damaged stores made from histories of the original: the same seed gives the same corpus. */
export async function* corpus(
  seed: string,
  size: { readonly histories: number; readonly damaged: number },
): AsyncGenerator<Specimen> {
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

function specimen(image: Image): Specimen {
  const transcript = transcribe(image, standardOps);
  return { image, transcript, compared: compare(image, transcript) };
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
  for (const s of byInterest(reaching, wanted)) {
    if (tried++ >= most || (killedAfter !== null && found.size === wanted.size)) break;
    if (compare(s.image, s.transcript, { mutate: rule }).disagreement === null) continue;
    killedAfter ??= tried;
    for (const row of s.compared.rows) if (wanted.has(row)) found.add(row);
  }
  return { rule, killedAfter, reached: reaching.length, rows: found };
}

/** Specimens that show a row of the rule first. */
function byInterest(all: readonly Specimen[], wanted: ReadonlySet<RowId>): readonly Specimen[] {
  const shows = (s: Specimen): boolean => [...s.compared.rows].some((row) => wanted.has(row));
  return [...all.filter(shows), ...all.filter((s) => !shows(s))];
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
