import { fileNode, type Image } from '../../spec/lib/image.ts';
import { utf8Of } from '../../spec/lib/utf8.ts';
import type { Random } from '../../faults/random.ts';
import type { Directed } from './directed.ts';
import {
  activeOf, anyLine, cutTo, indexFile, linesAt, noIndex, put, segmentsOf, withBytes, withLine, withLines, withNumber,
  type Shape,
} from './directed-store.ts'; // prettier-ignore

const several: Partial<Shape> = { entries: [6, 9], perSegment: 2 };
const single: Partial<Shape> = { entries: [1, 1] };
const max = (1n << 64n) - 1n;

const inRow =
  (change: (line: string, random: Random) => string) =>
  (image: Image, random: Random): Image =>
    withLine(image, indexFile, anyLine(image, indexFile, random), (line) => change(line, random));

const inLastRow =
  (change: (line: string, random: Random, image: Image) => string) =>
  (image: Image, random: Random): Image =>
    withLine(image, indexFile, linesAt(image, indexFile).length - 1, (line) =>
      change(line, random, image),
    );

/** A byte of a row's first member names becomes another. */
const withByte =
  (byte: number) =>
  (image: Image, random: Random): Image => {
    const row = anyLine(image, indexFile, random);
    const from = utf8Of(linesAt(image, indexFile).slice(0, row).join('')).length;
    return withBytes(image, indexFile, (bytes) => bytes.with(from + random.between(1, 60), byte));
  };

const otherCrc = (line: string, random: Random): string =>
  line.replace(/"crc32c":"(\w+)"/, (_, crc: string) => {
    const other = random.next().toString(16).padStart(8, '0').toUpperCase();
    return `"crc32c":"${random.chance(1, 2) && /[A-F]/.test(crc) ? crc.toLowerCase() : other}"`;
  });

const swapped = (lines: readonly string[], at: number): readonly string[] =>
  lines.toSpliced(at, 2, lines[at + 1] ?? '', lines[at] ?? '');

/** A member that only a reader's limit minds. */
const padded = (line: string, random: Random): string =>
  line.replace('"state"', `"pad":"${'p'.repeat(random.between(700, 900))}","state"`);

