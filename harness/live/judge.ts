import type { BesideWriter, Clause, Evidence } from '../../spec/lib/clause.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import type { Key, Owes, View } from '../../spec/lib/judge.ts';
import { judge, type Judged } from '../judge.ts';
import type { AnyKind } from '../subjects.ts';

/** What one read beside a writer answered. */
export interface LiveRead {
  /** The operation that answered last: the read, or the open that was refused. */
  readonly op: string;
  readonly outcome: Outcome<unknown>;
  /** What it showed; null where it was refused. */
  readonly view: View | null;
  /** Changes that the reader itself made. */
  readonly changes: number;
}

/** What may be seen: the duties at each moment from the beginning of a read to its end. */
export interface LiveBounds extends Pick<BesideWriter, 'begun' | 'cutting'> {
  readonly owes: readonly Owes[];
  readonly before?: readonly Key[] | undefined;
  readonly strays?: readonly string[];
}

/**
 * The clauses of a kind that only a read beside a writer exercises, as ones that can be planned.
 */
export function liveClausesOf({ clauses }: Pick<AnyKind, 'clauses'>): readonly Clause[] {
  return clauses.flatMap(({ needs, ...clause }) => (needs === 'tearproof live' ? [clause] : []));
}

/** Holds one read against the clauses; those that had no occasion are left out. */
export function judgeLive(
  clauses: readonly Clause[],
  { op, outcome, view, changes }: LiveRead,
  { owes, begun, cutting, before, strays = [] }: LiveBounds,
): readonly Judged[] {
  const evidence: Evidence = {
    policy: 'safe',
    fault: 'none',
    start: new Map(),
    legal: [],
    classes: [],
    owes,
    seen: [{ phase: 'read', op, outcome, ...(view === null ? {} : { view }) }],
    live: { begun, cutting, changes, strays, ...(before === undefined ? {} : { before }) },
  };
  return judge(clauses, evidence);
}
