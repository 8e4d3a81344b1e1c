import { gather, type Trial } from '../judge.ts';
import { runOps } from '../shrink.ts';
import { oneLess } from '../shrunk.ts';
import { huntBudget, operationsMost, type Hunted } from './hunt.ts';
import { modelOf } from './legal.ts';
import type { BugFacts } from './types.ts';

/**
 * What is wrong with a hunt, in words; nothing where it found the clause broken, in few operations,
 * by a fault that some honest file system allows, and, of a bug that takes two faults, by two and
 * by neither of them alone. Of a hit that was not shrunk to the end only what broke too early is
 * told.
 */
export async function flawsOf<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  bug: BugFacts,
  hunted: Hunted<O, R, S>,
  isShrunk = true,
): Promise<readonly string[]> {
  const { hit, early, operationsBefore, operationsAfter, states } = hunted;
  if (hit === null) return [`NOT CAUGHT by ${bug.clause} in ${states} states`];
  const flaws: string[] = [];
  if (early !== undefined) {
    flaws.push(`said to take two faults, but ${early.clause} broke at ${early.stage}`);
  }
  if (!isShrunk) return flaws;
  if (operationsBefore < huntBudget.operations) {
    flaws.push(`found in a history of ${operationsBefore} operations only`);
  }
  if (operationsAfter > operationsMost) flaws.push(`shrunk to ${operationsAfter} operations only`);
  const model = modelOf(hit.case.fault);
  if (model?.honest === false) flaws.push(`takes ${model.name}, which does not keep its word`);
  if (bug.takesTwo === true) flaws.push(...(await singleFaults(trial, bug, hit)));
  return flaws;
}

async function singleFaults<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  bug: BugFacts,
  hit: NonNullable<Hunted<O, R, S>['hit']>,
): Promise<readonly string[]> {
  const { fault, errors = [], ops } = hit.case;
  const lost = fault.is === 'power' ? fault.lost.length : 0;
  const flaws: string[] = [];
  if (fault.is !== 'nested' && errors.length === 0 && lost <= 1) {
    flaws.push(`said to take two faults, but was shrunk to one (${fault.is})`);
  }
  const clause = trial.kind.clauses.find(({ id }) => id === bug.clause);
  for (const less of oneLess(hit.case)) {
    if (less.case.ops.length < ops.length) continue;
    const run = await runOps(trial, less.case.ops, less.case.errors);
    const evidence = await gather(trial, run, less.case.fault);
    const found = evidence === null ? [] : clause?.check(evidence);
    if (found === undefined || found === 'not_exercised') continue;
    const isSame = found.some(({ anomaly }) => anomaly === hit.finding.anomaly);
    if (isSame) flaws.push(`said to take two faults, but breaks without ${less.without} too`);
  }
  return flaws;
}
