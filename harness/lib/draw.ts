import type { Random } from '../../faults/random.ts';

/**
 * At most so many of the items, in their order: one of each sort, then another of each, as far as
 * they go; which one is drawn.
 */
export function ofEachSort<T>(
  items: readonly T[],
  sortOf: (item: T) => string,
  most: number,
  random: Random,
): readonly T[] {
  if (items.length <= most) return items;
  const sorts = listsOf(items, sortOf);
  const chosen = new Set<T>();
  while (chosen.size < most) {
    for (const same of shuffled([...sorts.values()], random)) {
      if (chosen.size >= most) break;
      const left = same.filter((one) => !chosen.has(one));
      if (left.length > 0) chosen.add(random.pick(left));
    }
  }
  return items.filter((one) => chosen.has(one));
}

/** The items in lists of those with the same name, in the order in which the names are met. */
export function listsOf<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T[]> {
  const lists = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    const list = lists.get(name);
    if (list === undefined) lists.set(name, [item]);
    else list.push(item);
  }
  return lists;
}

/** The items in random order. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return mixed;
}
