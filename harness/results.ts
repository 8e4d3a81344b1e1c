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
import { exitCodeOf } from './verdicts/exit.ts';
import { heldElsewhere, heldSchema, heldTogether, holdAgainst } from './verdicts/expected.ts';
import type { Held } from './verdicts/expected.ts';
import { faultsOf, faultSchema, notModelledSchema, openCallsOf } from './verdicts/faults.ts';
import {
  gatheredOf,
  inapplicable,
  unscored,
  verdictOf,
  verdictSchema,
  type Gathered,
  type Verdict,
} from './verdicts/verdict.ts';
import { waiverResult, waiversOf } from './verdicts/waived.ts';

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
    reach: startSchema.shape.reach,
    requirements: startSchema.shape.requirements,
    /** How the run stands to the failures that were expected, where any were. */
    baseline: heldSchema.optional(),
    waivers: z.array(waiverResult).optional(),
    /** False where not every history was run; the last case may be missing. */
    complete: z.boolean(),
    /** How the run ended; `cut_short`: it was killed, and its events end without a last word. */
    ended: z.enum([
      'done', 'time', 'interrupted', 'hang', 'cannot_start', 'harness_error', 'cut_short',
    ]), // prettier-ignore
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
          verdicts: z.array(verdictSchema),
          /** `least`: what a run that is out of time must have done to show anything. */
          histories: z
            .object({
              planned: z.number().int(),
              least: z.number().int(),
              done: z.number().int(),
              /** Histories that a port broke off as a program. */
              lost: z.number().int().optional(),
            })
            .strict(),
          /** What the port did wrong as a program, where no verdict could be formed. */
          portFaults: z.array(faultSchema).optional(),
          /** Calls of the port that no crash state can be made of. */
          notModelled: z.array(notModelledSchema).optional(),
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
export type { Verdict } from './verdicts/verdict.ts';

/** Folds events into results; an empty or headless run gives null. */
export function resultsOf(events: readonly RunEvent[]): Results | null {
  const start = events.find((e): e is StartEvent => e.is === 'start');
  if (start === undefined) return null;
  const end = events.find((e) => e.is === 'end');
  const reason = end !== undefined && end.is === 'end' ? end.reason : null;
  const judged = start.kinds.map((k) => kindResults(k, start, gatheredOf(k.kind, events, reason)));
  const kinds = judged.map((one) => one.results);
  const held = heldTogether([...judged.map((one) => one.held), heldElsewhere(start)]);
  const waivers = waiversOf(start, kinds);
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
    ...(start.reach === undefined ? {} : { reach: start.reach }),
    ...(start.requirements === undefined ? {} : { requirements: start.requirements }),
    ...(start.baseline === undefined ? {} : { baseline: held }),
    ...(waivers.length === 0 ? {} : { waivers }),
    complete,
    ended: reason ?? 'cut_short',
    ...(detail === undefined ? {} : { detail }),
    ...(hang === undefined ? {} : { hang: hangOf(hang) }),
    exitCode: exitCodeOf(kinds, { reason, only: start.only, problems: held.problems, waivers }),
    kinds,
  });
}

function hangOf({ kind, say, repro }: FindingEvent): NonNullable<Results['hang']> {
  return { kind, say, ...(repro === undefined ? {} : { file: repro }) };
}

function kindResults(
  planned: StartEvent['kinds'][number],
  start: StartEvent,
  all: Gathered,
): { readonly results: KindResults; readonly held: Held } {
  const { cases, findings } = all;
  const level = (ids: readonly string[], name: 'MUST' | 'SHOULD'): Verdict[] =>
    ids.map((id) => verdictOf(id, name, all));
  const measured = [
    ...level(planned.must, 'MUST'),
    ...level(planned.should, 'SHOULD'),
    ...(planned.notScored ?? []).map((one) => unscored(one, all)),
    ...(planned.notApplicable ?? []).map(inapplicable),
  ];
  const whole = all.reason === 'done' && isWhole(start);
  const ran = { kind: planned.kind, port: planned.port, verdicts: measured };
  const { verdicts, held } = holdAgainst(ran, start, whole);
  const portFaults = faultsOf(all.faults);
  const notModelled = openCallsOf(all.notModelled);
  const lost = all.faults.filter((one) => one.lost === true).length;
  const results: KindResults = {
    kind: planned.kind,
    port: planned.port,
    verdicts: [...verdicts],
    histories: {
      planned: planned.histories,
      least: planned.least,
      done: cases.length,
      ...(lost === 0 ? {} : { lost }),
    },
    ...(portFaults.length === 0 ? {} : { portFaults }),
    ...(notModelled.length === 0 ? {} : { notModelled }),
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
  return { results, held };
}

/** Every rung and model of the depth was asked for. */
const isWhole = ({ only }: StartEvent): boolean =>
  only?.rungs === undefined && only?.models === undefined;

function rungResults(cases: readonly CaseEvent[]): RungResult[] {
  const all = cases.flatMap((c) => c.rungs);
  return sumOfRungs(all).map((one) => {
    const own = all.filter((r) => r.rung === one.rung && r.model === one.model);
    const stopped = own.filter((r) => !r.finished).length;
    return { ...one, histories: own.length, stopped };
  });
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
