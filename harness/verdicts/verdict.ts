import { z } from 'zod';
import type { CaseEvent, FindingEvent, NotModelledEvent, PortEvent, RunEvent } from '../events.ts';
import { rungs } from '../rungs.ts';
import type { LeftOut } from './schemas.ts';

/** What becomes of a clause; `xfail`, `xpass` and `stale` only where a baseline speaks of it. */
export const statuses = [
  'pass', 'fail', 'warn', 'not_applicable', 'not_exercised', 'not_modelled', 'format_limit',
  'not_scored', 'port_died', 'timeout', 'port_protocol', 'harness_error', 'xfail', 'xpass', 'stale',
] as const; // prettier-ignore
export type Status = (typeof statuses)[number];

/** One clause in `results.json`. */
export const verdictSchema = z
  .object({
    clause: z.string(),
    level: z.enum(['MUST', 'SHOULD']),
    status: z.enum(statuses),
    /** What was seen, where the status says that it does not count or was expected. */
    measured: z.enum(statuses).optional(),
    /** Why it is not applicable, not scored, expected, or without a verdict. */
    why: z.string().optional(),
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
export type Verdict = z.infer<typeof verdictSchema>;

/** The events of one kind, and how the whole run ended; null where nothing says so. */
export interface Gathered {
  readonly cases: readonly CaseEvent[];
  readonly findings: readonly FindingEvent[];
  readonly faults: readonly PortEvent[];
  readonly notModelled: readonly NotModelledEvent[];
  readonly reason: string | null;
}

/** The events of a run that are about one kind. */
export function gatheredOf(
  kind: string,
  events: readonly RunEvent[],
  reason: string | null,
): Gathered {
  const of = <I extends RunEvent['is']>(is: I): Extract<RunEvent, { is: I }>[] =>
    events.filter(
      (e): e is Extract<RunEvent, { is: I }> => e.is === is && 'kind' in e && e.kind === kind,
    );
  return {
    cases: of('case'),
    findings: of('finding'),
    faults: of('port'),
    notModelled: of('not_modelled'),
    reason,
  };
}

/** The verdict on a clause that was run. */
export function verdictOf(id: string, level: Verdict['level'], all: Gathered): Verdict {
  const { cases, findings } = all;
  const own = findings.filter((f) => f.clause === id && f.gates);
  const count = (name: 'exercised' | 'failed' | 'limited'): number =>
    cases.reduce((total, c) => total + (c.clauses[id]?.[name] ?? 0), 0);
  const limited = count('limited');
  const failed = count('failed');
  const states = count('exercised');
  const anomalies: Record<string, number> = {};
  for (const f of own) anomalies[f.anomaly] = (anomalies[f.anomaly] ?? 0) + 1;
  const worst = own.find((f) => f.repro !== undefined) ?? own[0];
  const broken = failed > 0 || own.length > 0;
  const [status, why] = broken
    ? [level === 'MUST' ? ('fail' as const) : ('warn' as const)]
    : unbroken(id, all, { limited, states });
  return {
    clause: id,
    level,
    status,
    ...(why === undefined ? {} : { why }),
    states,
    failed,
    anomalies,
    reported: cases.reduce((total, c) => total + (c.reported[id] ?? 0), 0),
    ...(limited === 0 ? {} : { limited }),
    ...(worst === undefined ? {} : { say: worst.say, rung: worst.rung }),
    ...(worst?.repro === undefined ? {} : { repro: worst.repro }),
  };
}

/** What nothing broke has passed only where it was tried, and where all of it could be tried. */
function unbroken(
  id: string,
  { faults, notModelled, reason }: Gathered,
  { limited, states }: { readonly limited: number; readonly states: number },
): [Status, string?] {
  if (limited > 0) return ['format_limit'];
  const open = notModelled.find((one) => one.clauses?.includes(id) ?? true);
  if (open !== undefined) return ['not_modelled', `${open.call}: ${open.say}`];
  if (states > 0) return ['pass'];
  const fault = worstOf(faults);
  if (fault !== null) return [statusOfFault(fault.fault), `${fault.fault}: ${fault.say}`];
  if (reason === 'hang') return ['timeout', 'the port did not come back'];
  if (reason === 'harness_error') return ['harness_error', 'the harness failed before its turn'];
  return ['not_exercised'];
}

/** What a fault of a port as a program makes of clauses on which nothing else was seen. */
export function statusOfFault(fault: string): Status {
  if (fault === 'suite') return 'harness_error';
  if (fault === 'died') return 'port_died';
  return fault === 'hang' ? 'timeout' : 'port_protocol';
}

const faultsByWeight: readonly Status[] = [
  'harness_error', 'port_protocol', 'port_died', 'timeout',
]; // prettier-ignore

function worstOf(faults: readonly PortEvent[]): PortEvent | null {
  const weight = (one: PortEvent): number => faultsByWeight.indexOf(statusOfFault(one.fault));
  return faults.toSorted((a, b) => weight(a) - weight(b))[0] ?? null;
}

/** The verdict on a clause that was run and does not count. */
export function unscored({ clause, level, why }: LeftOut, all: Gathered): Verdict {
  const { status: measured, ...rest } = verdictOf(clause, level, all);
  return { ...rest, status: 'not_scored', measured, why };
}

/** The verdict on a clause whose matter the port does not claim. */
export function inapplicable({ clause, level, why }: LeftOut): Verdict {
  const nothing = { states: 0, failed: 0, anomalies: {}, reported: 0 };
  return { clause, level, status: 'not_applicable', why, ...nothing };
}
