import type { ZodType } from 'zod';
import { anomalies } from '../../spec/lib/clause.ts';
import {
  baselineSchema,
  waiversSchema,
  type Entry,
  type ExpectedEntry,
  type HeldWaiver,
  type Waiver,
} from './schemas.ts';
import { statuses } from './verdict.ts';

/** What is known before a run, as data that crosses into a worker. */
export interface Expect {
  readonly baseline?: readonly ExpectedEntry[];
  readonly waivers?: readonly HeldWaiver[];
}

/** What a file of expectations is read against. */
export interface Known {
  /** The ids of clauses by kind. */
  readonly clauses: ReadonlyMap<string, ReadonlySet<string>>;
  /** A day as `2026-12-31`, UTC: the caller's, since nothing here has a clock. */
  readonly today: string;
}

/** A file of expectations that makes no sense; the command line ends with exit code 2. */
export class BadExpectation extends Error {
  override readonly name = 'BadExpectation';
  readonly code = 'bad_expectation';
}

/** Reads a baseline file. Throws `BadExpectation` where it is none, or contradicts itself. */
export function readBaseline(text: string, known: Known): readonly ExpectedEntry[] {
  const { entries } = parsed(text, baselineSchema, 'a baseline');
  for (const { anomaly } of entries) requireAnomaly(anomaly);
  requireOnce(entries, keyOfEntry);
  return entries.map((entry) => ({
    ...entry,
    ...(isPast(entry.until, known.today) ? { expired: true as const } : {}),
    ...(isKnown(entry, known) ? {} : { unknown: true as const }),
  }));
}

/**
 * Reads a file of waivers. Throws `BadExpectation` also where a clause is unknown, and where one
 * would hold for more than a year from today: a dispute is to be decided, not put away.
 */
export function readWaivers(text: string, known: Known): readonly HeldWaiver[] {
  const { waivers } = parsed(text, waiversSchema, 'a file of waivers');
  requireOnce(waivers, ({ kind, clause }) => `${kind} ${clause}`);
  const latest = aYearAfter(known.today);
  for (const waiver of waivers) {
    if (!isKnown(waiver, known)) {
      throw new BadExpectation(`no clause of ${waiver.kind} is called "${waiver.clause}"`);
    }
    if (waiver.until <= latest) continue;
    const say = `${waiver.clause} is waived until ${waiver.until}`;
    throw new BadExpectation(`${say}: a waiver holds for a year at most, today until ${latest}`);
  }
  return waivers.map((waiver) => ({
    ...waiver,
    ...(isPast(waiver.until, known.today) ? { expired: true as const } : {}),
  }));
}

/** A clause is either expected to fail or waived. Throws `BadExpectation`. */
export function requireApart({ baseline = [], waivers = [] }: Expect): void {
  for (const { kind, clause } of waivers) {
    if (!baseline.some((entry) => entry.kind === kind && entry.clause === clause)) continue;
    throw new BadExpectation(`${clause} of ${kind} stands in the baseline and is waived`);
  }
}

function parsed<T>(text: string, schema: ZodType<T>, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadExpectation(`this is no JSON, so not ${what}`);
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue?.path.join('.') ?? '';
  const where = place === '' ? '' : ` at ${place}`;
  throw new BadExpectation(`this is not ${what}${where}: ${issue?.message ?? 'of another shape'}`);
}

/** What makes an entry another one: everything but what is said about it. */
export function keyOfEntry(entry: Entry): string {
  const { kind, clause, anomaly, port, policy, profile, reach, depth } = entry;
  return JSON.stringify([kind, clause, anomaly, port, policy, profile, reach, depth]);
}

function requireAnomaly(name: string): void {
  if (([...anomalies, ...statuses] as readonly string[]).includes(name)) return;
  throw new BadExpectation(`no anomaly is called "${name}"; known: ${anomalies.join(', ')}`);
}

function requireOnce<T extends Entry | Waiver>(all: readonly T[], keyOf: (one: T) => string): void {
  const seen = new Set<string>();
  for (const one of all) {
    const key = keyOf(one);
    if (seen.has(key)) throw new BadExpectation(`${one.clause} of ${one.kind} stands there twice`);
    seen.add(key);
  }
}

/** The same day of the next year; of a 29 February the day after. */
function aYearAfter(today: string): string {
  const next = new Date(`${today}T00:00:00Z`);
  next.setUTCFullYear(next.getUTCFullYear() + 1);
  return next.toISOString().slice(0, 10);
}

const isPast = (until: string | undefined, today: string): boolean =>
  until !== undefined && until < today;

function isKnown({ kind, clause }: Pick<Entry, 'kind' | 'clause'>, { clauses }: Known): boolean {
  return clauses.get(kind)?.has(clause) ?? false;
}
