import type { Random } from '../../faults/random.ts';
import { listsOf, shuffled } from '../lib/draw.ts';

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
  const lists = [...listsOf(items, nameOf).values()];
  return shuffled(lists, random).map((list) => shuffled(list, random));
}

/** The lists as one, an item of each in turn. */
export function inTurn<T>(...lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) =>
    lists.flatMap((list) => list.slice(i, i + 1)),
  ).flat();
}
