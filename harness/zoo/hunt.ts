import type { PowerRung } from '../../faults/ladder.ts';
import type { Anomaly, Clause, Evidence } from '../../spec/lib/clause.ts';
import { gatherFaulted, judge, type Trial } from '../judge.ts';
import { shrink, type Case, type Hit } from '../shrink.ts';
import type { Candidate, StageName, StageSize } from './ground.ts';
import { search, type Part, type Search } from './search.ts';
import { candidates } from './stages.ts';
import type { BugFacts } from './types.ts';

/**
 * How long a bug is looked for: in histories of `operations` operations, until `states` states were
 * walked.
 */
export interface HuntBudget extends StageSize {
  readonly operations: number;
  readonly states: number;
  /** States with one fault only that are walked first where a bug is said to take two. */
  readonly single: number;
  /** States that one stage of one history may take. */
  readonly share: number;
  readonly shrinkWalks: number;
}

/** A hit that does not shrink to so few operations is a defect of the shrinker. */
export const operationsMost = 6;

export const huntBudget: HuntBudget = {
  operations: 40,
  states: 4000,
  single: 120,
  shrinkWalks: 5000,
  damaged: 60,
  share: 300,
  power: 60,
  firsts: 32,
  seconds: 8,
  injections: 40,
  cutsAfter: 6,
};

/** A stage of single faults in which something broke, though the bug is said to take two. */
export interface Early {
  readonly stage: string;
  readonly clause: string;
}

/** What became of a hunt. */
export interface Hunted<O, R, S> {
  /** States walked until the clause broke, or until the budget ended. */
  readonly states: number;
  readonly histories: number;
  /** Operations of the history that it was found in, and of the shrunk one. */
  readonly operationsBefore: number;
  readonly operationsAfter: number;
  readonly hit: Hit<O, R, S> | null;
  /** Where it was found. */
  readonly stage?: string;
  readonly early?: Early;
}

/** In which stages something is looked for. */
type Way = Pick<BugFacts, 'needs' | 'takesTwo'>;
type Hunter = Way & Pick<BugFacts, 'clause' | 'leansOn' | 'strikes' | 'errors' | 'pair'>;

const powerStages: readonly PowerRung[] = ['one lost', 'one kept', 'frontier tears', 'two lost'];

/** The stages in which a bug is looked for, in the order of the ladder. */
function stagesOf({ needs, takesTwo }: Way): readonly StageName[] {
  switch (needs) {
    case 'history':
      return ['history'];
    case 'kill':
    case 'damage':
      return ['history', needs];
    case 'power':
      return takesTwo === true ? ['two lost'] : powerStages;
    case 'nested':
      return ['nested'];
    case 'errors':
      return takesTwo === true
        ? ['error and crash']
        : ['errors', 'error and crash', 'error in recovery'];
  }
}

/** Every stage with no more than one fault. */
const singleStages: readonly StageName[] = [
  'history',
  'kill',
  'one lost',
  'frontier tears',
  'errors',
];

/** Looks for the clause that a planted bug must break, then shrinks what was found. */
export async function hunt<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  bug: Hunter,
  seed: string,
  budget: HuntBudget = huntBudget,
): Promise<Hunted<O, R, S>> {
  const clause = trial.kind.clauses.find((c) => c.id === bug.clause);
  if (clause === undefined) throw new Error(`no clause is called ${bug.clause}`);
  const early = bug.takesTwo === true ? await singles(trial, bug, seed, budget) : null;
  const { operations } = budget;
  const parts = partsOf<O, R, S, D>(stagesOf(bug), budget.share);
  const what = { trial, bug, seed, operations, size: budget, parts, states: budget.states };
  for await (const { candidate, states, history } of search(what)) {
    const evidence = await gatherFaulted(trial, candidate);
    const anomaly = broken(clause, evidence);
    if (anomaly === null) continue;
    const hit = await shrink(
      trial,
      caseOf(candidate),
      { clause, anomaly },
      { walks: budget.shrinkWalks },
    );
    const { run, stage } = candidate;
    return {
      states,
      histories: history + 1,
      operationsBefore: run.steps.length,
      operationsAfter: hit?.case.ops.length ?? run.steps.length,
      hit,
      stage,
      ...(early === null ? {} : { early }),
    };
  }
  return {
    states: budget.states,
    histories: 0,
    operationsBefore: 0,
    operationsAfter: 0,
    hit: null,
  };
}

/** The first stage of single faults in which anything broke: the bug would not take two. */
function singles<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  bug: Hunter,
  seed: string,
  budget: HuntBudget,
): Promise<Early | null> {
  const { operations, single: states } = budget;
  const parts = partsOf<O, R, S, D>(singleStages, Math.ceil(states / 2 / singleStages.length));
  return firstBroken({ trial, bug, seed, operations, size: budget, parts, states });
}

/**
 * The first stage in which any clause breaks, among so many states of those in which a bug that
 * needs such a fault is looked for; null where none does, as it must be without a bug.
 */
export function anyBroken<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  way: Way,
  seed: string,
  states: number,
): Promise<Early | null> {
  const stages = stagesOf(way);
  const parts = partsOf<O, R, S, D>(stages, Math.ceil(states / 2 / stages.length));
  const { operations } = huntBudget;
  return firstBroken({ trial, bug: {}, seed, operations, size: huntBudget, parts, states });
}

async function firstBroken<O, R, S, D>(what: Search<O, R, S, D>): Promise<Early | null> {
  const { trial } = what;
  for await (const { candidate } of search(what)) {
    const evidence = await gatherFaulted(trial, candidate);
    const found = judge(trial.kind.clauses, evidence).find((one) => one.findings.length > 0);
    if (found !== undefined) return { stage: candidate.stage, clause: found.clause.id };
  }
  return null;
}

function partsOf<O, R, S, D>(
  stages: readonly StageName[],
  share: number,
): readonly Part<O, R, S, D>[] {
  return stages.map((stage) => ({
    name: stage,
    share,
    states: (ground) => candidates(ground, stage),
  }));
}

function caseOf<O, R, S>({ run, fault }: Candidate<O, R, S>): Case<O> {
  const ops = run.steps.map((step) => step.op);
  return run.errors.length === 0 ? { ops, fault } : { ops, errors: run.errors, fault };
}

function broken(clause: Clause, evidence: Evidence): Anomaly | null {
  const findings = clause.check(evidence);
  return findings === 'not_exercised' ? null : (findings[0]?.anomaly ?? null);
}
