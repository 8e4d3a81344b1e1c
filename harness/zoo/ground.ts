import type { PowerRung } from '../../faults/ladder.ts';
import type { Random } from '../../faults/random.ts';
import type { Run } from '../drive.ts';
import type { Fault, Faulted } from '../fault.ts';
import type { Trial } from '../judge.ts';
import type { BugFacts } from './types.ts';

/** A state to be walked, and how it came about. */
export interface Candidate<O, R, S> {
  readonly run: Run<O, R, S>;
  readonly fault: Fault;
  readonly faulted: Faulted;
  readonly stage: string;
}

/** The stages of a hunt. All but the last three put one fault into a history, or none. */
export type StageName =
  | 'history'
  | 'kill'
  | PowerRung
  | 'errors'
  | 'damage'
  | 'nested'
  | 'error in recovery'
  | 'error and crash';

/** How many states of each kind one history gives. */
export interface StageSize {
  readonly damaged: number;
  /** Power cuts of one rung. */
  readonly power: number;
  /** First faults that a second is tried after, and the second ones of each. */
  readonly firsts: number;
  readonly seconds: number;
  /** Injections, each of which runs the history again, and power cuts after each. */
  readonly injections: number;
  readonly cutsAfter: number;
}

/** A history and what is looked for in it. */
export interface Ground<O, R, S, D> {
  readonly trial: Trial<O, R, S, D>;
  readonly run: Run<O, R, S>;
  readonly random: Random;
  readonly bug: Pick<BugFacts, 'leansOn' | 'errors' | 'strikes' | 'pair'>;
  readonly size: StageSize;
}

/** The operation of each step of a history, by name; the empty text where there is none. */
export const opsOf =
  <O, R, S, D>({ kind }: Trial<O, R, S, D>, { steps }: Run<O, R, S>) =>
  (step: number): string =>
    steps[step] === undefined ? '' : kind.nameOf(steps[step].op);
