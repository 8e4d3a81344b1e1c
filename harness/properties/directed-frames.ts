import type { Image, Path } from '../../spec/lib/image.ts';
import { utf8Of } from '../../spec/lib/utf8.ts';
import type { Random } from '../../faults/random.ts';
import type { Directed } from './directed.ts';
import {
  activeOf, anyLine, anySegment, bytesAt, cutTo, extended, linesAt, noIndex, sealedOf, withBytes, withLine, withLines,
  withNumber, type Shape,
} from './directed-store.ts'; // prettier-ignore

const several: Partial<Shape> = { entries: [6, 9], perSegment: 2 };
const threes: Partial<Shape> = { entries: [6, 9], perSegment: 3 };
const loose: Partial<Shape> = { parents: 'none' };
const max = (1n << 64n) - 1n;

type Pick = (image: Image, random: Random) => Path;
type InLine = (line: string, random: Random, at: number) => string;

/** One line of a segment changed; `but` leaves lines of the file out. */
const inFrame =
  (pick: Pick, change: InLine, but: { readonly first?: number; readonly last?: number } = {}) =>
  (image: Image, random: Random): Image => {
    const path = pick(image, random);
    const at = anyLine(image, path, random, but);
    return withLine(image, path, at, (line) => change(line, random, at));
  };

/** The damage, and the index gone with it. */
const unindexed =
  (damage: Directed['damage']): Directed['damage'] =>
  (image, random) =>
    noIndex(damage(image, random));

/** The damage with or without the index. */
const perhaps =
  (damage: Directed['damage']): Directed['damage'] =>
  (image, random) =>
    random.chance(1, 2) ? noIndex(damage(image, random)) : damage(image, random);

const blanks = ['\n', ' \n', '\t\r\n', '\u3000\n', '\u0085 \n', '\r\n'];
const withBlank =
  (pick: Pick, most = blanks.length) =>
  (image: Image, random: Random): Image => {
    const path = pick(image, random);
    const at = anyLine(image, path, random);
    return withLines(image, path, (lines) =>
      lines.toSpliced(at, 0, random.pick(blanks.slice(0, most))),
    );
  };

const crlf = (line: string): string => line.replace('\n', '\r\n');
const allCrlf = (image: Image, path: Path): Image =>
  withLines(image, path, (lines) => lines.map(crlf));

/** The last bytes of a file become something that is no frame, its LF included. */
const spoiled = (image: Image, random: Random): Image => {
  const byte = random.pick([0, 0x78, 0x20]);
  const count = random.between(2, 150);
  return withBytes(image, activeOf(image), (bytes) => bytes.map((b, i) => (i < bytes.length - count ? b : byte)));
}; // prettier-ignore

/** Zeros inside a line, its LF spared. */
const hole = (image: Image, random: Random): Image => {
  const path = anySegment(image, random);
  const lines = linesAt(image, path);
  const at = random.below(lines.length);
  const start = utf8Of(lines.slice(0, at).join('')).length;
  const from = start + random.between(0, 80);
  return withBytes(image, path, (bytes) => bytes.slice().fill(0, from, from + random.between(1, 90)));
}; // prettier-ignore

/** A byte of a line that is no UTF-8, the LF behind it. */
const badByte = (image: Image, random: Random): Image => {
  const path = anySegment(image, random);
  const size = bytesAt(image, path).length;
  return withBytes(image, path, (bytes) => bytes.with(random.between(0, size - 2), 0xff));
};

/** Cut inside the last character but two bytes, which the payload's end is. */
const tornCharacter = (image: Image, random: Random): Image =>
  cutTo(image, activeOf(image), random.pick([-4, -5]));

const otherId: InLine = (line, _random, at) =>
  line.replace(/"entryId":"(e\w{3})\d"/, `"entryId":"$1${at === 0 ? 2 : 1}"`);
const unknownParent: InLine = (line) =>
  line.replace(/"parentEntryId":"e(\w{3})\d"/, '"parentEntryId":"e$1x"');
const laterParent: InLine = (line, random) =>
  line.replace(
    /"parentEntryId":"(e\w{3})(\d)"/,
    (_, run: string, n: string) => `"parentEntryId":"${run}${Number(n) + random.between(1, 3)}"`,
  );
const otherType: InLine = (line, random) =>
  random.chance(1, 2)
    ? line.replace(
        /"entryType":"\w{6}/,
        (text) => `${text.slice(0, -1)}${random.pick(['x', 'y', 'z'])}`,
      )
    : line.replace(/T00:00:\d\d\./, `T00:00:${random.between(10, 59)}.`);
