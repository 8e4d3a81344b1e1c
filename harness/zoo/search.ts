import { randomFrom } from '../../faults/random.ts';
import { stateNameOf } from '../explore.ts';
import type { Trial } from '../judge.ts';
import type { Kind } from '../kind.ts';
import { makeRun } from '../make.ts';
import type { Candidate, Ground, StageSize } from './ground.ts';

/** A family of states of one history, and how many of them are walked before the next family. */
export interface Part<O, R, S, D> {
  readonly name: string;
  readonly share: number;
  readonly states: (
    ground: Ground<O, R, S, D>,
  ) => AsyncIterable<Candidate<O, R, S>> | Iterable<Candidate<O, R, S>>;
}

/** What is looked through: histories of so many operations, until so many states were given. */
export interface Search<O, R, S, D> {
  readonly trial: Trial<O, R, S, D>;
  readonly bug: Ground<O, R, S, D>['bug'];
  readonly seed: string;
  readonly operations: number;
  readonly size: StageSize;
  readonly parts: readonly Part<O, R, S, D>[];
  readonly states: number;
}

/** A state, with how many were given so far, this one included, and the history that it is of. */
export interface Given<O, R, S> {
  readonly candidate: Candidate<O, R, S>;
  readonly states: number;
  readonly history: number;
}

/** A search that finds nothing new in so many histories has seen what there is. */
const idleMost = 20;

/**
 * Histories one after the other, each through all parts. Of states that differ in nothing but
 * temporary files only the first is given.
 */
export async function* search<O, R, S, D>(
  what: Search<O, R, S, D>,
): AsyncGenerator<Given<O, R, S>> {
  const { trial, bug, seed, size, parts } = what;
  const known = new Set<string>();
  let states = 0;
  let idle = 0;
  for (let history = 0; states < what.states && idle < idleMost; history++) {
    const random = randomFrom(seed).fork(`${trial.kind.name}/${history}`);
    const run = await makeRun(trial, random, what.operations, bug.leansOn);
    const before = states;
    for (const part of parts) {
      const ground = { trial, run, random: random.fork(part.name), bug, size };
      let here = 0;
      for await (const candidate of part.states(ground)) {
        const name = nameOf(trial.kind, candidate);
        if (known.has(name)) continue;
        known.add(name);
        if (states >= what.states || here++ >= part.share) break;
        states++;
        yield { candidate, states, history };
      }
    }
    idle = states === before ? idle + 1 : 0;
  }
}

function nameOf<O, R, S, D>(
  { volatile }: Kind<O, R, S, D>,
  { fault, faulted }: Candidate<O, R, S>,
): string {
  const nodes = [...faulted.image].filter(([path]) => !(volatile(path) && path.endsWith('.tmp')));
  return stateNameOf(fault, { ...faulted, image: new Map(nodes) });
}
