import { damageNames, type Damage } from '../faults/damage.ts';
import type { Image, Path } from '../spec/lib/image.ts';
import type { Kind } from './kind.ts';

/** At most this many other places are tried for one damage. */
const placesMax = 160;

/**
 * The same damage for a store that has become smaller: at the same distance from the end of its
 * file, in each other file of the same folder, at each line, and what the format suggests.
 * Positions in the old image mean nothing there.
 */
export function* reseats<O, R, S, D>(
  kind: Kind<O, R, S, D>,
  before: Image,
  now: Image,
  damage: readonly Damage[],
): Generator<readonly Damage[]> {
  if (damage.length === 1) {
    for (const other of places(kind, before, now, damage[0]!)) yield [other];
    return;
  }
  const moved = damage.map((d) => [...places(kind, before, now, d)]);
  const longest = Math.max(...moved.map((m) => m.length));
  for (let i = 0; i < longest; i++) yield moved.map((m, k) => m[i % m.length] ?? damage[k]!);
}

function* places<O, R, S, D>(
  kind: Kind<O, R, S, D>,
  before: Image,
  now: Image,
  damage: Damage,
): Generator<Damage> {
  let count = 0;
  for (const other of candidates(kind, before, now, damage)) {
    yield other;
    if (++count >= placesMax) return;
  }
}

function* candidates<O, R, S, D>(
  kind: Kind<O, R, S, D>,
  before: Image,
  now: Image,
  damage: Damage,
): Generator<Damage> {
  if (damage.do === 'splice') {
    // The layout says of what kind its damage is; the same kind elsewhere is the same idea.
    const all = kind.structuralDamage?.(now) ?? [];
    for (const s of all) if (s.why === damage.why) yield { do: 'splice', ...s };
    // Lines and positions that it numbers are others where the store is smaller; the last come
    // first.
    const idea = ideaOf(damage.why);
    const alike = all.filter((s) => s.why !== damage.why && ideaOf(s.why) === idea);
    for (const s of alike.toReversed()) yield { do: 'splice', ...s };
    return;
  }
  if (!damageNames.includes(damage.do)) return;
  for (const file of filesLike(now, damage.file)) {
    yield* inFile(before, now, { ...damage, file });
  }
}

const ideaOf = (why: string): string => why.replaceAll(/\d+/g, '0');

/** Files of the same folder, the nearest name first. */
function filesLike(image: Image, like: Path): Path[] {
  const folder = like.slice(0, like.lastIndexOf('/') + 1);
  const files = [...image.keys()].filter(
    (p) => image.get(p)?.is === 'file' && p.slice(0, p.lastIndexOf('/') + 1) === folder,
  );
  const others = files.filter((p) => p !== like).toSorted();
  return files.includes(like) ? [like, ...others] : [...others, like];
}

function* inFile(before: Image, now: Image, damage: Damage): Generator<Damage> {
  const size = sizeOf(now, damage.file);
  const shift = size - sizeOf(before, damage.file);
  if ('from' in damage && 'to' in damage) {
    const length = damage.to - damage.from;
    for (const from of positions(now, damage.file, damage.from, shift)) {
      yield { ...damage, from, to: Math.min(size, from + length) };
    }
  } else if ('at' in damage) {
    for (const at of positions(now, damage.file, damage.at, shift)) yield { ...damage, at };
  } else if ('line' in damage) {
    for (let line = 0; line < 6; line++) yield { ...damage, line };
  } else {
    yield damage;
  }
}

function sizeOf(image: Image, path: Path): number {
  const node = image.get(path);
  return node?.is === 'file' ? node.size : 0;
}

/**
 * Where a position may have gone: as far from the end as before, as far into each line as before,
 * each line's edges.
 */
function positions(image: Image, path: Path, at: number, shift: number): number[] {
  const node = image.get(path);
  if (node?.is !== 'file') return [];
  const found = new Set<number>([at, at + shift]);
  let start = 0;
  node.bytes.forEach((byte, i) => {
    if (byte !== 0x0a) return;
    for (const p of [start, start + 1, (start + i) >> 1, i - 1, i, i + 1]) found.add(p);
    start = i + 1;
  });
  return [...found].filter((p) => p >= 0 && p <= node.size).slice(0, placesMax);
}
