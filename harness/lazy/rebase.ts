import type { Seen } from '../../spec/lib/clause.ts';
import { nodesEqual, type Image, type Node, type Path } from '../../spec/lib/image.ts';
import { digestImage } from '../lib/digest.ts';
import type { Walked } from '../walk.ts';

/** A walk with the image that it began on; `base` is that image as its disk had it. */
export interface WalkOver {
  readonly start: Image;
  readonly base: Image;
  readonly walked: Walked;
}

/** A walk as clauses see it: the image that it began on, and what it saw. */
export interface WalkOn {
  readonly image: Image;
  readonly walked: Walked;
}

/**
 * The walk as it would have gone over another image that looks the same to it: what it saw stays,
 * and where its images hold what it left alone, they hold what lies there in the other. Null where
 * it changed a file of which it had not seen every byte, and the two differ there.
 */
export function rebased({ start, base, walked }: WalkOver, image: Image): WalkOn | null {
  if (image === start || digestImage(image) === digestImage(start)) return { image: start, walked };
  const origins = originsOf(base);
  const moved = new Map<Image, Image | null>();
  const move = (seen: Image): Image | null => {
    let made = moved.get(seen);
    if (made === undefined) moved.set(seen, (made = onto(seen, base, origins, image)));
    return made;
  };
  const seen: Seen[] = [];
  for (const one of walked.seen) {
    if (one.image === undefined) seen.push(one);
    else {
      const other = one.image === start || one.image === base ? image : move(one.image);
      if (other === null) return null;
      seen.push({ ...one, image: other });
    }
  }
  const last = walked.image === start || walked.image === base ? image : move(walked.image);
  return last === null ? null : { image, walked: { ...walked, seen, image: last } };
}

/** Where each file of an image lies; several places where links made them one. */
function originsOf(base: Image): ReadonlyMap<Node, readonly Path[]> {
  const origins = new Map<Node, Path[]>();
  for (const [path, node] of base) {
    if (node.is !== 'file') continue;
    const paths = origins.get(node);
    if (paths === undefined) origins.set(node, [path]);
    else paths.push(path);
  }
  return origins;
}

/** What the changes that lead from `base` to `seen` make of another image. */
function onto(
  seen: Image,
  base: Image,
  origins: ReadonlyMap<Node, readonly Path[]>,
  image: Image,
): Image | null {
  const made = new Map<Path, Node>();
  for (const [path, node] of seen) {
    const before = base.get(path);
    if (node === before) {
      const own = image.get(path);
      if (own !== undefined) made.set(path, own);
      continue;
    }
    const from = origins.get(node);
    if (from !== undefined) {
      // A file that was only renamed: its bytes may never have been looked at.
      const owns = from.map((origin) => image.get(origin));
      if (owns[0] === undefined || owns.some((own) => !nodesEqual(own, owns[0]))) return null;
      made.set(path, owns[0]);
    } else {
      if (before?.is === 'file' && !nodesEqual(before, image.get(path))) return null;
      made.set(path, node);
    }
  }
  for (const [path, node] of image) if (!base.has(path) && !made.has(path)) made.set(path, node);
  return made;
}
