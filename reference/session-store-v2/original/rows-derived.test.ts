import { describe, expect, it } from 'vitest';
import type { Damaged, DecisionRow, Edit } from './rows-form.ts';
import {
  base,
  chopped,
  crlf,
  indexPath,
  linesOf,
  made,
  noIndex,
  onDisk,
  put,
  row,
  segmentFile,
  u64Max,
  withLines,
  without,
} from './rows-form.ts';

// One store by hand for every row of the decision table (format page) that begins with a derived
// file: how opening comes out, what a second open says, and what is left of the files.

const one = segmentFile(1);
const two = segmentFile(2);
const three = segmentFile(3);
const loose = { linear: false };

const rows =
  (change: (lines: string[]) => readonly string[]): Edit =>
  (tree) =>
    withLines(tree, indexPath, change);
const otherCrc = (line: string): string =>
  line.replace(/"crc32c":"(.)/, (_, digit) => `"crc32c":"${digit === '0' ? '1' : '0'}`);

/** The index is, byte for byte, what it was when the store was whole. */
const wholeIndex = (store: Damaged): void =>
  expect(store.file(indexPath)).toEqual(made(base)[indexPath]);
const scratch = ['tmp/', 'tmp/offsets.rebuild.tmp', 'index/'];
const untouched = (store: Damaged): void =>
  expect(without(store.tree(), ...scratch)).toEqual(without(store.before, ...scratch));
const segmentIs =
  (path: string, lines: number) =>
  (store: Damaged): void =>
    expect(linesOf(store.file(path))).toEqual(linesOf(made(base)[path]).slice(0, lines));
const asided =
  (...paths: string[]) =>
  (store: Damaged): void => {
    for (const path of paths) {
      expect(store.file(path)).toBe(null);
      expect(store.file(`${path}.bak`)).toEqual(store.before[path]);
    }
  };

const rowsOf: readonly DecisionRow[] = [
  { row: '1', what: 'index missing', damage: noIndex, out: 'OK(4)', after: wholeIndex },
  { row: '1', what: 'index empty', damage: rows(() => []), out: 'OK(4)', after: wholeIndex },
  { row: '2', what: 'last index row torn',
    damage: (t) => chopped(t, indexPath, 20), out: 'OK(4)', after: wholeIndex },
  { row: '2', what: 'garbage index row',
    damage: row(1, () => 'garbage\n'), out: 'OK(4)', after: wholeIndex },
  { row: '2', what: 'NUL index row',
    damage: row(1, (l) => '\0'.repeat(l.length)), out: 'OK(4)', after: wholeIndex },
  { row: '2', what: 'index row not UTF-8',
    damage: row(2, (l) => l.replace('e3', '\u00ff3')), out: 'OK(4)', after: wholeIndex },
  { row: '3', what: 'index without its final LF',
    damage: (t) => chopped(t, indexPath, 1), out: 'OK(4)', again: 'OK(5)',
    after: (store) => {
      const { store: glued } = store.open();
      glued?.append({ id: 'e5', parent: 'e4', type: 'message', payload: '1' });
      expect(() => glued?.index()).toThrow();
      expect(() => glued?.all()).toThrow();
      expect(store.open().out).toBe('OK(5)');
    } },
  { row: '4', what: 'index cut after its second row',
    damage: rows((l) => l.slice(0, 2)), out: 'OK(2)', after: segmentIs(one, 2) },
  { row: '4', what: 'index cut, later segments become orphans', of: { perSegment: 2 },
    damage: rows((l) => l.slice(0, 1)), out: 'OK(1)',
    after: (store) => {
      expect(linesOf(store.file(one)).length).toBe(1);
      expect(store.file(two)).toEqual(store.before[two]);
    } },
  { row: '5', what: 'index row gone that is a parent',
    damage: rows((l) => l.toSpliced(1, 1)), out: 'parent-missing', after: untouched },
  { row: '5', what: 'index row gone that is none', of: loose,
    damage: rows((l) => l.toSpliced(1, 1)), out: 'OK(3/4)' },
  { row: '6', what: 'index row beyond the end',
    damage: row(1, put('byteLength', '99999')), out: 'OK(4)', after: wholeIndex },
  { row: '7', what: 'wrong checksum in a row', damage: row(1, otherCrc), out: 'OK(4)', after: wholeIndex },
  { row: '17c', what: 'CRLF in the index', damage: rows(crlf), out: 'OK(4)', after: untouched },
  { row: '23', what: 'all segments missing', damage: (t) => without(t, one), out: 'OK(0)',
    after: (store) => expect(store.file(indexPath)?.length).toBe(0) },
  { row: '31', what: 'unknown schema and state in a row',
    damage: row(1, (l) => l.replace('.v1', '.v9').replace('active', 'sealed')),
    out: 'OK(4)', after: untouched },
  { row: '32', what: 'unknown member in a row',
    damage: row(1, (l) => l.replace('{', '{"x":1,')), out: 'OK(4)', after: untouched },
  { row: '33', what: 'known member twice in a row',
    damage: row(1, (l) => l.replace('{', '{"state":"active",')),
    out: 'OK(4)', after: wholeIndex },
  { row: '36', what: 'last row too short',
    damage: row(3, put('byteLength', '9')), out: 'OK(3)', after: segmentIs(one, 3) },
  { row: '36', what: 'last row at an earlier offset',
    damage: row(3, put('byteOffset', '0')), out: 'OK(1)' },
  { row: '36', what: 'last row in an earlier segment', of: { perSegment: 1 },
    damage: row(3, (l) => put('byteLength', '9')(put('segmentSeq', '2')(l))),
    out: 'OK(1)',
    after: asided(three, segmentFile(4)) },
  { row: '37', what: 'last row with the last frame number',
    damage: row(3, put('frameSeq', u64Max)),
    out: 'frame-sequence-overflow-bootstrap', after: untouched },
  { row: '37', what: 'last row with the last entry number',
    damage: row(3, put('entrySeq', u64Max)),
    out: 'entry-sequence-overflow-bootstrap', after: untouched },
  { row: '37', what: 'another row with the last entry number',
    damage: row(1, put('entrySeq', u64Max)), out: 'OK(4)', after: wholeIndex },
  { row: '38', what: 'a row twice',
    damage: rows((l) => [...l.slice(0, 2), ...l.slice(1)]), out: 'OK(4)', after: wholeIndex },
  { row: '47', what: 'two rows swapped',
    damage: rows((l) => [l[1] ?? '', l[0] ?? '', ...l.slice(2)]),
    out: 'OK(4)', after: wholeIndex },
  { row: '47', what: 'the last two rows swapped',
    damage: rows((l) => [...l.slice(0, 2), l[3] ?? '', l[2] ?? '']), out: 'OK(3)' },
]; // prettier-ignore

describe('the decision rows of derived files', () => {
  it.each(rowsOf)('row $row: $what', ({ of, damage, out, again, after }) => {
    onDisk(damage(made({ ...base, ...of })), (store) => {
      const { out: came, message } = store.open();
      expect({ came, message }).toEqual({ came: out, message });
      after?.(store);
      expect(store.open().out).toBe(again ?? out);
    });
  });
});
