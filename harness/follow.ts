import type { Outcome } from '../spec/lib/history.ts';
import type { Machine } from '../spec/lib/judge.ts';
import { agree } from '../spec/lib/ledger.ts';

/** A machine that is followed along the answers of a port, one operation at a time. */
export interface Follower<S, O, R> {
  /** The state before each operation so far, and after the last. */
  readonly states: readonly S[];
  /** What the machine allows next. */
  allowed(op: O, at: string): readonly Way<S, R>[];
  /** Goes on with what was answered; false where the machine does not allow it. */
  answered(op: O, at: string, outcome: Outcome<R>): boolean;
}

interface Way<S, R> {
  readonly state: S;
  readonly result: Outcome<R>;
}

/** So many readings of what failed operations may have done are kept. */
const doubtsMost = 8;

/**
 * Follows a port from the machine's start. Where calls were made to fail, an operation that is
 * refused did nothing, until a later answer shows that it did (a close that failed has closed).
 */
export function follow<S, O, R>(machine: Machine<S, O, R>, isFailing: boolean): Follower<S, O, R> {
  const states: S[] = [machine.start()];
  let doubts: readonly S[] = [];
  const now = (): S => states[states.length - 1]!;
  return {
    states,
    allowed: (op, at) => machine.next(now(), op, at),
    answered: (op, at, outcome) => {
      const ways = machine.next(now(), op, at);
      const fit = ways.find((way) => fits(way, outcome));
      if (!isFailing) {
        states.push((fit ?? ways[0]!).state);
        return fit !== undefined;
      }
      const others = doubts.flatMap((from) => {
        const way = machine.next(from, op, at).find((one) => fits(one, outcome));
        return way === undefined ? [] : [{ from, to: way.state }];
      });
      const [other] = others;
      if (fit === undefined && other !== undefined) states[states.length - 1] = other.from;
      const accepting = ways.filter((way) => way.result.is === 'ok').map((way) => way.state);
      const isOpen = fit === undefined && other === undefined && outcome.is !== 'ok';
      const kept = others.map(({ to }) => to);
      doubts = (isOpen ? [...doubts, ...accepting] : kept).slice(0, doubtsMost);
      const accepted = outcome.is === 'ok' ? accepting[0] : undefined;
      states.push(fit?.state ?? other?.to ?? accepted ?? now());
      return fit !== undefined || other !== undefined;
    },
  };
}

/** True where the answer is the one foreseen, and a refusal left no traces. */
function fits<S, R>(way: Way<S, R>, outcome: Outcome<R>): boolean {
  if (way.result.is === 'fail' && outcome.is === 'info') return false;
  return agree(way.result, outcome);
}
