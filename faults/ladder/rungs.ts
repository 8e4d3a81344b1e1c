import { draftsFor, draftsOver, type Draft, type Which } from './choices.ts';
import {
  closeKept, closeLost, firstLost, includesFlag, isOneKept, isOneLost, only, others, type Flags,
  type Pending,
} from './pending.ts'; // prettier-ignore

/** Each group lost, with what waits for it. */
export function* oneLost(pending: Pending): Generator<Draft> {
  for (let at = 0; at < pending.groups.length; at++) {
    const alone = only(pending, at);
    yield* draftsFor(pending, closeLost(pending, alone.slice()), alone);
  }
}

/** Everything lost; then everything but one group and what it waits for. */
export function* oneKept(pending: Pending): Generator<Draft> {
  const count = pending.groups.length;
  if (count === 0) return;
  const all = new Uint8Array(count).fill(1);
  if (!isOneLost(pending, all)) yield* draftsFor(pending, all);
  for (let at = 0; at < count; at++) {
    const lost = others(closeKept(pending, only(pending, at)));
    if (lost.includes(1) && !isOneLost(pending, lost)) yield* draftsFor(pending, lost);
  }
}

/** Each two of the newest `most` groups lost, where neither waits for the other. */
export function* twoLost(pending: Pending, most: number, which: Which): Generator<Draft> {
  const count = pending.groups.length;
  for (let a = Math.max(0, count - most); a < count; a++) {
    const withA = closeLost(pending, only(pending, a));
    for (let b = a + 1; b < count; b++) {
      if (withA[b] === 1) continue;
      const both = only(pending, a);
      both[b] = 1;
      const lost = closeLost(pending, both.slice());
      if (!isOneKept(pending, lost)) yield* draftsFor(pending, lost, both, which);
    }
  }
}

/**
 * Each closed set of the newest `most` groups that no rung before has lost: depth first, each group
 * kept before it is lost.
 */
export function* closedSubsets(pending: Pending, most: number, which: Which): Generator<Draft> {
  const { groups, needs } = pending;
  const count = groups.length;
  const from = Math.max(0, count - most);
  const lost: Flags = new Uint8Array(count);
  /** Of each group, how many of its two ways were taken. */
  const taken = new Uint8Array(count);
  const drafts = draftsOver(pending, lost, which);
  for (let at = from; at >= from;) {
    if (at === count) {
      if (firstLost(pending, lost, 3) > 2 && !isOneKept(pending, lost)) yield* drafts();
      at--;
    } else if (taken[at] === 0) {
      taken[at] = 1;
      if (!includesFlag(lost, needs[at]!, 1)) at++;
    } else if (taken[at] === 1) {
      taken[at] = 2;
      lost[at] = 1;
      at++;
    } else {
      taken[at] = 0;
      lost[at] = 0;
      at--;
    }
  }
}
