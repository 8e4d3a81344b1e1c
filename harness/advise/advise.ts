import type { Run } from '../drive.ts';
import type { Fault } from '../fault.ts';
import type { Trial } from '../judge.ts';
import type { Clause, Finding } from '../../spec/lib/clause.ts';
import { barriersOf, type BarrierAdvice } from './barriers.ts';
import { bitesOf, type Bites } from './bites.ts';
import { keptFor } from './kept.ts';
import { retryOf } from './retry.ts';
import { sceneOf, type Scene } from './scene.ts';

/** What is found out about a counterexample with a power cut, beyond what it shows by itself. */
export interface Advice {
  readonly scene: Scene;
  /** Events that were not durable and have to be kept for it; null where that is not known. */
  readonly kept: readonly number[] | null;
  readonly bites: Bites;
  readonly barriers: BarrierAdvice;
  /** Walks that it took. */
  readonly walks: number;
}

/** The counterexample that is asked about, as it was run. */
export interface Asked<O, R, S> {
  readonly clause: Clause;
  readonly finding: Finding;
  readonly run: Run<O, R, S>;
  readonly fault: Fault;
}

/** Walks that one advice may take. */
export interface AdviceBudget {
  readonly walks: number;
  /** Of them, at most so many to find the models that it happens under. */
  readonly models: number;
}

export const adviceBudget: AdviceBudget = { walks: 4000, models: 200 };

/**
 * What a counterexample needs to be kept, under which models it happens, and which syncs would have
 * prevented it; null where no power was cut. Takes walks: ask only for what is shown or kept.
 */
export async function advise<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  { clause, finding, run, fault }: Asked<O, R, S>,
  budget: AdviceBudget = adviceBudget,
): Promise<Advice | null> {
  const scene = await sceneOf(trial, run, fault);
  if (scene === null) return null;
  const retry = retryOf(trial, run, clause, budget.walks);
  const { anomaly } = finding;
  const kept = await keptFor(scene, retry, anomaly);
  const bites = await bitesOf(trial.kind, scene, retry, { anomaly, walksMost: budget.models });
  const barriers = await barriersOf(trial.kind, scene, retry);
  return { scene, kept, bites, barriers, walks: retry.walks };
}
