import { randomDamage, applyDamage } from '../../faults/damage.ts';
import { randomFrom, type Random } from '../../faults/random.ts';
import type { Image } from '../../spec/lib/image.ts';
import { makeRun, staysInside } from '../check.ts';
import type { StructuralDamage } from '../kind.ts';
import { kindNamed, trialOf } from '../subjects.ts';
import type { AnyWitness, Compared, Mutant, Transcript, WitnessLimits } from './witness.ts';

/**
 * A store that was damaged for one decision or decision row, since random damage rarely gets there.
 */
export interface Directed {
  readonly image: Image;
  /** Limits of both witnesses, where the store is too small for those of the format. */
  readonly limits?: WitnessLimits;
  /** What both are asked, where it is not what every damaged store is asked. */
  readonly ops?: readonly unknown[];
}

/** What the spec mutants of one kind are tried on. */
export interface MutantGround {
  readonly witness: AnyWitness;
  /** So many distinct stores for each row. */
  readonly directed: (seed: string, each: number) => AsyncIterable<Directed> | Iterable<Directed>;
}

/**
 * One store of the standing corpus, with what the original did with it and what the table went
 * through.
 */
export interface Specimen extends Directed {
  readonly transcript: Transcript<unknown, unknown>;
  readonly compared: Compared;
}

/**
 * What became of a spec mutant: how many specimens were tried until the original contradicted it,
 * or null.
 */
export interface MutantFate {
  readonly rule: string;
  readonly killedAfter: number | null;
  /** Specimens that go through the decision at all. */
  readonly reached: number;
  /** Decision rows on whose specimens the mutant was contradicted. */
  readonly rows: ReadonlySet<string>;
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
export async function* corpus(
  { witness, directed }: MutantGround,
  seed: string,
  size: CorpusSize,
): AsyncGenerator<Specimen> {
  for await (const store of directed(seed, size.directed ?? 4)) yield specimen(witness, store);
  const kind = kindNamed(witness.kind);
  const trial = trialOf(kind, kind.ports['original']!, 'original');
  for (let history = 0; history < size.histories; history++) {
    const random = randomFrom(seed).fork(`corpus/${history}`);
    const run = await makeRun(trial, random, 24);
    yield specimen(witness, { image: run.image });
    const structural = kind.structuralDamage?.(run.image) ?? [];
    for (let i = 0; i < size.damaged; i++) {
      yield specimen(witness, { image: damaged(run.image, random, structural) });
    }
  }
}

function damaged(image: Image, random: Random, structural: readonly StructuralDamage[]): Image {
  const drawn = randomDamage(image, random, { structural: () => structural });
  return drawn.filter(staysInside).reduce(applyDamage, image);
}

function specimen(witness: AnyWitness, store: Directed): Specimen {
  const { image, limits, ops = witness.standard } = store;
  const transcript = witness.transcribe(image, ops, limits);
  return { ...store, transcript, compared: witness.compare(image, transcript, limitsOf(store)) };
}

/**
 * Tries one spec mutant on the specimens that reach its decision, until the original has
 * contradicted it often enough.
 */
export function tryMutant(
  witness: AnyWitness,
  rule: string,
  specimens: readonly Specimen[],
  most = 60,
): MutantFate {
  const reaching = specimens.filter((s) => s.compared.rules.has(rule));
  const wanted = new Set(
    witness.rows.filter((row) => row.rules.includes(rule)).map((row) => row.id),
  );
  const found = new Set<string>();
  let killedAfter: number | null = null;
  let tried = 0;
  const contradicts = (s: Specimen, mutate: Mutant): boolean =>
    witness.compare(s.image, s.transcript, { ...limitsOf(s), mutate }).disagreement !== null;
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

const limitsOf = ({ limits }: Directed): { readonly limits?: WitnessLimits } =>
  limits === undefined ? {} : { limits };

/**
 * Specimens that show a row of the rule first, one row after the other, so that no row waits for a
 * frequent one.
 */
function byInterest(all: readonly Specimen[], wanted: ReadonlySet<string>): ReadonlySet<Specimen> {
  const showing = [...wanted].map((row) => all.filter((s) => s.compared.rows.has(row)));
  const longest = Math.max(0, ...showing.map((some) => some.length));
  const ordered = Array.from({ length: longest }, (_, i) =>
    showing.flatMap((some) => some[i] ?? []),
  );
  return new Set([...ordered.flat(), ...all]);
}

/** Every mutant's fate, and the rows that no mutant of theirs was contradicted on. */
export function trialOfMutants(
  witness: AnyWitness,
  specimens: readonly Specimen[],
): {
  readonly fates: readonly MutantFate[];
  readonly rowsAlive: readonly string[];
} {
  const fates = witness.rules.map((rule) => tryMutant(witness, rule, specimens));
  const dead = new Set(fates.flatMap((fate) => [...fate.rows]));
  return { fates, rowsAlive: witness.rows.map(({ id }) => id).filter((id) => !dead.has(id)) };
}
