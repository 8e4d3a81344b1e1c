import type { Image } from '../lib/image.ts';
import type { Key, Legal } from '../lib/judge.ts';
import { keyOf } from './key.ts';
import type { Frame } from './ops.ts';
import { does, type World } from './table.ts';

const at = '2026-01-01T00:00:00.000Z';

/**
 * Every result that the original may come to when it opens this image: entries and image after, or
 * its error code.
 */
export function legalOpens(image: Image, maxSegmentBytes = 1200n): readonly Legal[] {
  const world: World = { image, root: '/store', handles: new Map() };
  const ways = does(world, { op: 'create', h: 'w', max: maxSegmentBytes }, at);
  return ways.map((way): Legal => {
    if (way.outcome.is !== 'ok') {
      return { open: 'refused', codes: [way.outcome.code], readable: [] };
    }
    return { open: 'ok', keys: keysIn(way.world), after: way.world.image };
  });
}

/** What `all` shows; a reader that fails shows nothing. */
function keysIn(world: World): readonly Key[] {
  const [read] = does(world, { op: 'all', h: 'w' }, at);
  if (read === undefined || read.outcome.is !== 'ok') return [];
  return (read.outcome.value as readonly Frame[]).map(keyOf);
}