/** Damage to the index, row by row of the decision table. */
export const indexDirected: readonly Directed[] = [
  { row: 'R1', damage: noIndex },
  { row: 'R1', of: several, damage: (image) => cutTo(image, indexFile, 0) },
  { row: 'R2', damage: withByte(0) },
  { row: 'R2', of: several, damage: withByte(0xff) },
  { row: 'R2', damage: inRow((line) => line.replace('"entrySeq"', '"entrySex"')) },
  { row: 'R3', damage: (image) => cutTo(image, indexFile, -1) },
  { row: 'R3', of: several, damage: (image) => cutTo(image, indexFile, -1) },
  { row: 'R4', damage: (image, r) => withLines(image, indexFile, (rows) => rows.slice(0, r.between(1, rows.length - 1))) },
  { row: 'R4', of: several, damage: (image, r) => withLines(image, indexFile, (rows) => rows.slice(0, r.between(1, rows.length - 3))) },
  { row: 'R5', damage: (image, r) => withLines(image, indexFile, (rows) => rows.toSpliced(r.between(1, rows.length - 2), 1)) },
  { row: 'R5', of: { parents: 'none' }, damage: (image, r) => withLines(image, indexFile, (rows) => rows.toSpliced(r.between(1, rows.length - 2), 1)) },
  { row: 'R7', damage: inRow(otherCrc) },
  { row: 'R7', of: several, damage: inRow(otherCrc) },
  { row: 'R17c', damage: (image) => withLines(image, indexFile, (rows) => rows.map((row) => row.replace('\n', '\r\n'))) },
  { row: 'R17c', damage: inRow((line) => line.replace('\n', '\r\n')) },
  { row: 'R26', damage: (image) => withLines(image, indexFile, (rows) => rows.slice(0, -1)) },
  { row: 'R26b', of: { entries: [3, 6], perSegment: 1 }, damage: (image) => withLines(image, indexFile, (rows) => rows.slice(0, -1)) },
  { row: 'R26c', of: single, damage: noIndex },
  { row: 'R26c', of: { ...single, tail: 'wide' }, damage: (image) => cutTo(image, indexFile, 0) },
  { row: 'R26d', damage: (image, r) => cutTo(image, indexFile, -r.between(2, 100)) },
  { row: 'R26d', of: several, damage: (image, r) => cutTo(image, indexFile, -r.between(2, 100)) },
  { row: 'R31', damage: inRow((line, r) => line.replace('"active"', `"${r.pick(['superseded', '', 'x'])}"`)) },
  { row: 'R31', damage: inRow((line) => line.replace('offset_index.v1', 'offset_index.v2')) },
  { row: 'R31', of: several, damage: (image, r) => {
    const path = r.pick(segmentsOf(image));
    return noIndex(withLine(image, path, anyLine(image, path, r), (line) => line.replace('segment_frame', 'fragment')));
  } },
  { row: 'R32', damage: inRow((line, r) => line.replace('{', `{"x${r.below(9)}":{"y":["\\ud800"]},`)) },
  { row: 'R32', of: several, damage: (image, r) => {
    const path = r.pick(segmentsOf(image));
    return noIndex(withLine(image, path, anyLine(image, path, r), (line) => line.replace('{', '{"x":[1,{}],')));
  } },
  { row: 'R33', damage: inRow((line, r) => line.replace(/"frameSeq":\d+/, (m) => (r.chance(1, 2) ? `${m},${m}` : `"state":"active",${m}`))) },
  { row: 'R33', of: several, damage: (image, r) => {
    const path = r.pick(segmentsOf(image));
    return noIndex(withLine(image, path, anyLine(image, path, r), (line) => line.replace(/"entryType":"\w+"/, (m) => `${m},${m}`)));
  } },
  { row: 'R36', damage: inLastRow((line, r) => withNumber(line, 'byteLength', (n) => n - BigInt(r.between(1, 200)))) },
  { row: 'R36', damage: inLastRow((line, r) => withNumber(line, 'byteOffset', (n) => n - BigInt(r.between(1, 300)))) },
  { row: 'R36', of: { entries: [5, 5], perSegment: 2 }, damage: inLastRow((line, r) => withNumber(line, 'segmentSeq', () => BigInt(r.between(1, 2)))) },
  { row: 'R37', damage: inLastRow((line, r) => withNumber(line, r.pick(['entrySeq', 'frameSeq']), () => max)) },
  { row: 'R37', of: several, damage: inLastRow((line, r) => withNumber(line, r.pick(['entrySeq', 'frameSeq']), () => max)) },
  { row: 'R38', damage: (image, r) => withLines(image, indexFile, (rows) => {
    const at = r.below(rows.length);
    return rows.toSpliced(at, 0, rows[at] ?? '');
  }) },
  { row: 'R38', of: several, damage: (image, r) =>
    withLine(image, indexFile, anyLine(image, indexFile, r, { first: 1, last: 1 }), (line) => withNumber(line, 'entrySeq', (n) => n - 1n)) },
  { row: 'R43', limits: { lineBytes: 640 }, damage: inRow(padded) },
  { row: 'R43', of: several, limits: { lineBytes: 600 }, damage: (image, r) =>
    withLines(image, indexFile, (rows) => [...rows, `${'x'.repeat(r.between(600, 900))}\n`]) },
  { row: 'R47', damage: (image, r) => withLines(image, indexFile, (rows) => swapped(rows, r.between(0, rows.length - 3))) },
  { row: 'R47', of: several, damage: (image, r) => withLines(image, indexFile, (rows) => swapped(rows, r.between(0, rows.length - 3))) },
  { row: 'R24b', of: { entries: [6, 8], perSegment: 2 }, damage: (image, r) => withLines(image, indexFile, (rows) => {
    const keep = 2 * r.between(1, 2);
    return [...rows.slice(0, keep), (rows[keep] ?? '').slice(0, r.between(1, 90))];
  }) },
  { row: 'R24', of: several, damage: (image, r) => withLines(image, indexFile, (rows) => rows.slice(0, 2 * r.between(1, 2))) },
  { row: 'R24', damage: (image, r) => put(image, activeOf(image).replace('1.seg', '2.seg'),
    fileNode(r.chance(1, 2) ? utf8Of(`garbage ${r.below(100)}`) : withoutLast(image))) },
]; // prettier-ignore

/** The lines of the active segment but the last, as bytes. */
function withoutLast(image: Image): Uint8Array {
  return utf8Of(linesAt(image, activeOf(image)).slice(0, -1).join(''));
}
