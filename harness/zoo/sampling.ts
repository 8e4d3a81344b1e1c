import type { Random } from '../../faults/random.ts';

/** The first so many items. */
export function few<T>(all: Iterable<T>, most: number): T[] {
  const taken: T[] = [];
  for (const one of all) {
    taken.push(one);
    if (taken.length >= most) break;
  }
  return taken;
}

/** Items of all operations in turn, or of those named only. */
export function byOperation<T>(
  items: readonly T[],
  opOf: (item: T) => string,
  strikes: readonly string[],
  random: Random,
): T[] {
  return inTurn(
    ...byName(
      items.filter((item) => isStruck(strikes, opOf(item))),
      opOf,
      random,
    ),
  );
}

/** Whether an operation is one of those named; where none is named, all are. */
export const isStruck = (strikes: readonly string[], op: string): boolean =>
  strikes.length === 0 || strikes.includes(op);

/** The items in lists of those with the same name, lists and items in random order. */
export function byName<T>(items: readonly T[], nameOf: (item: T) => string, random: Random): T[][] {
  const lists = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    const list = lists.get(name);
    if (list === undefined) lists.set(name, [item]);
    else list.push(item);
  }
  return shuffled([...lists.values()], random).map((list) => shuffled(list, random));
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

/** The lists as one, an item of each in turn. */
export function inTurn<T>(...lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) =>
    lists.flatMap((list) => list.slice(i, i + 1)),
  ).flat();
}
