import { z } from 'zod';
import type { CaseEvent, FindingEvent, RunEvent, StartEvent } from './events.ts';

const status = z.enum([
  'pass', 'fail', 'warn', 'not_applicable', 'not_exercised', 'not_modelled', 'format_limit',
  'not_scored', 'port_died', 'timeout', 'port_protocol', 'harness_error',
]); // prettier-ignore

const verdict = z
  .object({
    clause: z.string(),
    level: z.enum(['MUST', 'SHOULD']),
    status,
    states: z.number().int(),
    failed: z.number().int(),
    anomalies: z.record(z.string(), z.number().int()),
    repro: z.string().optional(),
    say: z.string().optional(),
  })
  .strict();
export type Verdict = z.infer<typeof verdict>;

const counts = z.record(z.string(), z.number().int());

/** `results.json`, version 1: a pure function of the events. */
export const resultsSchema = z
  .object({
    version: z.literal(1),
    tearproof: z.string(),
    seed: z.string(),
    depth: z.string(),
    policy: z.enum(['original', 'safe']),
    command: z.string(),
    /** False where the run was cut short: the last case may be missing. */
    complete: z.boolean(),
    /** How the run ended; `cut_short`: it was killed, and its events end without a last word. */
    ended: z.enum(['done', 'interrupted', 'hang', 'harness_error', 'cut_short']),
    /** What went wrong, where the harness itself failed. */
    detail: z.string().optional(),
    /** What a port that did not come back was doing; the file holds operations and fault. */
    hang: z
      .object({ kind: z.string(), say: z.string(), file: z.string().optional() })
      .strict()
      .optional(),
    exitCode: z.number().int(),
    kinds: z.array(
      z
        .object({
          kind: z.string(),
          port: z.string(),
          verdicts: z.array(verdict),
          histories: z.object({ planned: z.number().int(), done: z.number().int() }).strict(),
          totals: counts,
          faults: counts,
          phases: counts,
          agreement: z.object({ same: z.number().int(), compared: z.number().int() }).strict(),
          notTested: z.array(z.string()),
        })
        .strict(),
    ),
    /** By rung of the ladder: what finished. */
    rungs: z.array(
      z
        .object({
          rung: z.string(),
          model: z.string(),
          states: z.number().int(),
          finished: z.boolean(),
        })
        .strict(),
    ),
  })
  .strict();
export type Results = z.infer<typeof resultsSchema>;
export type KindResults = Results['kinds'][number];

/** Folds events into results; an empty or headless run gives null. */
export function resultsOf(events: readonly RunEvent[]): Results | null {
  const start = events.find((e): e is StartEvent => e.is === 'start');
  if (start === undefined) return null;
  const end = events.find((e) => e.is === 'end');
  const kinds = start.kinds.map((k) => kindResults(k, events));
  const reason = end !== undefined && end.is === 'end' ? end.reason : null;
  const detail = end !== undefined && end.is === 'end' ? end.detail : undefined;
  const hang = events.find((e): e is FindingEvent => e.is === 'finding' && e.clause === 'hang');
  const complete = reason === 'done';
  const cutStates = sum(kinds, (k) => k.totals['cuts'] ?? 0);
  return resultsSchema.parse({
    version: 1,
    tearproof: start.tearproof,
    seed: start.seed,
    depth: start.depth,
    policy: start.policy,
    command: start.command,
    complete,
    ended: reason ?? 'cut_short',
    ...(detail === undefined ? {} : { detail }),
    ...(hang === undefined ? {} : { hang: hangOf(hang) }),
    exitCode: exitCodeOf(kinds, reason),
    kinds,
    rungs: [{ rung: 'all prefixes', model: 'kill9', states: cutStates, finished: complete }],
  });
}

function hangOf({ kind, say, repro }: FindingEvent): NonNullable<Results['hang']> {
  return { kind, say, ...(repro === undefined ? {} : { file: repro }) };
}

function kindResults(
  planned: StartEvent['kinds'][number],
  events: readonly RunEvent[],
): KindResults {
  const cases = events.filter((e): e is CaseEvent => e.is === 'case' && e.kind === planned.kind);
  const findings = events.filter(
    (e): e is FindingEvent => e.is === 'finding' && e.kind === planned.kind,
  );
  const level = (ids: readonly string[], name: 'MUST' | 'SHOULD'): Verdict[] =>
    ids.map((id) => verdictOf(id, name, cases, findings));
  return {
    kind: planned.kind,
    port: planned.port,
    verdicts: [...level(planned.must, 'MUST'), ...level(planned.should, 'SHOULD')],
    histories: { planned: planned.histories, done: cases.length },
    totals: {
      operations: sum(cases, (c) => c.operations),
      cuts: sum(cases, (c) => c.cuts),
      damaged: sum(cases, (c) => c.damaged),
      generated: sum(cases, (c) => c.generated),
      unique: sum(cases, (c) => c.unique),
      walked: sum(cases, (c) => c.walked),
    },
    faults: merge(cases.map((c) => c.faults)),
    phases: merge(cases.map((c) => c.phases)),
    agreement: {
      same: sum(cases, (c) => c.agreement.same),
      compared: sum(cases, (c) => c.agreement.compared),
    },
    notTested: planned.notTested,
  };
}

function verdictOf(
  id: string,
  level: 'MUST' | 'SHOULD',
  cases: readonly CaseEvent[],
  findings: readonly FindingEvent[],
): Verdict {
  const own = findings.filter((f) => f.clause === id);
  const states = sum(cases, (c) => c.clauses[id]?.exercised ?? 0);
  const failed = sum(cases, (c) => c.clauses[id]?.failed ?? 0);
  const anomalies: Record<string, number> = {};
  for (const f of own) anomalies[f.anomaly] = (anomalies[f.anomaly] ?? 0) + 1;
  const broken = failed > 0 || own.length > 0;
  const worst = own.find((f) => f.repro !== undefined) ?? own[0];
  return {
    clause: id,
    level,
    status: broken ? (level === 'MUST' ? 'fail' : 'warn') : states === 0 ? 'not_exercised' : 'pass',
    states,
    failed,
    anomalies,
    ...(worst === undefined ? {} : { say: worst.say }),
    ...(worst?.repro === undefined ? {} : { repro: worst.repro }),
  };
}

function exitCodeOf(kinds: readonly KindResults[], reason: string | null): number {
  if (reason === 'harness_error') return 4;
  if (reason === 'hang') return 1;
  if (reason === 'interrupted') return 130;
  const verdicts = kinds.flatMap((k) => k.verdicts);
  if (verdicts.some((v) => v.status === 'fail')) return 1;
  if (reason !== 'done') return 5;
  const must = verdicts.filter((v) => v.level === 'MUST');
  if (must.every((v) => v.status === 'not_exercised')) return 2;
  if (verdicts.some((v) => v.status === 'not_exercised')) return 1;
  return kinds.some((k) => Object.values(k.faults).some((hits) => hits === 0)) ? 5 : 0;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function merge(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const merged: Record<string, number> = {};
  for (const one of all) {
    for (const [name, n] of Object.entries(one)) merged[name] = (merged[name] ?? 0) + n;
  }
  return merged;
}
