import type { Depth } from '../depth.ts';
import { rungsOf } from '../fault-classes.ts';
import { powerRungs } from '../../faults/ladder.ts';
import type { Rung } from '../rungs.ts';

/** A step of adoption: what a port is tried with there, once the steps before it hold. */
export interface Step {
  readonly name: string;
  /** What it shows where it holds. */
  readonly says: string;
  readonly rungs: readonly Rung[];
  /** What to look at where it does not. */
  readonly hint: string;
}

/** Before any store: a driver that speaks wrongly is no port of anything. */
export const driverStep: Omit<Step, 'rungs'> = {
  name: 'driver',
  says: 'the driver keeps the protocol: lines, calls, handles, processes',
  hint: 'what is told above, and ports/PROTOCOL.md',
};

/** From what every store does on a good day to faults that meet each other. */
export const steps: readonly Step[] = [
  {
    name: 'undamaged',
    says: 'without a fault the store answers what it should',
    rungs: ['none'],
    hint: 'the format page and the chapter of the kind in ports/PROTOCOL.md; no fault is needed',
  },
  {
    name: 'kill',
    says: 'killed at any call, and inside any write, it recovers and goes on',
    rungs: ['none', 'all prefixes'],
    hint: 'what an open does with a tail that was cut, and what is written before it is acknowledged',
  },
  {
    name: 'damage',
    says: 'damaged files are told from whole ones, and nothing untrue is shown',
    rungs: ['none', 'damage at rest'],
    hint: 'checksums, lengths that are believed before they are checked, names that are links',
  },
  {
    name: 'power',
    says: 'what was acknowledged as synced is there after a power cut',
    rungs: ['none', ...powerRungs, 'read-set-lazy'],
    hint: 'the sync of a file before the acknowledgement, and of the directory that got a new name',
  },
  {
    name: 'nested',
    says: 'a second fault while it recovers from the first takes nothing away',
    rungs: ['none', 'all prefixes', 'nested'],
    hint: 'the order of the writes of recovery: keep aside, sync, only then cut',
  },
  {
    name: 'errors',
    says: 'whichever call fails, it answers with a code and acknowledges nothing untrue',
    rungs: ['none', 'error sweep'],
    hint: 'short writes, a full disk, and a handle that goes on after a sync that failed',
  },
];

/** The steps that a run can try, and those that it has no faults for. */
export function stepsOf(depth: Depth): {
  readonly tried: readonly Step[];
  readonly left: readonly Step[];
} {
  const has = rungsOf(depth);
  const own = (step: Step): readonly Rung[] => ownRungs(step).filter((rung) => has.includes(rung));
  const canTry = (step: Step): boolean => own(step).length > 0;
  return { tried: steps.filter(canTry), left: steps.filter((step) => !canTry(step)) };
}

/** What a step is about: the undamaged store and first faults come along with it. */
export function ownRungs({ rungs }: Step): readonly Rung[] {
  const first = rungs.filter((rung) => rung !== 'none');
  if (first.length === 0) return rungs;
  const late = first.filter((rung) => rung === 'nested' || rung === 'error sweep');
  return late.length > 0 ? late : first;
}
