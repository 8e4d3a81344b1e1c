import { randomFrom, type Random } from '../../faults/random.ts';
import { bytesOf, fileNode, type Image, type Node } from '../../spec/lib/image.ts';
import { join } from '../../spec/lib/layout-damage.ts';
import { blake3Hex, frameBytes, headerBytesOf, noHash } from '../../spec/wal-segment/bytes.ts';
import { pathOf } from '../../spec/wal-segment/names.ts';
import type { Op } from '../../spec/wal-segment/ops.ts';
import { digestImage } from '../lib/digest.ts';
import type { Directed } from '../zoo/mutants.ts';

/** A log that leads to one decision row. */
interface Way {
  readonly row: string;
  readonly make: (random: Random) => Image;
  readonly ops?: readonly Op[];
}

/** A segment: its number, and the frames in it as sequence and payload type. */
type Sketch = readonly [number: bigint, frames: readonly (readonly [seq: number, type: number])[]];

/** Chained segments; `tail` stands behind the frames of the last. */
function log(random: Random, sketches: readonly Sketch[], tail = new Uint8Array(0)): Image {
  const image = new Map<string, Node>();
  let prev = noHash;
  for (const [index, [segment, frames]] of sketches.entries()) {
    const header = headerBytesOf({ instance: 9n, segment, createdAtMicros: segment, prev });
    const parts = frames.map(([seq, type]) =>
      frameBytes({ seq: BigInt(seq), at: 1n, type, payload: random.bytes(random.below(12)) }),
    );
    const bytes = join(header, ...parts, ...(index === sketches.length - 1 ? [tail] : []));
    image.set(pathOf(segment), fileNode(bytes));
    prev = blake3Hex(bytes);
  }
  return image;
}

const renamed = (image: Image, name: string): Image =>
  new Map([...image].map(([path, node]) => (path === pathOf(1n) ? [name, node] : [path, node])));

const otherNames = ['segment_1.aedbwal', 'segment_+1.aedbwal', 'segment_segment_01.aedbwal'];

const last = (1n << 64n) - 1n;

const one = (r: Random): Image => log(r, [[1n, [[r.between(1, 9), 1]]]]);
const two = (r: Random): Image => log(r, [[1n, [[1, 1]]], [2n, [[2, r.pick([1, 2, 4])]]]]); // prettier-ignore

/** The file of a segment with other bytes. */
function changed(image: Image, segment: bigint, change: (bytes: Uint8Array) => Uint8Array): Image {
  const path = pathOf(segment);
  return new Map(image).set(path, fileNode(change(bytesOf(image, path) ?? new Uint8Array(0))));
}

const at = (index: number, value: number) => (bytes: Uint8Array) => bytes.with(index, value);

/** The file of the first segment stands elsewhere, and a link in its place. */
function linked(image: Image, to: string): Image {
  const moved = renamed(image, 'elsewhere');
  return new Map([...moved, [pathOf(1n), { is: 'link', to }]]);
}

const ways: readonly Way[] = [
  { row: 'W2', make: (r) => log(r, [[1n, []], [2n, [[r.between(1, 9), 1]]]]) },
  { row: 'W2', make: (r) => log(r, [[1n, [[r.between(1, 9), 1]]], [2n, []]]) },
  { row: 'W11', make: (r) => log(r, [[1n, [[r.between(1, 9), 2]]]], new Uint8Array(r.between(1, 3))) },
  { row: 'W11b', make: (r) => log(r, [[1n, [[r.between(1, 9), 2]]]], new Uint8Array(r.between(4, 40))) },
  { row: 'W15c', make: (r) => log(r, [[1n, [[1, 1], [r.between(5, 9), r.pick([0, 3, 255])], [r.between(2, 4), 1]]]]) },
  { row: 'W16', make: (r) => linked(one(r), 'elsewhere') },
  { row: 'W16', make: (r) => linked(two(r), 'elsewhere') },
  { row: 'W18', make: (r) => changed(one(r), 1n, at(r.below(4), 0)) },
  { row: 'W18', make: (r) => changed(two(r), 2n, at(r.between(0, 7), r.between(128, 255))) },
  { row: 'W18b', make: (r) => changed(one(r), 1n, (bytes) => join(bytes, r.bytes(r.between(1, 9)))) },
  { row: 'W18c', make: (r) => changed(two(r), 2n, (bytes) => bytes.slice(0, r.between(1, 63))) },
  { row: 'W18d', make: (r) => changed(two(r), 2n, () => new Uint8Array(0)) },
  { row: 'W17', make: (r) => renamed(log(r, [[1n, [[1, 1]]], [2n, [[2, 1]]]]), r.pick(otherNames)) },
  { row: 'W17', make: (r) => new Map([...log(r, [[1n, [[1, 1]]]]), [r.pick(['segment_x.aedbwal', 'segment_2.aedb', 'segment_99999999999999999999.aedbwal']), fileNode(r.bytes(90))]]) },
  {
    row: 'W24c',
    make: (r) => log(r, [[last, [[r.between(1, 9), 1]]]]),
    ops: [{ op: 'open', instance: 9n }, { op: 'rotate' }, { op: 'close' }, { op: 'replay', after: 0n, chain: false }],
  },
]; // prettier-ignore

/** So many distinct logs for each row that random damage rarely leads to. */
export function* walSegmentDirected(
  seed: string,
  each: number,
): Generator<Directed & { readonly row: string }> {
  const known = new Set<string>();
  for (const [index, { row, make, ops }] of ways.entries()) {
    for (let i = 0; i < each; i++) {
      const image = make(randomFrom(seed).fork(`directed/${row}/${index}/${i}`));
      const name = digestImage(image);
      if (known.has(name)) continue;
      known.add(name);
      yield { row, image, ...(ops === undefined ? {} : { ops }) };
    }
  }
}
