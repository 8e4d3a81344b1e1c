import { fileNode } from '../lib/image.ts';
import type { Image, Node, Path } from '../lib/image.ts';
import { join } from '../lib/layout-damage.ts';
import { frameBytes, headerOf } from './bytes.ts';
import { judgedId } from './classify.ts';
import { pathOf } from './layout.ts';
import type { Entry } from './ops.ts';

/** The segment that tests look at. */
export const segment: Path = pathOf(judgedId);

/** Four entries, one of each sort, with numbers of every width. */
export const entries: readonly Entry[] = [
  {
    t: 'write', space: 1n, coords: [10, 300, 70_000], revision: 1n,
    data: new TextEncoder().encode('a line\nanother'),
  },
  { t: 'tombstone', space: 251n, coords: [], revision: 1n << 40n },
  { t: 'sealed', block: 1n, space: 65_536n, snapshot: (1n << 64n) - 1n },
  { t: 'checkpoint', revision: 7n },
]; // prettier-ignore

/** Where the frames of these entries end, the end of the header first. */
export function endsOf(all: readonly Entry[]): readonly number[] {
  let end = 16;
  return [16, ...all.map((entry) => (end += frameBytes(entry).length))];
}

/** The bytes of a segment that publishes `committed`, by default all of its entries. */
export function segmentBytes(all: readonly Entry[] = entries, committed?: bigint): Uint8Array {
  const end = endsOf(all).at(-1) ?? 16;
  return join(headerOf(committed ?? BigInt(end)), ...all.map(frameBytes));
}

/** A store of one file, or of whatever stands at its place. */
export function storeOf(what: Uint8Array | Node = segmentBytes()): Image {
  const node = what instanceof Uint8Array ? fileNode(what) : what;
  return new Map<Path, Node>([
    ['sessions', { is: 'dir' }],
    [segment, node],
  ]);
}

/** Bytes with others put in at a place, over what stood there. */
export function over(bytes: Uint8Array, at: number, ...put: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(put, at);
  return copy;
}
