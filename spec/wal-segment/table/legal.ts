import type { Image } from '../../lib/image.ts';
import type { Legal } from '../../lib/judge.ts';
import { keyOf } from '../bytes.ts';
import type { Frame } from '../ops.ts';
import { does, type TableOptions } from './does.ts';
import { start, type World } from './run.ts';

/** No byte of a segment that is there hangs on the time or the instance. */
const at = '1970-01-01T00:00:00.000Z';
const open = { op: 'open', instance: 9n } as const;

/**
 * What the original may answer when it opens this image: the keys that a strict replay with the
 * chain shows afterwards (none where that fails), or the code that it refuses with. The image after
 * is left out where a header is written, since that holds the time.
 */
export function legalOpens(image: Image, options: TableOptions = {}): readonly Legal[] {
  return does(start(image), open, at, options).flatMap(({ outcome, world }): readonly Legal[] => {
    const shown = readable(world, options);
    if (outcome.is !== 'ok') {
      return shown.map((keys) => ({ open: 'refused', codes: [outcome.code], readable: keys }));
    }
    const after = world.image === image ? { after: image } : {};
    return shown.map((keys) => ({ open: 'ok', keys, ...after }));
  });
}

function readable(world: World, options: TableOptions): readonly (readonly string[])[] {
  return does(world, { op: 'replay', after: 0n }, at, options).map(({ outcome }) =>
    outcome.is === 'ok' ? (outcome.value as readonly Frame[]).map(keyOf) : [],
  );
}
