import { bytesOf } from '../lib/image.ts';
import type { Image, Path } from '../lib/image.ts';
import { damageBinary, tearsOfBinary } from '../lib/layout-binary-damage.ts';
import { recordsOf } from '../lib/layout-binary.ts';
import type { Edit } from '../lib/layout-damage.ts';
import { layoutOf } from '../lib/layout.ts';
import { format, header } from './layout.ts';

/** A change of bytes [from, to) of one file that the layout suggests, and why. */
export interface Damage extends Edit {
  readonly file: Path;
}

/** Larger files are left to damage that knows no format. */
const fileBytesMost = 1 << 20;

/**
 * All structural damage of a log's segments, in the order of their paths; the same image gives the
 * same list. Each entry is damage on its own.
 */
export function structuralDamage(image: Image): readonly Damage[] {
  return segmentsOf(image).flatMap(({ path, bytes, layout }) =>
    damageBinary(layout, bytes).map((edit) => ({ file: path, ...edit })),
  );
}

/** Positions worth a tear inside bytes that are written to `path`: [0, length]. */
export function tearsOfWrite(path: Path, bytes: Uint8Array): readonly number[] {
  const found = layoutOf(format, path);
  return found === null ? [] : tearsOfBinary(found.file, bytes);
}

/** Bytes [from, to) of a segment whose change nothing notices: the header of the last one. */
export interface Uncovered {
  readonly file: Path;
  readonly from: number;
  readonly to: number;
  readonly member: string;
}

/**
 * What no check covers in these very bytes: of the last segment's header all that only the chain
 * covers, since no later header holds the hash.
 */
export function uncoveredBytes(image: Image): readonly Uncovered[] {
  const last = segmentsOf(image)
    .toSorted((a, b) => (a.number < b.number ? -1 : 1))
    .at(-1);
  if (last === undefined) return [];
  const [first] = recordsOf(last.layout, last.bytes);
  if (first?.record !== header) return [];
  return first.decoded.spans
    .filter(({ field }) => field?.covered.every((check) => check === 'chain'))
    .map(({ path, from, to }) => ({ file: last.path, from, to, member: `header.${path}` }));
}

function segmentsOf(image: Image) {
  return [...image.keys()].toSorted().flatMap((path) => {
    const found = layoutOf(format, path);
    const node = image.get(path);
    if (found === null || node?.is !== 'file' || node.size > fileBytesMost) return [];
    const bytes = bytesOf(image, path) ?? new Uint8Array(0);
    return [{ path, bytes, layout: found.file, number: found.number ?? 0n }];
  });
}
