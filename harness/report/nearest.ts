import type { Evidence, Finding } from '../../spec/lib/clause.ts';
import type { Key, Legal, Owes } from '../../spec/lib/judge.ts';

/** Every key that the sentence of a clause may name. */
export function keysIn(evidence: Evidence): Key[] {
  return [
    ...evidence.owes.flatMap((o) => [...o.must, ...o.may, ...o.never]),
    ...evidence.seen.flatMap((s) => [...(s.view?.keys ?? []), ...[s.adds ?? []].flat()]),
    ...evidence.legal.flatMap((l) => (l.open === 'ok' ? l.keys : l.readable)),
  ];
}

/** What a reader saw at or before the finding; null where nothing was shown. */
export function keysSeen(evidence: Evidence, finding: Finding): readonly Key[] | null {
  const upTo = evidence.seen.findLastIndex((seen) => seen.phase === finding.phase);
  const until = upTo < 0 ? evidence.seen : evidence.seen.slice(0, upTo + 1);
  const reads = until.filter((seen) => seen.view !== undefined && seen.phase !== 'open');
  return reads.at(-1)?.view?.keys ?? null;
}

/** The legal result that differs least from what was seen; null where none is known. */
export function nearestLegal(legals: readonly Legal[], seen: readonly Key[] | null): Legal | null {
  return least(legals, (legal) => {
    if (seen === null) return legal.open === 'refused' ? 0 : 1;
    return legal.open === 'refused' ? Number.MAX_SAFE_INTEGER : differences(legal.keys, seen);
  });
}

/** The duty that what was seen comes nearest to; null where nothing is owed. */
export function nearestOwed(owed: readonly Owes[], seen: readonly Key[] | null): Owes | null {
  return least(owed, (one) => {
    const keys = seen ?? [];
    const missing = differences(one.must, keys.slice(0, one.must.length));
    return missing + differences([], keys.slice(one.must.length + one.may.length));
  });
}

/** Places at which two lists differ, what one has more included. */
function differences(a: readonly Key[], b: readonly Key[]): number {
  let count = Math.abs(a.length - b.length);
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) count++;
  return count;
}

function least<T>(items: readonly T[], cost: (item: T) => number): T | null {
  let best: T | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const itemCost = cost(item);
    if (itemCost >= bestCost) continue;
    best = item;
    bestCost = itemCost;
  }
  return best;
}
