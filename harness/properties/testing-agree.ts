import { describe as say } from '../../faults/damage.ts';
import type { Clause, Finding, Seen } from '../../spec/lib/clause.ts';
import type { Image } from '../../spec/lib/image.ts';
import type { Key, Owes } from '../../spec/lib/judge.ts';
import type { Op } from '../../spec/session-store-v2/ops.ts';
import { rowIds } from '../../spec/session-store-v2/table.ts';
import { gatherOn, judge } from '../judge.ts';
import { sessionStoreV2Witness } from '../kinds/session-store-v2-agreement.ts';
import { sessionStoreV2 } from '../kinds/session-store-v2.ts';
import { trialOf } from '../subjects.ts';
import type { Disagreement, WitnessLimits } from '../zoo/witness.ts';
import { damagedHistories, type Portion, type Trait } from './testing-damaged.ts';

const { brief, standard, compare, transcribe } = sessionStoreV2Witness;
const trialOfSafe = trialOf(sessionStoreV2, sessionStoreV2.ports['safe']!, 'safe');

/** What is asked of one damaged store. */
export interface Asked {
  readonly image: Image;
  readonly undamaged: Image;
  readonly owes: readonly Owes[];
  readonly ops: readonly Op[];
  readonly limits?: WitnessLimits;
}

/** How both stores of ours came out on one damaged image. */
export interface Came {
  readonly disagreement: Disagreement | null;
  readonly rows: ReadonlySet<string>;
  readonly exercised: readonly Clause['id'][];
  /**
   * Acknowledged entries that safe does not show, although it opens and reports nothing; null where
   * it refuses or reports something, or nothing is owed.
   */
  readonly silentlyLost: readonly Key[] | null;
  readonly anomalies: readonly { readonly clause: Clause['id']; readonly finding: Finding }[];
}

/** Holds the table against the original, and the safe store against its clauses, on one image. */
export async function tryStore(asked: Asked): Promise<Came> {
  const { image, ops, limits } = asked;
  const transcript = transcribe(image, ops, limits);
  const { disagreement, rows } = compare(image, transcript, limits === undefined ? {} : { limits });
  const evidence = await gatherOn(trialOfSafe, image);
  const judged = judge(sessionStoreV2.clauses, {
    ...evidence,
    fault: 'damage',
    undamaged: asked.undamaged,
    owes: asked.owes,
  });
  return {
    disagreement,
    rows,
    exercised: judged.map(({ clause }) => clause.id),
    silentlyLost: silentlyLost(evidence.seen, asked.owes),
    anomalies: judged.flatMap(({ clause, findings }) =>
      findings.map((finding) => ({ clause: clause.id, finding })),
    ),
  };
}

/**
 * The fewest that are missing, over the alternatives of what is owed; none where opening says
 * anything.
 */
function silentlyLost(seen: readonly Seen[], owes: readonly Owes[]): readonly Key[] | null {
  const opened = seen[0];
  const shown = seen.find(({ phase, op }) => phase === 'read' && op === 'all');
  const view = opened?.view;
  if (view === undefined || shown?.view === undefined) return null;
  if (view.repairs.length + view.notices.length > 0) return null;
  if (owes.every(({ must }) => must.length === 0)) return null;
  const keys = new Set(shown.view.keys);
  const missing = owes.map(({ must }) => must.filter((key) => !keys.has(key)));
  return missing.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

/** How often something was met, by its name. */
export type Counts = Map<string, number>;

/** What a property over many damaged stores came to. */
export interface Tally {
  histories: number;
  images: number;
  readonly traits: Counts;
  readonly rows: Counts;
  readonly clauses: Counts;
  readonly disagreements: string[];
  readonly anomalies: string[];
  /** Stores that safe opens without a word, though something is owed. */
  quiet: number;
  /** Single damage to a closed store that loses something in silence: there must be none. */
  readonly silent: string[];
  /** Several damages, or damage to a killed store, that together leave no trace of what is lost. */
  undetectable: number;
}

/** A tally of nothing yet, with a zero for every decision row. */
export const newTally = (): Tally => ({
  histories: 0,
  images: 0,
  traits: new Map(),
  rows: new Map(rowIds.map((row) => [row, 0])),
  clauses: new Map(),
  disagreements: [],
  anomalies: [],
  quiet: 0,
  silent: [],
  undetectable: 0,
});

/** Counts one more of a name. */
export const countIn = (counts: Counts, name: string): void =>
  void counts.set(name, (counts.get(name) ?? 0) + 1);

/** Adds what one store came to; `what` says which store it was. */
export function addTo(tally: Tally, came: Came, what: string): void {
  tally.images++;
  for (const row of came.rows) countIn(tally.rows, row);
  for (const clause of came.exercised) countIn(tally.clauses, clause);
  if (came.disagreement !== null) tally.disagreements.push(`${what}: ${came.disagreement.say}`);
  for (const { clause, finding } of came.anomalies) {
    tally.anomalies.push(`${what}: ${clause} ${finding.anomaly}: ${finding.say}`);
  }
}

/** Puts every damaged store of some histories through both; every fifth through all operations. */
export async function differential(portion: Portion): Promise<Tally> {
  const { stackTraceLimit } = Error;
  // Refusals are answers here, some dozen to a store, and nobody looks where they were thrown.
  Error.stackTraceLimit = 0;
  try {
    return await differentialOf(portion);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function differentialOf(portion: Portion): Promise<Tally> {
  const tally = newTally();
  for await (const history of damagedHistories(portion)) {
    tally.histories++;
    for (const trait of history.traits) countIn(tally.traits, trait);
    for (const [i, store] of history.stores.entries()) {
      const came = await tryStore({ ...store, ops: i % 5 === 0 ? standard : brief });
      const what = `history ${history.index}, store ${i} (${store.damage.map(say).join('; ')})`;
      addTo(tally, came, what);
      if (came.silentlyLost !== null) tally.quiet++;
      if (came.silentlyLost === null || came.silentlyLost.length === 0) continue;
      if (store.damage.length > 1 || store.killed) tally.undetectable++;
      else tally.silent.push(`${what}: ${came.silentlyLost.join(', ')}`);
    }
  }
  return tally;
}

/** The traits that histories must show, for the property to have tried what it says. */
export const traitsWanted: readonly Trait[] = [
  'several segments', 'rollback', 'checkpoint', 'manifest', 'kill',
]; // prettier-ignore

/** A tally in a few lines, for the log of the tests. */
export function tallyText(title: string, tally: Tally): string {
  const list = (counts: Counts): string =>
    [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
  return [
    `${title}: ${tally.images} distinct damaged stores of ${tally.histories} histories`,
    ...(tally.traits.size === 0 ? [] : [`  histories with ${list(tally.traits)}`]),
    `  table and original disagree on ${tally.disagreements.length}, anomalies of safe: ${tally.anomalies.length}`,
    `  opened without a word: ${tally.quiet}; entries lost so: ${tally.silent.length} by one damage, ${tally.undetectable} by several`,
    `  rows: ${list(tally.rows)}`,
    `  clauses of safe: ${list(tally.clauses)}`,
  ].join('\n');
}
