import type { Phase } from './clause.ts';
import type { Holds, Outcome } from './history.ts';
import type { Key } from './judge.ts';

/** One thing the walk asks of a port. `probe` names a rule that the answer must keep. */
export interface WalkStep<O> {
  readonly phase: Phase;
  readonly op: O;
  readonly probe?: string;
  /** What an ok of this step survives, where it is more than its phase says: a synced append. */
  readonly holds?: Holds;
  /**
   * What an ok of this step adds to the log, where the operation alone does not tell: a sync that
   * publishes what was appended before it.
   */
  readonly adds?: readonly Key[];
}

/** A walk asks one step at a time, so that a step may depend on what was seen before it. */
export type Walk<O, R> = Generator<WalkStep<O>, void, Outcome<R>>;

/** What a walk may do beyond its usual steps. */
export interface WalkOptions {
  /** Also what takes seconds; the harness asks for it once a run. */
  readonly costly?: boolean;
}
