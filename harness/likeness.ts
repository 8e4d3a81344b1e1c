import type { Faultable, KillPoint } from './fault.ts';

/** Moments between other calls come behind all that are between the same. */
const unlike = 1000;

/** True where a write was cut in the middle. */
export const isTorn = ({ partialBytes }: KillPoint): boolean => partialBytes !== undefined;

/**
 * How unlike a moment is to one of another history or walk, from 0: what was asked before and after
 * it, then how far it is from where the other was, from the step's beginning or from its end.
 */
export function likeness(
  on: Faultable,
  old: Faultable,
  was: KillPoint,
): (kill: KillPoint) => number {
  const eventIn = ({ steps }: Faultable, { step, calls }: KillPoint): number =>
    (steps[step]?.began ?? 0) + calls;
  const left = ({ steps }: Faultable, { step, calls }: KillPoint): number =>
    (steps[step]?.ended ?? 0) - (steps[step]?.began ?? 0) - calls;
  const between = around(old, eventIn(old, was));
  return (kill) =>
    Math.min(Math.abs(kill.calls - was.calls), Math.abs(left(on, kill) - left(old, was))) +
    Math.abs((kill.partialBytes ?? 0) - (was.partialBytes ?? 0)) / unlike +
    (isTorn(kill) === isTorn(was) ? 0 : unlike) +
    (around(on, eventIn(on, kill)) === between ? 0 : unlike);
}

/** What was asked before and after a moment, in few words. */
function around({ log }: Faultable, event: number): string {
  const word = (at: number): string => {
    const one = log.events[at];
    if (one?.is !== 'call') return one?.is ?? '';
    const { call } = one;
    const path = call.do === 'rename' ? call.to : call.do === 'name' ? call.at : '';
    return `${call.do} ${path.slice(0, Math.max(0, path.lastIndexOf('/')))}`;
  };
  return `${word(event - 1)}, ${word(event)}`;
}