const otherPayload: InLine = (line, random) =>
  random.chance(1, 4)
    ? line.replace(
        /"payloadBytes":\d/,
        (text) => `${text.slice(0, -1)}${random.pick(['5', '6', '7', '8', '9'])}`,
      )
    : line.replace(/-(\d)(?=\d*[}"…])/, (_, d: string) => `-${(Number(d) + 1) % 10}`);

/** Damage to the lines of segments, row by row of the decision table. */
export const framesDirected: readonly Directed[] = [
  { row: 'R6', damage: (image, r) => cutTo(image, activeOf(image), -r.between(2, 250)) },
  { row: 'R6', of: several, damage: (image, r) => cutTo(image, activeOf(image), -r.between(2, 250)) },
  { row: 'R6b', of: several, damage: (image, r) => cutTo(image, sealedOf(image, r), -r.between(2, 250)) },
  { row: 'R6c', of: { ...several, parents: 'none' }, damage: (image, r) => withLines(image, sealedOf(image, r), (l) => l.slice(0, r.below(2))) },
  { row: 'R6c', of: several, damage: (image, r) => withLines(image, sealedOf(image, r), (l) => l.slice(0, r.below(2))) },
  { row: 'R8', damage: inFrame(anySegment, otherPayload) },
  { row: 'R8', of: several, damage: inFrame(anySegment, otherPayload) },
  { row: 'R9', damage: inFrame(anySegment, otherType) },
  { row: 'R9', of: several, damage: inFrame(anySegment, otherType) },
  { row: 'R10', damage: unindexed((image) => cutTo(image, activeOf(image), -1)) },
  { row: 'R10', of: several, damage: (image, r) => cutTo(image, anySegment(image, r), -1) },
  { row: 'R11', damage: (image, r) => extended(image, activeOf(image), bytesAt(image, activeOf(image)).slice(0, r.between(1, 200))) },
  { row: 'R11', of: several, damage: (image, r) => extended(image, activeOf(image), Uint8Array.from([r.between(0x21, 0xff), ...r.bytes(r.below(40))])) },
  { row: 'R12', damage: unindexed((image, r) => cutTo(image, activeOf(image), -r.between(2, 250))) },
  { row: 'R12', of: several, damage: unindexed((image, r) => cutTo(image, activeOf(image), -r.between(2, 250))) },
  { row: 'R13', of: { tail: 'wide' }, damage: unindexed(tornCharacter) },
  { row: 'R13', of: { ...several, tail: 'wide' }, damage: tornCharacter },
  { row: 'R14', damage: inFrame(anySegment, (line, r) => line.replace(r.pick(['"frameSeq"', '"entryId"', '"payload"']), '"x"')) },
  { row: 'R14', of: several, damage: unindexed(inFrame(anySegment, (line, r) => `${line.slice(0, r.between(1, 200))}\n`)) },
  { row: 'R15', damage: perhaps(hole) },
  { row: 'R15', of: several, damage: perhaps(hole) },
  { row: 'R15b', damage: spoiled },
  { row: 'R15b', of: several, damage: spoiled },
  { row: 'R16', damage: unindexed(withBlank(anySegment)) },
  { row: 'R16', of: several, damage: unindexed(withBlank(anySegment)) },
  { row: 'R16b', of: several, damage: withBlank(sealedOf) },
  { row: 'R16c', damage: withBlank(activeOf) },
  { row: 'R16c', of: { ...several, entries: [6, 6] }, damage: withBlank(activeOf) },
  { row: 'R16d', damage: (image, r) => extended(image, activeOf(image), utf8Of(r.pick(blanks).repeat(r.between(1, 9)))) },
  { row: 'R16d', of: several, damage: (image, r) => extended(image, activeOf(image), utf8Of(r.pick(blanks).repeat(r.between(1, 9)))) },
  { row: 'R17', damage: unindexed((image, r) => allCrlf(image, anySegment(image, r))) },
  { row: 'R17', of: several, damage: unindexed((image, r) => allCrlf(image, anySegment(image, r))) },
  { row: 'R17', damage: unindexed(inFrame(anySegment, crlf)) },
  { row: 'R17b', damage: (image) => allCrlf(image, activeOf(image)) },
  { row: 'R17b', of: several, damage: (image, r) => allCrlf(image, anySegment(image, r)) },
  { row: 'R17d', damage: inFrame(activeOf, (line, r) => line.replace('"entryType":"', `"entryType":"${'x'.repeat(r.between(1, 60))}`)) },
  { row: 'R17d', of: several, damage: inFrame(activeOf, (line, r) => line.replace('"entryType":"', `"entryType":"${'x'.repeat(r.between(1, 60))}`)) },
  { row: 'R18', of: several, damage: perhaps(inFrame(anySegment, (line, r) => withNumber(line, r.pick(['segmentSeq', 'frameSeq']), (n) => n + BigInt(r.between(1, 2))))) },
  { row: 'R18', damage: perhaps(inFrame(anySegment, (line, r) => withNumber(line, r.pick(['segmentSeq', 'frameSeq']), (n) => n + BigInt(r.between(1, 2))))) },
  { row: 'R19', damage: perhaps(inFrame(anySegment, (line, r) => withNumber(line, 'entrySeq', (n) => n - BigInt(r.between(1, Number(n) - 1))), { first: 1 })) },
  { row: 'R19', of: several, damage: perhaps(inFrame(sealedOf, (line) => withNumber(line, 'entrySeq', (n) => n - 1n), { first: 1 })) },
  { row: 'R19b', damage: perhaps(inFrame(anySegment, (line, r) => withNumber(line, 'entrySeq', (n) => n + BigInt(r.between(1, 9 - Number(n)))), { first: 1 })) },
  { row: 'R19b', of: { ...threes, parents: 'none' }, damage: perhaps(inFrame(sealedOf, (line, r) => withNumber(line, 'entrySeq', (n) => n + BigInt(r.between(1, 3))), { first: 1 })) },
  { row: 'R27', of: loose, damage: perhaps(inFrame(anySegment, otherId)) },
  { row: 'R27', of: { ...several, parents: 'none' }, damage: perhaps(inFrame(activeOf, otherId)) },
  { row: 'R28', damage: perhaps(inFrame(anySegment, unknownParent, { first: 1 })) },
  { row: 'R28', of: several, damage: perhaps(inFrame(activeOf, unknownParent)) },
  { row: 'R28', of: { entries: [2, 2] }, damage: perhaps(inFrame(activeOf, unknownParent, { first: 1 })) },
  { row: 'R29', of: { entries: [6, 9] }, damage: perhaps(inFrame(anySegment, laterParent, { first: 1, last: 3 })) },
  { row: 'R29', of: { entries: [9, 9], perSegment: 5 }, damage: perhaps(inFrame(sealedOf, laterParent, { first: 1 })) },
  { row: 'R34', damage: perhaps(badByte) },
  { row: 'R34', of: several, damage: perhaps(badByte) },
  { row: 'R35', of: { tail: 1500 }, limits: { lineBytes: 1400 }, damage: (image) => image },
  { row: 'R35', of: { tail: 1100, entries: [3, 3] }, limits: { lineBytes: 1250 }, damage: (image) => image },
  { row: 'R37b', damage: unindexed(inFrame(anySegment, (line) => withNumber(line, 'entrySeq', () => max))) },
  { row: 'R37b', of: several, damage: unindexed(inFrame(anySegment, (line) => withNumber(line, 'entrySeq', () => max))) },
  { row: 'R43b', limits: { lineBytes: 600 }, damage: perhaps(inFrame(anySegment, (_line, r) => `${'x'.repeat(r.between(600, 900))}\n`)) },
  { row: 'R43b', of: { ...several, tail: 500 }, limits: { lineBytes: 700 }, damage: noIndex },
  { row: 'R44', damage: perhaps((image, r) => repeated(image, anySegment(image, r), r)) },
  { row: 'R44', of: several, damage: unindexed((image, r) => repeated(image, sealedOf(image, r), r)) },
  { row: 'R45', damage: perhaps((image, r) => withLines(image, activeOf(image), (l) => l.toSpliced(r.between(0, l.length - 2), 1))) },
  { row: 'R45', of: threes, damage: perhaps((image, r) => withLines(image, sealedOf(image, r), (l) => l.toSpliced(r.between(0, l.length - 2), 1))) },
  { row: 'R46', damage: perhaps((image, r) => swappedIn(image, activeOf(image), r)) },
  { row: 'R46', of: threes, damage: perhaps((image, r) => swappedIn(image, sealedOf(image, r), r)) },
]; // prettier-ignore

const repeated = (image: Image, path: Path, random: Random): Image =>
  withLines(image, path, (lines) => {
    const at = random.below(lines.length);
    return lines.toSpliced(at, 0, lines[at] ?? '');
  });

const swappedIn = (image: Image, path: Path, random: Random): Image =>
  withLines(image, path, (lines) => {
    const at = random.between(0, lines.length - 2);
    return lines.toSpliced(at, 2, lines[at + 1] ?? '', lines[at] ?? '');
  });
