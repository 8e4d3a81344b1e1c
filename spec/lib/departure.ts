import type { Key, Owes } from './judge.ts';

/**
 * How a recovered log departs from one alternative of what is owed; all lists are empty where it
 * does not.
 */
export interface Departure {
  readonly lost: readonly Key[];
  readonly alien: readonly Key[];
  readonly returned: readonly Key[];
  readonly twice: readonly Key[];
  readonly moved: readonly Key[];
  readonly skipped: readonly Key[];
}

/** How far `keys` are from being all of `must`, in order, then a prefix of `may`. */
export function departure(keys: readonly Key[], owes: Owes): Departure {
  const wanted = [...owes.must, ...owes.may];
  const surplus = countOf(keys);
  const lost: Key[] = [];
  for (const key of owes.must) {
    const left = surplus.get(key) ?? 0;
    if (left === 0) lost.push(key);
    else surplus.set(key, left - 1);
  }
  for (const key of owes.may) surplus.set(key, Math.max(0, (surplus.get(key) ?? 0) - 1));
  const known = new Set(wanted);
  const gone = new Set(owes.never);
  const alien = keys.filter((key) => !known.has(key) && !gone.has(key));
  const returned = keys.filter((key) => !known.has(key) && gone.has(key));
  const twice = [...surplus]
    .filter(([key, left]) => left > 0 && known.has(key))
    .map(([key]) => key);
  const order = orderOf(
    keys.filter((key) => known.has(key)),
    wanted,
    twice.length > 0,
  );
  return { lost, alien, returned, twice, ...order };
}

function countOf(keys: readonly Key[]): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/**
 * Which of the shown keys stand too late, and which owed or allowed ones are passed over by a later
 * one.
 */
function orderOf(
  shown: readonly Key[],
  wanted: readonly Key[],
  twice: boolean,
): Pick<Departure, 'moved' | 'skipped'> {
  if (twice || shown.every((key, i) => key === wanted[i])) return { moved: [], skipped: [] };
  let at = -1;
  const moved: Key[] = [];
  for (const key of shown) {
    const next = wanted.indexOf(key, at + 1);
    if (next === -1) moved.push(key);
    else at = next;
  }
  if (moved.length > 0) return { moved, skipped: [] };
  const there = new Set(shown);
  return { moved, skipped: wanted.slice(0, at).filter((key) => !there.has(key)) };
}

/**
 * The departure from the nearest alternative, so that every clause of one state speaks of the same
 * one.
 */
export function nearest(keys: readonly Key[], owes: readonly Owes[]): Departure | null {
  const size = (d: Departure): number =>
    d.lost.length +
    d.alien.length +
    d.returned.length +
    d.twice.length +
    d.moved.length +
    d.skipped.length;
  const all = owes.map((alternative) => departure(keys, alternative));
  return all.reduce<Departure | null>(
    (best, d) => (best === null || size(d) < size(best) ? d : best),
    null,
  );
}
