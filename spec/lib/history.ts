/** What an `ok` survives: nothing, a kill -9, a power cut. */
export type Holds = 'memory' | 'process' | 'power';

/** How an operation ended. What an `ok` survives is the machine's to say, never the port's. */
export type Outcome<R> =
  | { readonly is: 'ok'; readonly value: R }
  /** No call changed the disk. `says` is free text for people, never compared. */
  | { readonly is: 'fail'; readonly code: string; readonly says?: string }
  /** All else, also when undone, unless the undo was synced. */
  | { readonly is: 'info'; readonly code: string; readonly says?: string };

/**
 * An operation given to a port, with the time it was told to write (`at`, ISO 8601) and its
 * outcome.
 */
export interface Step<O, R> {
  readonly actor: number;
  /** Positions in the op log: the number of events before the step began, and when it had ended. */
  readonly began: number;
  readonly ended: number;
  readonly op: O;
  readonly at: string;
  readonly outcome: Outcome<R>;
}

export type History<O, R> = readonly Step<O, R>[];

const rank: Readonly<Record<Holds, number>> = { memory: 0, process: 1, power: 2 };

/** True where an acknowledgement at `level` is owed after something that `survives` names. */
export function survives(level: Holds, event: Holds): boolean {
  return rank[level] >= rank[event];
}
