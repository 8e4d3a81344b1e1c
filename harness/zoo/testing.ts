import { expect } from 'vitest';
import type { Trial } from '../judge.ts';
import { gather } from '../judge.ts';
import { runOps } from '../shrink.ts';
import { oneLess } from '../shrunk.ts';
import { huntBudget, operationsMost, type HuntBudget, type Hunted } from './hunt.ts';
import { modelOf } from './legal.ts';
import type { BugFacts } from './types.ts';

/** A budget of so many states, which hardly shrinks. */
export function stingy(states: number): HuntBudget {
  return { ...huntBudget, states, single: 10, damaged: 20, injections: 8, shrinkWalks: 1 };
}

/**
 * The hunt found the clause broken, in few operations, by a fault that some honest file system
 * allows; where the bug takes two faults, by two and by neither of them alone.
 */
export async function expectCaught<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  bug: BugFacts,
  { hit, early, operationsBefore, operationsAfter }: Hunted<O, R, S>,
): Promise<void> {
  expect(hit?.finding.say, bug.id).toBeDefined();
  if (hit === null) return;
  expect(operationsBefore).toBeGreaterThanOrEqual(40);
  expect(operationsAfter).toBeLessThanOrEqual(operationsMost);
  expect(modelOf(hit.case.fault)?.honest).not.toBe(false);
  expect(early).toBeUndefined();
  if (bug.takesTwo !== true) return;
  const { fault, errors = [] } = hit.case;
  const lost = fault.is === 'power' ? fault.lost.length : 0;
  expect(fault.is === 'nested' || errors.length > 0 || lost > 1).toBe(true);
  for (const less of oneLess(hit.case)) {
    if (less.case.ops.length < hit.case.ops.length) continue;
    const run = await runOps(trial, less.case.ops, less.case.errors);
    const evidence = await gather(trial, run, less.case.fault);
    const clause = trial.kind.clauses.find((c) => c.id === bug.clause);
    const found = evidence === null ? [] : clause?.check(evidence);
    const same =
      found === 'not_exercised' ? [] : found?.filter((f) => f.anomaly === hit.finding.anomaly);
    expect(same, less.without).toEqual([]);
  }
}
