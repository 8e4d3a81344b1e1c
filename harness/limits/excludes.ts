import type { Key, Owes } from '../../spec/lib/judge.ts';

/**
 * True where no log could satisfy both: whatever a store shows, one of the histories is wronged.
 */
export function excludes(one: readonly Owes[], other: readonly Owes[]): boolean {
  return one.every((a) => other.every((b) => !compatible(a, b)));
}

function compatible(a: Owes, b: Owes): boolean {
  const owed = new Set<Key>([...a.must, ...b.must]);
  return [...owed].every((key) => mayShow(key, a) && mayShow(key, b));
}

const mayShow = (key: Key, { must, may, never }: Owes): boolean =>
  !never.includes(key) && (must.includes(key) || may.includes(key));
