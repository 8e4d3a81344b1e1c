import type { Machine } from '../../spec/lib/judge.ts';
import type { Walk } from '../../spec/lib/walk.ts';
import type { AnyKind } from '../subjects.ts';
import { isSendable, type AnyCodec } from '../wire/codecs.ts';

/** True for an operation that a port may be asked for. */
export type Askable = (op: unknown) => boolean;

/** What a port claims, and of that what fits into a line: half a surrogate pair does not. */
export function askableOf(kind: AnyKind, codec: AnyCodec, ops: readonly string[]): Askable {
  const claimed = new Set(ops);
  return (op) => claimed.has(kind.nameOf(op)) && isSendable(codec, op as { readonly op: string });
}

/** The kind without the steps of its walk that the port does not claim: they are not asked. */
export function kindOfClaimed(kind: AnyKind, ops: readonly string[]): AnyKind {
  const claimed = new Set(ops);
  const walk = function* (...asked: Parameters<AnyKind['walk']>): Walk<unknown, unknown> {
    const steps = kind.walk(...asked);
    for (let turn = steps.next(); !turn.done;) {
      const isAsked = claimed.has(kind.nameOf(turn.value.op));
      turn = steps.next(isAsked ? yield turn.value : { is: 'fail', code: 'not-claimed' });
    }
  };
  return { ...kind, walk };
}

/** The machine, for which no other operation can be asked at all. */
export function machineOfAskable(
  machine: Machine<unknown, unknown, unknown>,
  isAskable: Askable,
): Machine<unknown, unknown, unknown> {
  return {
    ...machine,
    next: (state, op, at) => (isAskable(op) ? machine.next(state, op, at) : []),
  };
}

/**
 * The kind for a port that takes no recipes: what its walk asks of an entry that no line holds is
 * left out.
 */
export function kindWithoutCosts(kind: AnyKind): AnyKind {
  return { ...kind, walk: (policy) => kind.walk(policy) };
}

/**
 * The kind with a walk in which the process is killed before the store is opened anew: what is read
 * then, it has from the files alone. `kill` is told before such a step is asked.
 */
export function kindWithKills(kind: AnyKind, kill: () => void): AnyKind {
  const walk = function* (...asked: Parameters<AnyKind['walk']>): Walk<unknown, unknown> {
    const steps = kind.walk(...asked);
    const killed = new Set<string>();
    for (let turn = steps.next(); !turn.done;) {
      const { phase, op } = turn.value;
      const isAnew = phase === 'reopen' || phase === 'again';
      if (isAnew && kind.opens.includes(kind.nameOf(op)) && !killed.has(phase)) {
        killed.add(phase);
        kill();
      }
      turn = steps.next(yield turn.value);
    }
  };
  return { ...kind, walk };
}
