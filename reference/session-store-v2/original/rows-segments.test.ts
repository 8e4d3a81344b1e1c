import { describe, expect, it } from 'vitest';
import type { Tree } from '../../lib/temp-tree.ts';
import type { Damaged, DecisionRow, Edit } from './rows-form.ts';
import {
  base,
  chopped,
  crlf,
  extended,
  frame,
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

// One store by hand for every row of the decision table (format page) that begins with a segment.

const one = segmentFile(1);
const two = segmentFile(2);
const three = segmentFile(3);
const loose = { linear: false };

const rows =
  (change: (lines: string[]) => readonly string[]): Edit =>
  (tree) =>
    withLines(tree, indexPath, change);
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
  { row: '6', what: 'last frame torn',
    damage: (t) => chopped(t, one, 30), out: 'OK(3)', after: segmentIs(one, 3) },
  { row: '6b', what: 'an earlier segment torn', of: { perSegment: 2, entries: 6 },
    damage: (t) => chopped(t, one, 30), out: 'OK(1)', after: asided(two, three) },
  { row: '6c', what: 'an earlier segment cut between frames, linked', of: { perSegment: 2 },
    damage: (t) => withLines(t, one, (l) => l.slice(0, 1)), out: 'parent-missing' },
  { row: '6c', what: 'an earlier segment emptied, not linked', of: { ...loose, perSegment: 2 },
    damage: (t) => withLines(t, one, () => []), out: 'OK(2/4)' },
  { row: '8', what: 'a payload byte',
    damage: frame(2, (l) => l.replace('{"n"', '{"m"')), out: 'payload-mismatch',
    after: (store) => {
      const crc = (tree: Tree) => linesOf(tree[indexPath])[2];
      expect(crc(store.tree())).not.toBe(crc(store.before));
      expect(store.file(one)).toEqual(store.before[one]);
    } },
  { row: '9', what: 'an entry type',
    damage: frame(2, (l) => l.replace('message', 'massage')), out: 'OK(4)',
    after: (store) => expect(store.open().store?.lookup(3n)?.entryType).toBe('massage') },
  { row: '9', what: 'the id of a leaf',
    damage: frame(3, (l) => l.replace('"e4"', '"f4"')), out: 'OK(4)',
    after: (store) => expect(store.open().store?.lookup(4n)?.entryId).toBe('f4') },
  { row: '10', what: 'the final LF',
    damage: (t) => chopped(t, one, 1), out: 'OK(4)', after: segmentIs(one, 4) },
  { row: '10', what: 'the final LF, and the index',
    damage: (t) => chopped(noIndex(t), one, 1), out: 'OK(4)', after: segmentIs(one, 4) },
  { row: '10', what: 'the final LF of an earlier segment', of: { perSegment: 2 },
    damage: (t) => chopped(t, one, 1),
    out: 'OK(4)', after: (store) => expect(linesOf(store.file(one)).at(-1)).toMatch(/\n$/) },
  { row: '11', what: 'torn bytes behind the last row',
    damage: (t) => extended(t, one, '{"schema":"pi.'), out: 'OK(4)', after: segmentIs(one, 4) },
  { row: '12', what: 'last frame torn, index missing',
    damage: (t) => chopped(noIndex(t), one, 30), out: 'OK(3)', after: segmentIs(one, 3) },
  { row: '13', what: 'last frame torn within a character',
    damage: (t) => chopped(noIndex(t), one, 5), out: 'frame-unreadable', after: untouched },
  { row: '13', what: 'last frame torn within a character, row there',
    damage: (t) => chopped(t, one, 5), out: 'frame-unreadable', after: untouched },
  { row: '14', what: 'a frame that is no JSON',
    damage: frame(1, (l) => `x${l.slice(1)}`), out: 'frame-unparsable', after: untouched },
  { row: '14', what: 'the last frame is no JSON',
    damage: frame(3, (l) => `x${l.slice(1)}`), out: 'frame-unparsable', after: untouched },
  { row: '15', what: 'zeros, then an LF',
    damage: frame(1, (l) => `${l.slice(0, 60)}${'\0'.repeat(l.length - 61)}\n`),
    out: 'frame-unparsable', after: untouched },
  { row: '15', what: 'zeros over an LF',
    damage: (t) => withLines(t, one, (l) => [l[0] ?? '', '\0'.repeat(l[1]?.length ?? 0), ...l.slice(2)]),
    out: 'frame-unparsable',
    after: untouched },
  { row: '15b', what: 'zeros at the end',
    damage: (t) => frame(3, (l) => l.slice(0, 20) + '\0'.repeat(l.length - 20))(t),
    out: 'OK(3)', after: segmentIs(one, 3) },
  { row: '16', what: 'blank lines, index missing',
    damage: (t) => frame(1, (l) => `\n \u00c2\u00a0\r\n${l}`)(noIndex(t)), out: 'OK(4)',
    after: (store) => expect(linesOf(store.file(one)).length).toBe(6) },
  { row: '16b', what: 'a blank line in an earlier segment', of: { perSegment: 2 },
    damage: frame(1, (l) => `\n${l}`), out: 'OK(4)' },
  { row: '16b', what: 'a blank line at the end of an earlier segment', of: { perSegment: 2 },
    damage: (t) => extended(t, one, '\n'), out: 'OK(4)', after: untouched },
  { row: '16c', what: 'one blank byte in the active segment',
    damage: frame(1, (l) => `\n${l}`), out: 'OK(4)' },
  { row: '16c', what: 'two blank bytes in the active segment',
    damage: frame(1, (l) => ` \n${l}`), out: 'OK(3)' },
  { row: '16d', what: 'blank bytes behind the last frame',
    damage: (t) => extended(t, one, '\n \n'), out: 'OK(4)', after: segmentIs(one, 4) },
  { row: '17', what: 'CRLF, index missing',
    damage: (t) => withLines(noIndex(t), one, crlf), out: 'OK(4)' },
  { row: '17b', what: 'CRLF, two frames', of: { entries: 2 },
    damage: (t) => withLines(t, one, crlf), out: 'OK(2)' },
  { row: '17b', what: 'CRLF, four frames', damage: (t) => withLines(t, one, crlf), out: 'OK(3)' },
  { row: '17b', what: 'CRLF, the cut within a character', of: { payload: '"é"', entries: 5 },
    damage: (t) => withLines(t, one, crlf), out: 'frame-unreadable' },
  { row: '17b', what: 'CRLF in an earlier segment', of: { perSegment: 2 },
    damage: (t) => withLines(t, one, crlf), out: 'OK(4)' },
  { row: '17d', what: 'a longer entry type',
    damage: frame(1, (l) => l.replace('message', 'messages')), out: 'OK(4)' },
  { row: '17d', what: 'an entry type longer by two',
    damage: frame(1, (l) => l.replace('message', 'messages!')), out: 'OK(3)' },
  { row: '18', what: 'a frame number', of: { perSegment: 3, entries: 7 },
    damage: frame(1, put('frameSeq', '7')), out: 'OK(1)', after: asided(two, three) },
  { row: '18', what: 'a segment number',
    damage: frame(2, put('segmentSeq', '2')), out: 'OK(2)', after: segmentIs(one, 2) },
  { row: '19', what: 'an entry number lowered',
    damage: frame(2, put('entrySeq', '2')), out: 'OK(2)', after: segmentIs(one, 2) },
  { row: '19b', what: 'an entry number raised',
    damage: frame(2, put('entrySeq', '9')), out: 'OK(3/9)' },
  { row: '19b', what: 'the last entry number raised',
    damage: frame(3, put('entrySeq', '9')), out: 'OK(4/9)' },
  { row: '20', what: 'a middle segment missing, linked', of: { perSegment: 1 },
    damage: (t) => without(t, two), out: 'parent-missing' },
  { row: '21', what: 'a middle segment missing, not linked', of: { ...loose, perSegment: 3, entries: 12 },
    damage: (t) => without(t, two),
    out: 'OK(9/12)' },
  { row: '22', what: 'the last segment missing', of: { perSegment: 2 },
    damage: (t) => without(t, two), out: 'OK(2)' },
  { row: '24', what: 'a segment that is not indexed', of: { perSegment: 2 },
    damage: rows((l) => l.slice(0, 2)), out: 'OK(2)', after: untouched },
  { row: '24b', what: 'a segment that is not indexed, and a rebuild', of: { perSegment: 2 },
    damage: (t) => row(1, () => '\0\n')(rows((l) => l.slice(0, 2))(t)), out: 'OK(4)' },
  { row: '25', what: 'an empty segment more',
    damage: (t) => ({ ...t, [segmentFile(5)]: Buffer.alloc(0) }), out: 'OK(4)', after: untouched },
  { row: '26', what: 'a frame not yet indexed',
    damage: rows((l) => l.slice(0, 3)), out: 'OK(3)', after: segmentIs(one, 3) },
  { row: '26b', what: 'the first frame of a segment not yet indexed', of: { perSegment: 3 },
    damage: rows((l) => l.slice(0, 3)), out: 'OK(3)', after: untouched },
  { row: '26c', what: 'the very first frame not yet indexed', of: { entries: 1 },
    damage: rows(() => []), out: 'OK(1)' },
  { row: '26d', what: 'an index row half written',
    damage: (t) => chopped(t, indexPath, 60), out: 'OK(4)' },
  { row: '31', what: 'an unknown schema in a frame',
    damage: (t) => frame(1, (l) => l.replace('.v1', '.v9'))(noIndex(t)), out: 'OK(4)' },
  { row: '32', what: 'an unknown member in a frame',
    damage: (t) => frame(1, (l) => l.replace('{', '{"x":[1],'))(noIndex(t)), out: 'OK(4)' },
  { row: '33', what: 'a known member twice in a frame',
    damage: (t) => frame(1, (l) => l.replace('{', '{"entrySeq":2,'))(noIndex(t)),
    out: 'frame-unparsable' },
  { row: '34', what: 'a byte that is not UTF-8',
    damage: frame(1, (l) => l.replace('message', 'm\u00e9ssage')),
    out: 'frame-unreadable', after: untouched },
  { row: '34', what: 'such a byte behind the last row',
    damage: (t) => extended(t, one, '\u00ff\n'), out: 'OK(4)', after: segmentIs(one, 4) },
  { row: '37b', what: 'a frame with the last entry number',
    damage: frame(1, put('entrySeq', u64Max)), out: 'entry-sequence-overflow-bootstrap',
    after: (store) => expect(linesOf(store.file(one)).length).toBe(2) },
  { row: '44', what: 'a frame twice',
    damage: (t) => withLines(noIndex(t), one, (l) => [...l.slice(0, 2), ...l.slice(1)]),
    out: 'OK(2)' },
  { row: '44', what: 'the last frame twice',
    damage: (t) => withLines(t, one, (l) => [...l, l[3] ?? '']), out: 'OK(4)' },
  { row: '45', what: 'a frame gone', of: { perSegment: 3, entries: 6 },
    damage: (t) => withLines(t, one, (l) => l.toSpliced(1, 1)), out: 'OK(1)', after: asided(two) },
  { row: '46', what: 'two frames swapped',
    damage: (t) => withLines(t, one, (l) => [l[0] ?? '', l[2] ?? '', l[1] ?? '', l[3] ?? '']),
    out: 'OK(1)', after: segmentIs(one, 1) },
]; // prettier-ignore

describe('the decision rows of segments', () => {
  it.each(rowsOf)('row $row: $what', ({ of, damage, out, again, after }) => {
    onDisk(damage(made({ ...base, ...of })), (store) => {
      const { out: came, message } = store.open();
      expect({ came, message }).toEqual({ came: out, message });
      after?.(store);
      expect(store.open().out).toBe(again ?? out);
    });
  });
});
