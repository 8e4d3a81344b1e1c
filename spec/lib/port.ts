import type { Holds, Outcome } from './history.ts';

/** By what a port is judged: agreement with what the original does, or the promises S1 to S13. */
export type Policy = 'original' | 'safe';

/** What a port says of itself before it is asked for anything. */
export interface Claims {
  readonly name: string;
  readonly version: string;
  readonly kind: string;
  readonly policy: Policy;
  readonly profiles: readonly string[];
  /** Names of the operations it serves; claimed but not served is a failure. */
  readonly ops: readonly string[];
  readonly holds: readonly Holds[];
}

/**
 * An implementation under test. `at` is the time to write, ISO 8601 with milliseconds. A port may
 * answer at once.
 */
export interface Port<O, R> {
  readonly claims: Claims;
  step(op: O, at: string): Outcome<R> | Promise<Outcome<R>>;
}
