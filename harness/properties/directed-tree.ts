import { fileNode, type Image, type Path } from '../../spec/lib/image.ts';
import { utf8Of } from '../../spec/lib/utf8.ts';
import type { Random } from '../../faults/random.ts';
import type { Directed } from './directed.ts';
import {
  activeOf, anySegment, bytesAt, cutTo, extended, noIndex, put, sealedOf, segmentFile, segmentsOf, withBytes,
  type Shape,
} from './directed-store.ts'; // prettier-ignore

const several: Partial<Shape> = { entries: [6, 9], perSegment: 2 };
const looseSeveral: Partial<Shape> = { ...several, parents: 'none' };

const without = (image: Image, ...paths: readonly Path[]): Image =>
  paths.reduce((left, path) => put(left, path, null), image);

/** A segment in the middle, neither the first nor the last. */
const middleOf = (image: Image, random: Random): Path =>
  random.pick(segmentsOf(image).slice(1, -1));

/** Other spellings of a segment's number that its readers take. */
function spelled(path: Path, random: Random): Path {
  const seq = BigInt(path.slice('segments/'.length, -'.seg'.length));
  return `segments/${random.pick([`${seq}`, `+${seq}`, `0${seq}`, `+00${seq}`, `${'0'.repeat(30)}${seq}`])}.seg`;
}

const renamed = (image: Image, random: Random): Image => {
  const path = anySegment(image, random);
  return put(without(image, path), spelled(path, random), image.get(path) ?? null);
};

/** Both names of one segment: in which order they come is anybody's guess. */
const twoNames = (image: Image, random: Random): Image => {
  const path = anySegment(image, random);
  const node = random.chance(1, 2)
    ? (image.get(path) ?? null)
    : fileNode(bytesAt(image, path).slice(0, random.below(400)));
  return put(image, spelled(path, random), node);
};

/** Quarantine names that are taken, a few of them, in front of a segment that will be set aside. */
const takenNames = (image: Image, random: Random): Image => {
  const torn = cutTo(image, segmentsOf(image)[0]!, -random.between(2, 200));
  return segmentsOf(image).reduce((left, path) => {
    const taken = ['.bak', '.bak.1', '.bak.2'].slice(0, random.below(4));
    return taken.reduce((more, suffix) => put(more, path + suffix, fileNode(utf8Of(`old ${suffix}`))), left);
  }, torn);
}; // prettier-ignore

const sideFiles = ['manifest.json', 'checkpoints/0000000000000001.json', 'migrations/ledger.jsonl'];

/** Another digit in a chain hash that a side file states. */
const otherChain = (image: Image, random: Random): Image => {
  const path = random.pick(sideFiles.slice(0, 2));
  return withBytes(image, path, (bytes) => {
    const text = new TextDecoder().decode(bytes);
    const other = random.next().toString(16).padStart(8, '0');
    return utf8Of(text.replace(/"chainHash": "\w{8}/, `"chainHash": "${other}`));
  });
};

const spoiledSide = (image: Image, random: Random): Image => {
  const path = random.pick(sideFiles);
  return random.chance(1, 2)
    ? put(image, path, fileNode(utf8Of(`{"schema":"x${random.below(1000)}"`)))
    : extended(image, path, Uint8Array.from([0x7b, ...random.bytes(4)]));
};

/** Damage to names and to files beside segments and index, row by row of the decision table. */
export const treeDirected: readonly Directed[] = [
  { row: 'R20', of: several, damage: (image, r) => without(image, middleOf(image, r)) },
  { row: 'R21', of: looseSeveral, damage: (image, r) => without(image, middleOf(image, r)) },
  { row: 'R21', of: looseSeveral, damage: (image) => without(image, segmentFile(1)) },
  { row: 'R22', of: several, damage: (image) => without(image, activeOf(image)) },
  { row: 'R23', damage: (image) => without(image, segmentFile(1)) },
  { row: 'R23', of: several, damage: (image) => without(image, ...segmentsOf(image)) },
  { row: 'R25', damage: (image, r) => put(image, segmentFile(r.between(2, 99)), fileNode(new Uint8Array())) },
  { row: 'R25', of: several, damage: (image, r) => put(image, segmentFile(r.between(9, 99)), fileNode(new Uint8Array())) },
  { row: 'R25', damage: (image, r) => noIndex(r.chance(1, 2) ? cutTo(image, segmentFile(1), 0)
    : put(without(image, segmentFile(1)), segmentFile(r.between(2, 99)), fileNode(new Uint8Array()))) },
  { row: 'R30', of: { parents: 'forward' }, damage: (image) => image },
  { row: 'R30', of: { parents: 'forward', tail: 'wide' }, damage: noIndex },
  { row: 'R39', damage: renamed },
  { row: 'R39', of: several, damage: renamed },
  { row: 'R39', of: looseSeveral, damage: twoNames },
  { row: 'R39', damage: (image, r) => noIndex(twoNames(image, r)) },
  { row: 'R40', damage: (image, r) => put(image, `segments/${r.between(2, 99)}.seg`, { is: 'dir' }) },
  { row: 'R40', of: several, damage: (image, r) => noIndex(put(image, segmentFile(r.between(9, 99)), { is: 'dir' })) },
  { row: 'R41', damage: otherChain },
  { row: 'R41', of: several, damage: (image) => image },
  { row: 'R42', damage: spoiledSide },
  { row: 'R42', of: several, damage: spoiledSide },
  { row: 'R6b', of: several, damage: takenNames },
  { row: 'R18', of: several, damage: (image, r) => put(noIndex(image), sealedOf(image, r), image.get(activeOf(image)) ?? null) },
  // A blank end of a sealed segment, that nobody notices until a rollback cuts it.
  { row: null, of: { ...several, checkpoint: 'last' }, damage: (image, r) => extended(image, sealedOf(image, r), utf8Of('\n'.repeat(r.between(1, 9)))) },
]; // prettier-ignore
