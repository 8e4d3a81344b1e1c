import { damageNames, type Damage } from '../faults/damage.ts';
import type { Random } from '../faults/random.ts';
import type { Image } from '../spec/lib/image.ts';
import type { StructuralDamage } from './kind.ts';
import { listsOf, ofEachSort } from './lib/draw.ts';

/** Which part of what all histories of a run are to have is this one's: `index` from 0. */
export interface Turn {
  readonly index: number;
  readonly of: number;
}

/** Of its part a history has so many: a format of hundreds of sorts has a sample of them. */
const inTurnMost = 16;

/** So many sorts are damaged in every history: those with the fewest places in this image. */
const rareMost = 3;

/**
 * Damage of every sort that a layout suggests, shared among the histories of a run, so that no seed
 * misses one that few draws would meet; what only some images have comes wherever it can. A sort is
 * what is said of a suggestion, whichever frame or line it is about. Beside these, one link in the
 * place of a file.
 */
export function damageInTurn(
  image: Image,
  suggested: readonly StructuralDamage[],
  { index, of }: Turn,
  random: Random,
): readonly Damage[] {
  const sorts = listsOf(suggested, sortOf);
  const names = [...sorts.keys()].toSorted();
  const inTurn = names.filter((_, i) => i % of === index % of);
  const places = (name: string): number => sorts.get(name)!.length;
  const rare = names.toSorted((a, b) => places(a) - places(b)).slice(0, rareMost);
  const own = inTurn.flatMap((name) => sorts.get(name)!);
  const drawn = ofEachSort(own, sortOf, Math.min(inTurn.length, inTurnMost), random);
  const chosen = new Set([...drawn, ...rare.map((name) => random.pick(sorts.get(name)!))]);
  const files = [...image].flatMap(([path, node]) => (node.is === 'file' ? [path] : [])).toSorted();
  const file = files[index % Math.max(1, files.length)];
  const link = { do: 'replace', by: 'link', target: '/elsewhere/kept' } as const;
  return [
    ...[...chosen].map((one) => ({ do: 'splice', ...one }) as const),
    ...(file === undefined ? [] : [{ ...link, file }]),
  ];
}

/** A file comes back only where one went, which in many histories none does. */
const always: readonly Damage['do'][] = ['resurrect'];

/** The kinds of damage that a run is to have had, whatever its seed: those of this history. */
export function namesInTurn({ index, of }: Turn): readonly Damage['do'][] {
  return damageNames.filter((name, i) => i % of === index % of || always.includes(name));
}

const sortOf = ({ why }: StructuralDamage): string => why.replaceAll(/\d+/g, '#');
