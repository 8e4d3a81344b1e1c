import { damageNames } from '../faults/damage.ts';
import type { Image } from '../spec/lib/image.ts';
import type { Depth } from './depth.ts';
import { errorNames } from './error-sweep.ts';
import type { Kind } from './kind.ts';
import { wants } from './narrow.ts';
import { rungs, type Rung } from './rungs.ts';

/** What a history left, and what it left at earlier times. */
export interface Past {
  readonly image: Image;
  readonly earlier: readonly Image[];
}

/** The rungs that a run of this depth tries. */
export function rungsOf(depth: Depth): readonly Rung[] {
  const tried: readonly Rung[] = [
    'none',
    'all prefixes',
    ...(depth.power.models.length === 0 ? [] : depth.power.rungs),
    ...((depth.lazy?.models.length ?? 0) === 0 ? [] : ['read-set-lazy' as const]),
    'nested',
    'error sweep',
    'damage at rest',
  ];
  return rungs.filter((rung) => tried.includes(rung) && wants(depth, rung));
}

/**
 * The classes of faults that a run of this depth means to inject, by name; one that never comes
 * about leaves open what it would have shown.
 */
export function faultClasses<O, R, S, D>(
  kind: Pick<Kind<O, R, S, D>, 'structuralDamage'>,
  depth: Depth,
  past: Past,
): readonly string[] {
  const classes: Partial<Record<Rung, readonly string[]>> = {
    'all prefixes': ['kill between calls', 'kill inside a write'],
    nested: ['nested kill', ...(depth.nested.models.length === 0 ? [] : ['nested power cut'])],
    'error sweep': errorNames,
    'damage at rest': damageNames
      .filter((name) => isAble(name, kind, past))
      .map((name) => `damage: ${name}`),
  };
  const tried = rungsOf(depth);
  const cutsPower = depth.power.models.length > 0 && depth.power.rungs.some((r) => tried.includes(r)); // prettier-ignore
  return [...tried.flatMap((rung) => classes[rung] ?? []), ...(cutsPower ? ['power cut'] : [])];
}

function isAble(
  name: string,
  kind: Pick<Kind<unknown, unknown>, 'structuralDamage'>,
  { image, earlier }: Past,
): boolean {
  if (name === 'splice') return kind.structuralDamage !== undefined;
  // Nothing comes back where nothing went.
  if (name === 'resurrect') return earlier.some((then) => someGone(then, image));
  // A store of one file has nothing to swap but what other damage put there.
  return name !== 'swap files' || filesIn(image) > 1;
}

const filesIn = (image: Image): number =>
  [...image.values()].filter((node) => node.is === 'file').length;

const someGone = (then: Image, now: Image): boolean =>
  [...then].some(([path, node]) => node.is === 'file' && !now.has(path));
