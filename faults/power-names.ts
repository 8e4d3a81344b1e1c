import type { Path } from '../spec/lib/image.ts';
import { applyName, type Left } from './crash.ts';
import type { Ino, OpLog } from './oplog.ts';
import { leftKey } from './power-files.ts';
import { baseEntries, copyEntries, listPaths } from './units-tree.ts';
import type { Unit } from './units.ts';

/** Paths and what stands there, a directory before what is in it. */
export interface Listing {
  readonly paths: readonly (readonly [path: Path, ino: Ino])[];
  readonly pathsOf: ReadonlyMap<Ino, readonly Path[]>;
}

const LISTINGS_MOST = 4096;

/**
 * The trees of a log: after the first `count` of its name units, those of `lost` lost, by their
 * place in `names`.
 */
export function listingsOf(
  log: OpLog,
  names: readonly Unit[],
): (count: number, lost: ReadonlyMap<number, Left>) => Listing {
  const base = baseEntries(log);
  const known = new Map<string, Listing>();
  return (count, lost) => {
    let key = `${count}`;
    for (const [i, left] of lost) key += `,${i}${leftKey(left)}`;
    let listing = known.get(key);
    if (listing === undefined) {
      const entries = copyEntries(base);
      for (let i = 0; i < count; i++) applyName(entries, names[i]!, lost.get(i));
      listing = listingOf(listPaths(entries));
      if (known.size >= LISTINGS_MOST) known.clear();
      known.set(key, listing);
    }
    return listing;
  };
}

function listingOf(paths: Listing['paths']): Listing {
  const pathsOf = new Map<Ino, Path[]>();
  for (const [path, ino] of paths) {
    const others = pathsOf.get(ino);
    if (others === undefined) pathsOf.set(ino, [path]);
    else others.push(path);
  }
  return { paths, pathsOf };
}
