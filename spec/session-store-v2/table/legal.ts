import type { Image } from '../../lib/image.ts';
import type { Key, Legal } from '../../lib/judge.ts';
import { keyOf } from '../key.ts';
import type { Frame } from '../ops.ts';
import { does } from './does.ts';
import type { TableOptions } from './does.ts';
import type { World } from './run.ts';

/**
 * Where the store lies, when nobody says: it matters only for links and for texts that quote a
 * path.
 */
const anyRoot = '/store';
/** The host's threshold; of an open it decides only how long a frame may be. */
const hostMax = 64n * 1024n * 1024n;

const memory = new WeakMap<Image, readonly Legal[]>();

/**
 * What the original may answer when it opens this image: the keys that it then shows and the image
 * after, or the codes with which it refuses and what an inspecting handle still reads afterwards.
 */
export function legalOpens(
  image: Image,
  given: { readonly root?: string; readonly max?: bigint; readonly options?: TableOptions } = {},
): readonly Legal[] {
  const plain = Object.keys(given).length === 0;
  const known = plain ? memory.get(image) : undefined;
  if (known !== undefined) return known;
  const max = given.max ?? hostMax;
  const world: World = { image, root: given.root ?? anyRoot, handles: new Map() };
  // Opening writes no time anywhere.
  const legals = does(world, { op: 'create', h: 'w', max }, '', given.options).map(
    ({ outcome, world: after }): Legal =>
      outcome.is === 'ok'
        ? { open: 'ok', keys: readable(after, max, given.options), after: after.image }
        : { open: 'refused', codes: [outcome.code], readable: readable(after, max, given.options) },
  );
  if (plain) memory.set(image, legals);
  return legals;
}

/** The keys that a reader without recovery shows, none where it fails. */
function readable(world: World, max: bigint, options: TableOptions = {}): readonly Key[] {
  const [inspecting] = does(world, { op: 'inspect', h: 'r', max }, '', options);
  if (inspecting === undefined) return [];
  const [read] = does(inspecting.world, { op: 'all', h: 'r' }, '', options);
  if (read?.outcome.is !== 'ok') return [];
  return (read.outcome.value as readonly Frame[]).map(keyOf);
}
