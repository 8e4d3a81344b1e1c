import type { Image } from '../lib/image.ts';
import { headerBytes } from './layout.ts';
import type { Op } from './ops.ts';
import { segmentsIn, survey, type Survey } from './survey.ts';

/**
 * Operations that write the segments of an image on a fresh store, losing nothing: what stands
 * before the published length appended and published, what stands behind it appended and never
 * published. None where a segment holds anything else.
 */
export function writtenBy(image: Image): readonly Op[] {
  const ops: Op[] = [];
  for (const [path, node] of segmentsIn(image)) {
    const id = Number(/\d+/.exec(path)?.[0]);
    const found = survey(node);
    if (!isWhole(found)) return [];
    ops.push({ op: 'open', id }, ...opsOf(found, id));
  }
  return ops;
}

const isWhole = ({ header, frames, soundEnd, size }: Survey): boolean =>
  header.is === 'whole' && soundEnd === size && frames.every((frame) => frame.canonical);

function opsOf({ header, frames }: Survey, id: number): readonly Op[] {
  const committed = header.is === 'whole' ? header.committed : 0n;
  const appended = frames.map(({ entry, to }): Op => ({
    op: 'append',
    id,
    entry,
    track: BigInt(to) <= committed,
  }));
  if (committed === BigInt(headerBytes)) return appended;
  const published = frames.filter(({ to }) => BigInt(to) <= committed).length;
  return appended.toSpliced(published, 0, { op: 'syncGroup', id });
}
