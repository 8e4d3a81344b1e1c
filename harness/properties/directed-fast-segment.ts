import { randomFrom, type Random } from '../../faults/random.ts';
import { varintBytes, wideBytes } from '../../spec/fast-segment/bincode.ts';
import { encodeEntry, framed, headerOf } from '../../spec/fast-segment/bytes.ts';
import type { Entry, Op } from '../../spec/fast-segment/ops.ts';
import { fileNode, type Image, type Node } from '../../spec/lib/image.ts';
import { join } from '../../spec/lib/layout-damage.ts';
import { digestImage } from '../lib/digest.ts';
import type { Directed } from '../zoo/mutants.ts';

/** A file of session 7, and what else stands beside it, that leads to one decision row. */
interface Way {
  readonly row: string;
  readonly make: (random: Random) => Image;
  readonly ops?: readonly Op[];
}

const path = 'sessions/7.fast';
const headerBytes = 16;

const storeOf = (file: Node, beside: readonly (readonly [string, Node])[] = []): Image =>
  new Map<string, Node>([['sessions', { is: 'dir' }], [path, file], ...beside]);

/** A file whose frames have these payloads, all of them committed. */
function sealed(...payloads: readonly Uint8Array[]): Uint8Array {
  const frames = join(...payloads.map((payload) => framed(payload)));
  return join(headerOf(BigInt(headerBytes + frames.length)), frames);
}

function anyEntry(random: Random): Entry {
  const revision = BigInt(random.below(400));
  if (random.chance(1, 3)) return { t: 'checkpoint', revision };
  const coords = Array.from({ length: random.below(3) }, () => random.below(70_000));
  const address = { space: BigInt(random.below(300)), coords, revision };
  return random.chance(1, 2)
    ? { t: 'tombstone', ...address }
    : { t: 'write', ...address, data: random.bytes(random.below(20)) };
}

const payload = (random: Random): Uint8Array => encodeEntry(anyEntry(random));

/** Sound frames, then one that is not as it should be, then another sound one. */
const around = (odd: (random: Random) => Uint8Array) => (random: Random) =>
  storeOf(fileNode(sealed(payload(random), odd(random), payload(random))));

const wide = (random: Random): Uint8Array =>
  Uint8Array.from([3, ...wideBytes(BigInt(random.below(251)), random.below(3))]);

/** A count of bytes, or of coordinates, that nobody can allocate. */
const absurd = (random: Random): Uint8Array => {
  const count = [...varintBytes((1n << BigInt(random.between(48, 61))) + BigInt(random.below(9)))];
  return random.chance(1, 2)
    ? Uint8Array.from([1, 0, ...count, 0])
    : Uint8Array.from([0, 0, 0, 0, ...count, 1, 2, 3]);
};

const open: Op = { op: 'open', id: 7 };

/** A sealed file whose header says another committed length. */
const saying = (length: (random: Random, size: number) => number) => (random: Random) => {
  const file = sealed(payload(random), payload(random));
  return storeOf(fileNode(join(headerOf(BigInt(length(random, file.length))), file.slice(16))));
};

const ways: readonly Way[] = [
  { row: 'F2', make: (r) => storeOf(fileNode(headerOf(16n).slice(0, r.between(1, 7)))) },
  { row: 'F2', make: (r) => storeOf(fileNode(headerOf(16n).slice(0, r.between(8, 15)))) },
  { row: 'F3', make: (r) => storeOf(fileNode(sealed(payload(r)).with(r.below(8), 0x80))) },
  { row: 'F4', make: saying((r) => r.below(17)) },
  { row: 'F5', make: saying((r) => r.below(16)) },
  { row: 'F6', make: saying((r, size) => size - r.between(1, 30)) },
  { row: 'F7', make: saying((r, size) => size + r.between(1, 300)) },
  {
    row: 'F12',
    make: (r) => {
      const frames = join(framed(payload(r)), r.bytes(r.between(1, 7)));
      return storeOf(fileNode(join(headerOf(BigInt(headerBytes + frames.length)), frames)));
    },
  },
  {
    row: 'F19',
    make: (r) => {
      const frames = join(framed(payload(r)), new Uint8Array(r.between(40, 90)));
      return storeOf(fileNode(join(headerOf(BigInt(headerBytes + frames.length)), frames)));
    },
  },
  { row: 'F16', make: around((r) => Uint8Array.from([r.between(4, 250), ...payload(r)])) },
  { row: 'F16', make: around((r) => payload(r).slice(0, r.between(0, 1))) },
  { row: 'F17', make: around((r) => join(payload(r), r.bytes(r.between(1, 9)))) },
  { row: 'F18', make: around(absurd) },
  {
    row: 'F21',
    make: (r) =>
      new Map<string, Node>([
        ['elsewhere', fileNode(sealed(payload(r)))],
        ['sessions', { is: 'dir' }],
        [path, { is: 'link', to: '../elsewhere' }],
      ]),
  },
  {
    row: 'F22',
    make: (r) => storeOf({ is: 'dir' }, [['sessions/8.fast', fileNode(sealed(payload(r)))]]),
  },
  {
    row: 'F23',
    make: (r) =>
      storeOf(fileNode(sealed(payload(r))), [
        [`sessions/${r.pick(['+7', '007', '+0', '00', '+4294967295'])}.fast`, fileNode(r.bytes(3))],
        [`sessions/${r.pick(['4294967296', 'x', '-1', '++7'])}.fast`, fileNode(r.bytes(3))],
      ]),
  },
  {
    row: 'F24',
    make: (r) => {
      const twice = payload(r);
      return storeOf(fileNode(sealed(payload(r), twice, twice)));
    },
  },
  {
    row: 'F28',
    make: (r) => storeOf(fileNode(sealed(payload(r)))),
    ops: [
      open,
      { op: 'truncate', id: 7, len: 0n },
      { op: 'append', id: 7, entry: { t: 'checkpoint', revision: 1n }, track: true },
      { op: 'syncGroup', id: 7 },
      open,
    ],
  },
  {
    row: 'F28',
    make: (r) => storeOf(fileNode(sealed(payload(r)))),
    ops: [open, { op: 'truncate', id: 7, len: 3n }, { op: 'reset', id: 7 }, open],
  },
  { row: 'F30', make: around(wide) },
  {
    row: 'F31',
    make: (r) =>
      storeOf(fileNode(sealed(payload(r))), [
        [`sessions/${r.below(7)}.fast`, { is: 'dir' }],
        [`sessions/${r.between(8, 99)}.fast`, { is: 'link', to: 'nowhere' }],
      ]),
  },
];

/** So many distinct stores for each row that random damage rarely leads to. */
export function* fastSegmentDirected(
  seed: string,
  each: number,
): Generator<Directed & { readonly row: string }> {
  const known = new Set<string>();
  for (const [index, { row, make, ops }] of ways.entries()) {
    for (let i = 0; i < each; i++) {
      const image = make(randomFrom(seed).fork(`directed/${row}/${index}/${i}`));
      const name = `${index} ${digestImage(image)}`;
      if (known.has(name)) continue;
      known.add(name);
      yield { row, image, ...(ops === undefined ? {} : { ops }) };
    }
  }
}
