import { withSync } from '../../faults/barriers.ts';
import type { Ino } from '../../faults/oplog.ts';
import type { Faultable } from '../fault.ts';

/**
 * A completed sync that a log does not have: of which file or directory, and behind which event.
 */
export interface Barrier {
  readonly after: number;
  readonly ino: Ino;
}

/**
 * A history, or a walk, as if its store had made these syncs as well. Nothing else changes: a sync
 * moves no byte that a reader of the running system sees.
 */
export function withBarriers(on: Faultable, barriers: readonly Barrier[]): Faultable {
  // From the last to the first, so that the places of the others stay as they are.
  const ordered = barriers.toSorted((a, b) => b.after - a.after);
  const log = ordered.reduce((made, { after, ino }) => withSync(made, after, ino), on.log);
  const moved = (event: number): number => event + barriers.filter((b) => b.after < event).length;
  const steps = on.steps.map(({ began, ended }) => ({ began: moved(began), ended: moved(ended) }));
  return { ...on, log, steps };
}

/** Where a cut after `event` events is once the barriers stand before it. */
export function cutBehind(event: number, barriers: readonly Barrier[]): number {
  return event + barriers.filter((barrier) => barrier.after < event).length;
}
