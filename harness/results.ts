import { z } from 'zod';
import { sumOfSyncs } from './advise/redundant.ts';
import {
  rung,
  startSchema,
  syncTally,
  type CaseEvent,
  type FindingEvent,
  type RunEvent,
  type StartEvent,
} from './events.ts';
import { rungs, sumOfRungs } from './rungs.ts';

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
    /** States that broke it where a certificate lays that to the format. */
    limited: z.number().int().optional(),
    /** States that broke it under a model whose findings do not count. */
    reported: z.number().int(),
    repro: z.string().optional(),
    say: z.string().optional(),
    /** The rung that the finding of `say` was met on. */
    rung: z.enum(rungs).optional(),
  })
  .strict();
export type Verdict = z.infer<typeof verdict>;

const counts = z.record(z.string(), z.number().int());

const reported = z
  .object({
    clause: z.string(),
    anomaly: z.string(),
    model: z.string(),
    say: z.string(),
    repro: z.string().optional(),
  })
  .strict();

/** How far one rung went under one model, in all histories. */
const rungResult = rung
  .extend({
    /** Histories that had such states, and those in which it stopped before its last one. */
    histories: z.number().int(),
    stopped: z.number().int(),
  })
  .strict();
export type RungResult = z.infer<typeof rungResult>;

/** `results.json`, version 2: a pure function of the events. */
export const resultsSchema = z
  .object({
    version: z.literal(2),
    tearproof: z.string(),
    seed: z.string(),
    depth: z.string(),
    policy: z.enum(['original', 'safe']),
    command: z.string(),
    /** What the run was narrowed to, where it was. */
    only: startSchema.shape.only,
    /** False where not every history was run; the last case may be missing. */
    complete: z.boolean(),
    /** How the run ended; `cut_short`: it was killed, and its events end without a last word. */
    ended: z.enum(['done', 'time', 'interrupted', 'hang', 'harness_error', 'cut_short']),
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
          /** `least`: what a run that is out of time must have done to show anything. */
          histories: z
            .object({ planned: z.number().int(), least: z.number().int(), done: z.number().int() })
            .strict(),
          totals: counts,
          faults: counts,
          phases: counts,
          agreement: z.object({ same: z.number().int(), compared: z.number().int() }).strict(),
          notTested: z.array(z.string()),
          /** By rung of the ladder and model: how far it went. A planned one may have no states. */
          rungs: z.array(rungResult),
          planned: z
            .object({ rungs: z.array(z.enum(rungs)), models: z.array(z.string()) })
            .strict(),
          /** What was found under models whose findings do not count. */
          reported: z.array(reported),
          /** Syncs by operation and pattern of path, and how many of them made nothing durable. */
          syncs: z.array(syncTally),
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
  return resultsSchema.parse({
    version: 2,
    tearproof: start.tearproof,
    seed: start.seed,
    depth: start.depth,
    policy: start.policy,
    command: start.command,
    ...(start.only === undefined ? {} : { only: start.only }),
    complete,
    ended: reason ?? 'cut_short',
    ...(detail === undefined ? {} : { detail }),
    ...(hang === undefined ? {} : { hang: hangOf(hang) }),
    exitCode: exitCodeOf(kinds, reason, start.only !== undefined),
    kinds,
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
    histories: { planned: planned.histories, least: planned.least, done: cases.length },
    totals: {
      operations: sum(cases, (c) => c.operations),
      cuts: sum(cases, (c) => c.cuts),
      damaged: sum(cases, (c) => c.damaged),
      generated: sum(cases, (c) => c.generated),
      walked: sum(cases, (c) => c.walked),
    },
    faults: merge(cases.map((c) => c.faults)),
    phases: merge(cases.map((c) => c.phases)),
    agreement: {
      same: sum(cases, (c) => c.agreement.same),
      compared: sum(cases, (c) => c.agreement.compared),
    },
    notTested: planned.notTested,
    rungs: rungResults(cases),
    planned: { rungs: planned.rungs, models: planned.models },
    syncs: sumOfSyncs(cases.flatMap((c) => c.syncs ?? [])),
    reported: findings
      .filter((f) => !f.gates && f.limit !== true)
      .map(({ clause, anomaly, model, say, repro }) => ({
        clause,
        anomaly,
        model,
        say,
        ...(repro === undefined ? {} : { repro }),
      })),
  };
}

function verdictOf(
  id: string,
  level: 'MUST' | 'SHOULD',
  cases: readonly CaseEvent[],
  findings: readonly FindingEvent[],
): Verdict {
  const own = findings.filter((f) => f.clause === id && f.gates);
  const states = sum(cases, (c) => c.clauses[id]?.exercised ?? 0);
  const failed = sum(cases, (c) => c.clauses[id]?.failed ?? 0);
  const anomalies: Record<string, number> = {};
  for (const f of own) anomalies[f.anomaly] = (anomalies[f.anomaly] ?? 0) + 1;
  const broken = failed > 0 || own.length > 0;
  const limited = sum(cases, (c) => c.clauses[id]?.limited ?? 0);
  const unbroken = limited > 0 ? 'format_limit' : states === 0 ? 'not_exercised' : 'pass';
  const worst = own.find((f) => f.repro !== undefined) ?? own[0];
  return {
    clause: id,
    level,
    status: broken ? (level === 'MUST' ? 'fail' : 'warn') : unbroken,
    states,
    failed,
    anomalies,
    reported: sum(cases, (c) => c.reported[id] ?? 0),
    ...(limited === 0 ? {} : { limited }),
    ...(worst === undefined ? {} : { say: worst.say, rung: worst.rung }),
    ...(worst?.repro === undefined ? {} : { repro: worst.repro }),
  };
}

function rungResults(cases: readonly CaseEvent[]): RungResult[] {
  const all = cases.flatMap((c) => c.rungs);
  return sumOfRungs(all).map((one) => {
    const own = all.filter((r) => r.rung === one.rung && r.model === one.model);
    const stopped = own.filter((r) => !r.finished).length;
    return { ...one, histories: own.length, stopped };
  });
}

/** `narrowed`: only a part was asked for, so that a clause may well have had no occasion. */
function exitCodeOf(
  kinds: readonly KindResults[],
  reason: string | null,
  narrowed: boolean,
): number {
  if (reason === 'harness_error') return 4;
  if (reason === 'hang') return 1;
  if (reason === 'interrupted') return 130;
  const verdicts = kinds.flatMap((k) => k.verdicts);
  if (verdicts.some((v) => v.status === 'fail')) return 1;
  if (reason !== 'done' && reason !== 'time') return 5;
  if (reason === 'time' && kinds.some((k) => k.histories.done < k.histories.least)) return 5;
  const must = verdicts.filter((v) => v.level === 'MUST');
  if (must.every((v) => v.status === 'not_exercised')) return 2;
  const isIdle = verdicts.some((v) => v.status === 'not_exercised');
  if (isIdle && !narrowed) return reason === 'time' ? 5 : 1;
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
