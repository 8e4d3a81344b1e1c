import type { Evidence } from '../spec/lib/clause.ts';
import { goneOf } from '../spec/lib/promises.ts';
import type { Came, Flight } from './ahead.ts';
import type { Run } from './drive.ts';
import type { StateOfRun } from './explore.ts';
import { gatherFaulted, type WalkerOptions } from './judge.ts';
import type { Walks } from './lazy/walks.ts';
import type { Subject } from './plan.ts';
import type { PortFault } from './wire/fault.ts';

/** What a walk over a state saw, and how it was made. */
export interface Gathered {
  readonly evidence: Evidence;
  readonly options: WalkerOptions;
}

/** A history as it went. */
interface Walkable<O, R, S> {
  readonly run: Run<O, R, S>;
  /** Let the walk over the undamaged store do what takes seconds. */
  readonly costly?: boolean;
}

/**
 * How the states of a history are walked: several at once where the port takes that. `alone` is
 * told of a fault of the process that came while several were, and of none of them when it was made
 * alone.
 */
export function flightOf<O, R, S, D>(
  { flight, renew }: Subject<O, R, S, D>,
  checked: Walkable<O, R, S>,
  states: AsyncGenerator<StateOfRun<O, R, S>, void>,
  walks: Walks<O, R, S, D>,
  alone: (fault: PortFault) => void,
): Flight<StateOfRun<O, R, S>, Gathered> {
  const isCostly = ({ planned }: StateOfRun<O, R, S>): boolean =>
    checked.costly === true && planned.fault.is === 'none';
  const kills = (index: number): boolean => flight !== undefined && index % flight.killsOneIn === 0;
  return {
    states,
    get most() {
      return flight?.most ?? 1;
    },
    isAlone: isCostly,
    walk: async (state, index) => {
      const { planned, faulted, run = checked.run } = state;
      const { fault } = planned;
      const costly = isCostly(state);
      const options = flight === undefined ? { costly } : { costly, kills: kills(index) };
      const remembering = walks.trialFor(fault);
      return {
        evidence: await gatherFaulted(remembering, { run, fault, faulted }, options),
        options,
      };
    },
    again: async (disturbed) => {
      for (const { why, walk } of disturbed) {
        // How much memory a process has asked for at its most, only a new one forgets.
        if (why.why === 'memory') await renew?.();
        // Whose doing it was is known then.
        if (hasFailed(await walk())) return;
      }
      const fault = disturbed.find(({ why }) => why.fault !== null)?.why.fault;
      if (fault === undefined || fault === null) return;
      flight?.narrow();
      alone(fault);
    },
  };
}

/** True where the process failed in a walk. */
function hasFailed(came: Came<Gathered>): boolean {
  if (came.is === 'failed') return true;
  return came.evidence.evidence.seen.some(({ outcome }) => goneOf(outcome) !== null);
}
