import type { Image } from '../../lib/image.ts';
import type { Key, Legal } from '../../lib/judge.ts';
import { keyOf } from '../bytes.ts';
import type { Entry } from '../ops.ts';
import { does, type TableOptions } from './does.ts';
import { start, type World } from './run.ts';

const memory = new WeakMap<Image, readonly Legal[]>();

/** The session whose segment is judged. */
const judgedId = 7;

/**
 * What the original may answer when it opens session 7 of this image: the keys that it then shows
 * and the image after, or the codes with which it refuses. An open after which no read succeeds
 * shows nothing.
 */
export function legalOpens(image: Image, options?: TableOptions): readonly Legal[] {
  const known = options === undefined ? memory.get(image) : undefined;
  if (known !== undefined) return known;
  const legals = does(start(image), { op: 'open', id: judgedId }, '', options).flatMap(
    ({ outcome, world }): readonly Legal[] =>
      outcome.is === 'ok'
        ? shown(world, options).map((keys) => ({ open: 'ok', keys, after: world.image }))
        : [{ open: 'refused', codes: [outcome.code], readable: [] }],
  );
  if (options === undefined) memory.set(image, legals);
  return legals;
}

function shown(world: World, options: TableOptions = {}): readonly (readonly Key[])[] {
  return does(world, { op: 'readCommitted', id: judgedId }, '', options).map(({ outcome }) =>
    outcome.is === 'ok' ? (outcome.value as readonly Entry[]).map(keyOf) : [],
  );
}
