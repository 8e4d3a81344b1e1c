import type { Run } from '../drive.ts';
import { faultable, type Fault, type Faultable, type PowerCut } from '../fault.ts';
import type { Trial } from '../judge.ts';
import { walkAfter, type WalkRun } from '../nested.ts';
import { operationParts, walkParts, type Part } from '../report/parts.ts';

/** Where power failed: the history, or the walk over what a first fault left of it. */
export interface Scene {
  readonly on: Faultable;
  readonly fault: PowerCut;
  /** No cut is tried before so many events. */
  readonly from: number;
  readonly parts: readonly Part[];
  /** A power cut of this scene as a fault of the whole history. */
  readonly whole: (fault: PowerCut) => Fault;
  /** The walk, where power failed in one. */
  readonly walked: WalkRun | null;
}

/** The place of the last power cut of a fault, or null where it has none. */
export async function sceneOf<O, R, S, D>(
  trial: Trial<O, R, S, D>,
  run: Run<O, R, S>,
  fault: Fault,
): Promise<Scene | null> {
  const operations = operationParts(run.steps, trial.kind);
  const history = { on: faultable(trial.machine, run), from: 0, parts: operations };
  if (fault.is === 'power') {
    return { ...history, fault, whole: (cut) => cut, walked: null };
  }
  if (fault.is !== 'nested') return null;
  const { second } = fault;
  if (second.is !== 'power') return null;
  const walked = await walkAfter(trial, run, fault);
  if (walked === null) return null;
  return {
    on: walked,
    fault: second,
    from: walked.steps[0]?.began ?? 0,
    parts: walkParts(walked, operations),
    whole: (cut) => ({ ...fault, second: cut }),
    walked,
  };
}
