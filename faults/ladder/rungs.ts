import type { CrashChoice } from '../crash.ts';
import { choicesFor, type Which } from './choices.ts';
import {
  closeKept, closeLost, firstLost, isOneKept, isOneLost, only, others, type Flags, type Pending,
} from './pending.ts'; // prettier-ignore

/** Each group lost, with what waits for it. */
export function* oneLost(pending: Pending): Generator<CrashChoice> {
  for (let at = 0; at < pending.groups.length; at++) {
    const alone = only(pending, at);
    yield* choicesFor(pending, closeLost(pending, alone.slice()), alone);
  }
}

/** Everything lost; then everything but one group and what it waits for. */
export function* oneKept(pending: Pending): Generator<CrashChoice> {
  const count = pending.groups.length;
  if (count === 0) return;
  const all = new Uint8Array(count).fill(1);
  if (!isOneLost(pending, all)) yield* choicesFor(pending, all);
  for (let at = 0; at < count; at++) {
    const lost = others(closeKept(pending, only(pending, at)));
    if (lost.includes(1) && !isOneLost(pending, lost)) yield* choicesFor(pending, lost);
  }
}

/** Each two of the newest `most` groups lost, where neither waits for the other. */
export function* twoLost(pending: Pending, most: number, which: Which): Generator<CrashChoice> {
  const count = pending.groups.length;
  for (let a = Math.max(0, count - most); a < count; a++) {
    const withA = closeLost(pending, only(pending, a));
    for (let b = a + 1; b < count; b++) {
      if (withA[b] === 1) continue;
      const both = only(pending, a);
      both[b] = 1;
      const lost = closeLost(pending, both.slice());
      if (!isOneKept(pending, lost)) yield* choicesFor(pending, lost, both, which);
    }
  }
}

/** Each closed set of the newest `most` groups that no rung before has lost. */
export function* closedSubsets(
  pending: Pending,
  most: number,
  which: Which,
): Generator<CrashChoice> {
  const count = pending.groups.length;
  const lost: Flags = new Uint8Array(count);
  const from = Math.max(0, count - most);
  function* extend(at: number): Generator<CrashChoice> {
    if (at === count) {
      if (firstLost(pending, lost, 3) > 2 && !isOneKept(pending, lost)) {
        yield* choicesFor(pending, lost, lost, which);
      }
      return;
    }
    if (!pending.needs[at]!.some((before) => lost[before] === 1)) yield* extend(at + 1);
    lost[at] = 1;
    yield* extend(at + 1);
    lost[at] = 0;
  }
  yield* extend(from);
}
