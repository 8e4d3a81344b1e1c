import type { Clause } from '../../spec/lib/clause.ts';
import { correspondingFaults } from '../corresponding.ts';
import { faultable, type Fault, type SingleFault } from '../fault.ts';
import { gather, trialBy, type Trial } from '../judge.ts';
import type { PortMaker } from '../kind.ts';
import { runOps, type Hit } from '../shrink.ts';
import { excludes } from './excludes.ts';
import { othersWith, type OthersBudget } from './others.ts';
import { survivesEverySync } from './synced.ts';

/**
 * The proof that a finding is the format's own: two histories that leave the same bytes, one of
 * them by a fault that no sync prevents, and owe what no store could show of both.
 */
export interface Certificate<O> {
  readonly clause: Clause['id'];
  readonly anomaly: string;
  readonly ops: readonly O[];
  readonly fault: Fault;
  readonly other: { readonly ops: readonly O[]; readonly fault: Fault };
}

const usual: OthersBudget = { operations: 6, histories: 4000 };

/**
 * Asks whether a finding is a limit of the format (DESIGN section 5): it stays though a completed
 * sync follows every call, another history reaches the same image with duties that exclude it, and
 * the safe store has it too. Null where one of the three is not shown, whatever the reason.
 */
export async function certify<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  hit: Hit<O, R, S>,
  clause: Clause,
  { safe, budget = usual }: { readonly safe: PortMaker<O, R>; readonly budget?: OthersBudget },
): Promise<Certificate<O> | null> {
  const { fault, errors } = hit.case;
  if (fault.is === 'nested' || errors !== undefined) return null;
  if (!survivesEverySync(faultable(trial.machine, hit.run), fault)) return null;
  if (!(await safeHasIt(trialBy(trial, safe), hit, fault, clause))) return null;
  const { start, owes } = hit.evidence;
  // Thousands of histories: a port in another process would be at it for hours.
  const others = trial.judged === undefined ? trial : trialBy(trial, safe);
  for await (const other of othersWith(others, hit.run, start, budget)) {
    if (!excludes(owes, other.owes)) continue;
    const { ops, fault: otherFault } = other;
    const { anomaly } = hit.finding;
    return {
      clause: clause.id,
      anomaly,
      ops: hit.case.ops,
      fault,
      other: { ops, fault: otherFault },
    };
  }
  return null;
}

async function safeHasIt<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  hit: Hit<O, R, S>,
  fault: SingleFault,
  clause: Clause,
): Promise<boolean> {
  const run = await runOps(trial, hit.case.ops);
  let left = faultsTried;
  // Another store makes other calls: the fault is moved to where it corresponds.
  for (const alike of [fault, ...(await listed(correspondingFaults(trial, hit, run)))]) {
    if (left-- <= 0) return false;
    const evidence = await gather(trial, run, alike);
    const found = evidence === null ? [] : clause.check(evidence);
    if (found === 'not_exercised') continue;
    if (found.some((f) => f.anomaly === hit.finding.anomaly)) return true;
  }
  return false;
}

/** Of the faults that correspond to the one that was found, so many are tried on the safe store. */
const faultsTried = 120;

async function listed<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
