import { begin } from '../lib/cut-text.ts';
import type { KindResults, Results } from '../results.ts';
import { keyOfEntry } from './expect.ts';
import { isHere, placeOfRun, waysOf } from './expected.ts';
import { entrySchema, type Baseline, type Entry, type ExpectedEntry } from './schemas.ts';
import type { Verdict } from './verdict.ts';

/** What an entry begins with that nobody has explained yet. */
const unexplained = 'unexplained';

/** A baseline as it is to be, and what became of the one before. */
export interface Updated {
  readonly baseline: Baseline;
  readonly added: number;
  readonly removed: number;
  /** Entries without a reason of somebody's own. */
  readonly unexplained: number;
}

/**
 * The baseline that a run would fit. Entries of other runs and those that still match stay as they
 * are, reasons, issues and days included: an expired one stays expired. What no longer fails goes,
 * if the run was whole. SHOULD clauses are added only where the baseline speaks of them.
 */
export function updatedBaseline(results: Results, before: readonly ExpectedEntry[]): Updated {
  const kept = before.filter((entry) => staysIn(results, entry)).map(plain);
  const added = results.kinds.flatMap((kind) =>
    kind.verdicts.flatMap((verdict) => newIn(results, kind, verdict, before)),
  );
  const entries = [...kept, ...added].toSorted(byKey);
  return {
    baseline: { version: 1, entries },
    added: added.length,
    removed: before.length - kept.length,
    unexplained: entries.filter(({ reason }) => reason.startsWith(unexplained)).length,
  };
}

/** The text of a baseline file: the same entries give the same bytes. */
export function baselineText({ version, entries }: Baseline): string {
  return `${JSON.stringify({ version, entries }, null, 2)}\n`;
}

function staysIn(results: Results, entry: ExpectedEntry): boolean {
  if (entry.unknown === true) return false;
  const problems = results.baseline?.problems ?? [];
  const is = problems.find(
    (one) =>
      one.kind === entry.kind && one.clause === entry.clause && one.anomaly === entry.anomaly,
  )?.is;
  if (is === undefined || is === 'unexpected') return true;
  const kind = results.kinds.find((one) => one.kind === entry.kind);
  if (kind === undefined || !isHere(entry, placeOfRun(results, kind.port))) return true;
  // What fails as it says, and is expired.
  return waysIn(kind, entry.clause).includes(entry.anomaly);
}

function waysIn({ verdicts }: KindResults, clause: string): readonly string[] {
  const verdict = verdicts.find((one) => one.clause === clause);
  return verdict === undefined ? [] : waysOf(verdict);
}

function newIn(
  results: Results,
  { kind, port }: KindResults,
  verdict: Verdict,
  before: readonly ExpectedEntry[],
): readonly Entry[] {
  const { clause, status, say, why } = verdict;
  const place = placeOfRun(results, port);
  const own = before.filter(
    (entry) => entry.kind === kind && entry.clause === clause && isHere(entry, place),
  );
  if (status === 'warn' && own.length === 0) return [];
  const ways = waysOf(verdict).filter((way) => own.every((entry) => entry.anomaly !== way));
  const reason = begin(`${unexplained}: ${say ?? why ?? status}`, 400);
  return ways.map((anomaly) => ({ kind, clause, anomaly, reason }));
}

/** Without what only a run knows of it; members in the order of the schema. */
function plain(known: ExpectedEntry): Entry {
  return entrySchema.strip().parse(known);
}

function byKey(a: Entry, b: Entry): number {
  const [x, y] = [keyOfEntry(a), keyOfEntry(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
