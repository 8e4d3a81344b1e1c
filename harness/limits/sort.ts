import type { Clause, Evidence, Finding } from '../../spec/lib/clause.ts';
import type { CheckOptions } from '../check.ts';
import type { Subject } from '../plan.ts';
import type { Run } from '../drive.ts';
import { faultable, type Nested } from '../fault.ts';
import type { Judged } from '../judge.ts';
import type { Planned } from '../ladder.ts';
import { shrink, type Case, type Hit, type ShrinkBudget } from '../shrink.ts';
import { certify, type Certificate } from './certify.ts';
import { flatOf } from './flat.ts';
import { certifySecond, secondStateOf } from './second.ts';
import { survivesEverySync } from './synced.ts';

/** A finding that is the format's own, with its proof. */
interface Limit {
  readonly hit: Hit<unknown, unknown, unknown>;
  readonly certificate: Certificate<unknown>;
}

/** What was judged, with the findings told apart: the port's, and those of its format. */
export interface Sorted {
  readonly clause: Clause;
  readonly findings: readonly (Finding & { readonly limit?: Limit })[];
}

/** What one history has shown of clause and anomaly so far: a limit of the format, or none. */
export type Limits = Map<string, Limit | null>;

/** A state of a run that was judged. */
export interface JudgedState {
  readonly run: Run<unknown, unknown, unknown>;
  readonly planned: Planned;
  readonly evidence: Evidence;
  readonly gates: boolean;
  readonly judged: readonly Judged[];
}

/** The history of a state and what was done to it. */
export function caseOfState<O, R, S>(state: {
  readonly run: Run<O, R, S>;
  readonly planned: Planned;
}): Case<O> {
  const { errors, steps } = state.run;
  const ops = steps.map((step) => step.op);
  const { fault } = state.planned;
  return errors.length === 0 ? { ops, fault } : { ops, errors, fault };
}

/**
 * Tells findings that the format is to blame for. Only one that no sync could prevent is asked
 * about; the first of each clause and anomaly in a history is shrunk and certified. A second fault
 * is told as that of a longer history where it is one, and proved state by state where it is not.
 */
export async function sortedOut<O, R, S, D>(
  subject: Subject<O, R, S, D>,
  { shrinkBudget }: CheckOptions,
  limits: Limits,
  state: Omit<JudgedState, 'run'> & { readonly run: Run<O, R, S> },
): Promise<readonly Sorted[]> {
  const { judged, gates, run, planned } = state;
  const { fault } = planned;
  if (!gates || run.errors.length > 0) return judged;
  if (judged.every(({ findings }) => findings.length === 0)) return judged;
  const { trial } = subject;
  const safe = trial.kind.ports['safe'];
  const image = state.evidence.start;
  const flat =
    fault.is === 'nested'
      ? await flatOf(trial, run, { fault, image })
      : { run, case: { ...caseOfState(state), fault } };
  if (safe === undefined) return judged;
  if (flat === null) {
    return fault.is === 'nested' ? secondOnes(subject, shrinkBudget, limits, state, fault) : judged;
  }
  if (!survivesEverySync(faultable(trial.machine, flat.run), flat.case.fault)) return judged;
  const sorted: Sorted[] = [];
  for (const { clause, findings } of judged) {
    const told: Sorted['findings'][number][] = [];
    for (const finding of findings) {
      const name = `${clause.id} ${finding.anomaly} ${fault.is === 'nested' ? 'nested' : ''}`;
      let limit = limits.get(name);
      if (limit === undefined) {
        const target = { clause, anomaly: finding.anomaly };
        const hit = await shrink(trial, flat.case, target, shrinkBudget);
        const certificate = hit === null ? null : await certify(trial, hit, clause, { safe });
        limit = hit === null || certificate === null ? null : { hit, certificate };
        limits.set(name, limit);
      }
      told.push(limit === null ? finding : { ...finding, limit });
    }
    sorted.push({ clause, findings: told });
  }
  return sorted;
}

/** Second faults that are those of no longer history: each state has to be proved on its own. */
async function secondOnes<O, R, S, D>(
  { trial }: Subject<O, R, S, D>,
  shrinkBudget: ShrinkBudget | undefined,
  limits: Limits,
  { run, evidence, planned, judged }: Omit<JudgedState, 'run'> & { readonly run: Run<O, R, S> },
  fault: Nested,
): Promise<readonly Sorted[]> {
  const safe = trial.kind.ports['safe']!;
  const limitOf = async (clause: Clause, finding: Finding): Promise<Limit | null> => {
    const target = { clause, anomaly: finding.anomaly };
    const proof = await certifySecond(trial, { run, fault, evidence }, target, safe);
    if (proof === null) return null;
    const name = `${clause.id} ${finding.anomaly} second`;
    const known = limits.get(name);
    if (known !== undefined) return known;
    const start = caseOfState({ run, planned });
    const small = await shrink(trial, start, target, shrinkBudget);
    const state = small === null ? null : secondStateOf(small);
    const certificate = state === null ? null : await certifySecond(trial, state, target, safe);
    const limit =
      small === null || certificate === null
        ? { hit: { case: start, run, evidence, finding }, certificate: proof }
        : { hit: small, certificate };
    limits.set(name, limit);
    return limit;
  };
  const sorted: Sorted[] = [];
  for (const { clause, findings } of judged) {
    const told: Sorted['findings'][number][] = [];
    for (const finding of findings) {
      const limit = await limitOf(clause, finding);
      told.push(limit === null ? finding : { ...finding, limit });
    }
    sorted.push({ clause, findings: told });
  }
  return sorted;
}
