import { z } from 'zod';
import type { StartEvent } from '../events.ts';
import type { ExpectedEntry, Scope } from './schemas.ts';
import type { Verdict } from './verdict.ts';

/** A way in which a baseline is not what a run found; each of them fails the run. */
export const problemSchema = z
  .object({
    /**
     * `xpass`: what was expected to fail did not. `stale`: the clause had no verdict. `changed`: it
     * broke in another way. `unexpected`: in one more way. `expired`: the day is past.
     */
    is: z.enum(['xpass', 'stale', 'changed', 'unexpected', 'expired']),
    kind: z.string(),
    clause: z.string(),
    anomaly: z.string(),
    say: z.string(),
  })
  .strict();
export type Problem = z.infer<typeof problemSchema>;

/** How a run stands to its baseline. */
export const heldSchema = z
  .object({
    entries: z.number().int(),
    matched: z.number().int(),
    /** Entries of other ports, policies, reaches, kinds, or of clauses that were not asked for. */
    elsewhere: z.number().int(),
    problems: z.array(problemSchema),
  })
  .strict();
export type Held = z.infer<typeof heldSchema>;

/** What was run of one kind, and what came of it. */
export interface RanKind {
  readonly kind: string;
  readonly port: string;
  readonly verdicts: readonly Verdict[];
}

interface Held1 {
  readonly verdict: Verdict;
  readonly matched: number;
  readonly problems: readonly Problem[];
}

/**
 * Holds the verdicts of one kind against the entries of a baseline. `whole`: every state that was
 * asked for was tried, without which nothing passes unexpectedly.
 */
export function holdAgainst(
  { kind, port, verdicts }: RanKind,
  start: StartEvent,
  whole: boolean,
): { readonly verdicts: readonly Verdict[]; readonly held: Held } {
  const all = (start.baseline ?? []).filter((one) => one.kind === kind && one.unknown !== true);
  const place = placeOfRun(start, port);
  const here = all.filter((entry) => isHere(entry, place));
  const isLeftOut = ({ status }: Verdict): boolean =>
    status === 'not_applicable' && start.only?.profile !== undefined;
  const known = new Set(verdicts.filter((one) => !isLeftOut(one)).map((one) => one.clause));
  const asked = here.filter((entry) => known.has(entry.clause) || !isNarrowed(start));
  const missing = asked.filter((entry) => !known.has(entry.clause));
  const each = verdicts.map((verdict): Held1 => {
    const entries = asked.filter((entry) => entry.clause === verdict.clause);
    return entries.length === 0 ? untouched(verdict) : hold(kind, verdict, entries, whole);
  });
  const stale = missing.map((entry) => problemOf('stale', entry, notRun(start)));
  return {
    verdicts: each.map((one) => one.verdict),
    held: {
      entries: all.length,
      matched: each.reduce((sum, one) => sum + one.matched, 0),
      elsewhere: all.length - asked.length,
      problems: [...each.flatMap((one) => one.problems), ...stale],
    },
  };
}

/** Entries of a baseline that no kind of the run can answer for. */
export function heldElsewhere({ baseline = [], kinds }: StartEvent): Held {
  const ran = new Set(kinds.map((one) => one.kind));
  const unknown = baseline.filter((entry) => entry.unknown === true);
  const other = baseline.filter((entry) => entry.unknown !== true && !ran.has(entry.kind));
  return {
    entries: unknown.length + other.length,
    matched: 0,
    elsewhere: other.length,
    problems: unknown.map((entry) => problemOf('stale', entry, 'no such clause is known')),
  };
}

/** Several as one. */
export function heldTogether(all: readonly Held[]): Held {
  const sum = (of: (one: Held) => number): number => all.reduce((total, one) => total + of(one), 0);
  return {
    entries: sum((one) => one.entries),
    matched: sum((one) => one.matched),
    elsewhere: sum((one) => one.elsewhere),
    problems: all.flatMap((one) => one.problems),
  };
}

/** Where a run took place, in the words of a scope. */
export function placeOfRun(
  run: Pick<StartEvent, 'policy' | 'reach' | 'depth' | 'only'>,
  port: string,
): Readonly<Record<keyof Scope, string>> {
  return {
    port,
    policy: run.policy,
    profile: run.only?.profile ?? 'full',
    reach: run.reach ?? 'in process',
    depth: run.depth,
  };
}

/** True where an entry holds for a run that took place there. */
export function isHere(entry: Scope, place: Readonly<Record<keyof Scope, string>>): boolean {
  const names = ['port', 'policy', 'profile', 'reach', 'depth'] as const;
  return names.every((name) => entry[name] === undefined || entry[name] === place[name]);
}

/** Clauses were left out because somebody asked for others. */
const isNarrowed = ({ only }: StartEvent): boolean =>
  only?.clauses !== undefined || only?.profile !== undefined;

const notRun = ({ policy, reach }: StartEvent): string =>
  `the clause is not run here (policy ${policy}, reach ${reach ?? 'in process'})`;

function untouched(verdict: Verdict): Held1 {
  return { verdict, matched: 0, problems: [] };
}

/** The statuses that a baseline can expect without an anomaly of the store: by their own name. */
const expectable = ['port_died', 'timeout', 'port_protocol', 'not_modelled'] as const;

/** In which ways a clause is broken: anomalies, or what kept it from a verdict. */
export function waysOf({ status: told, measured, anomalies }: Verdict): readonly string[] {
  const status = told === 'xfail' ? (measured ?? told) : told;
  if (status === 'fail' || status === 'warn') return Object.keys(anomalies).toSorted();
  return expectable.filter((name) => name === status);
}

function hold(
  kind: string,
  verdict: Verdict,
  entries: readonly ExpectedEntry[],
  whole: boolean,
): Held1 {
  const ways = waysOf(verdict);
  const live = entries.filter((entry) => entry.expired !== true);
  const late = entries
    .filter((entry) => entry.expired === true)
    .map((entry) => problemOf('expired', entry, `it held until ${entry.until ?? ''}`));
  const matched = live.filter((entry) => ways.includes(entry.anomaly));
  const missing = live.filter((entry) => !ways.includes(entry.anomaly));
  const extra = ways.filter((way) => entries.every((entry) => entry.anomaly !== way));
  const isCovered = ways.every((way) => live.some((entry) => entry.anomaly === way));
  if (ways.length === 0) return unbroken(verdict, live, late, whole);
  if (isCovered) {
    const gone = whole ? missing.map((e) => problemOf('xpass', e, 'this anomaly is gone')) : [];
    const why = matched.map((entry) => entry.reason).join('; ');
    const xfail: Verdict = { ...verdict, status: 'xfail', measured: verdict.status, why };
    return { verdict: xfail, matched: matched.length, problems: [...late, ...gone] };
  }
  const found = `found instead: ${extra.join(', ')}`;
  const changed = extra.length === 0 ? [] : missing.map((e) => problemOf('changed', e, found));
  const more = matched.length > 0 && missing.length === 0 ? extra : [];
  const problems = [
    ...late,
    ...changed,
    ...more.map((anomaly) => unexpectedIn(kind, verdict, anomaly)),
  ];
  return { verdict, matched: matched.length, problems };
}

function unexpectedIn(kind: string, { clause, say = '' }: Verdict, anomaly: string): Problem {
  return { is: 'unexpected', kind, clause, anomaly, say: `not in the baseline: ${say}` };
}

/** Nothing was found of a clause that was expected to fail. */
function unbroken(
  verdict: Verdict,
  live: readonly ExpectedEntry[],
  late: readonly Problem[],
  whole: boolean,
): Held1 {
  if (live.length === 0) return { verdict, matched: 0, problems: late };
  const passed = verdict.status === 'pass' || verdict.status === 'format_limit';
  if (!whole) return { verdict, matched: 0, problems: late };
  const is = passed ? 'xpass' : 'stale';
  const say = passed
    ? 'it passes: take the entry out'
    : `no verdict was formed: ${verdict.status}${verdict.why === undefined ? '' : `, ${verdict.why}`}`;
  return {
    verdict: { ...verdict, status: is, measured: verdict.status },
    matched: 0,
    problems: [...late, ...live.map((entry) => problemOf(is, entry, say))],
  };
}

function problemOf(
  is: Problem['is'],
  { kind, clause, anomaly }: Pick<ExpectedEntry, 'kind' | 'clause' | 'anomaly'>,
  say: string,
): Problem {
  return { is, kind, clause, anomaly, say };
}
