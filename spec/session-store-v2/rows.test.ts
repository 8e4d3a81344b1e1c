// Longer than most files: one damaged store for each of some seventy decision rows.
import { describe, expect, it } from 'vitest';
import { crc32cHex } from '../lib/crc32c.ts';
import { fileNode } from '../lib/image.ts';
import type { Image } from '../lib/image.ts';
import { utf8Of } from '../lib/utf8.ts';
import type { Op, Row, Summary } from './ops.ts';
import { does, rowIds, rows } from './table.ts';
import type { Limits, TableResult } from './table.ts';
import { rowsIn } from './table/facts.ts';
import { hashesOf } from './table/recorded.ts';
import {
  bytesAt, edit, editBytes, editLines, first, imageOf, index, openOf, put, segment, worldOf,
} from './table/stores.ts'; // prettier-ignore

/** Damage to a small store, and what the notes say of it. `opens`: entries readable, or the code of a refusal. */
interface Try {
  readonly row: string;
  readonly what: string;
  readonly image: () => Image;
  readonly opens: number | string;
  /** The entry count that the handle shows, where it is not the number of entries. */
  readonly count?: bigint;
  readonly limits?: Partial<Limits>;
  readonly max?: bigint;
  readonly also?: (result: TableResult, before: Image) => void;
}

const none = (): null => null;
const base = imageOf();
/** Two frames a segment, six entries in three segments. */
const pairs = imageOf({ entries: 6, max: 640n });
const loosePairs = imageOf({ entries: 6, max: 640n, parentOf: none });
/** Four entries whose payload ends in a character of three bytes. */
const wide = imageOf({ payloadOf: (n) => `"${n}…"` });
const loose = imageOf({ parentOf: none });

const cutTo = (image: Image, path: string, bytes: number): Image =>
  editBytes(image, path, (b) => b.subarray(0, bytes < 0 ? b.length + bytes : bytes));
const behindEnd = (image: Image, path: string, tail: string): Image =>
  edit(image, path, (text) => text + tail);
const noIndex = (image: Image): Image => put(image, index, null);
const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
const swap = (lines: string[], i: number): string[] =>
  lines.toSpliced(i, 2, lines[i + 1] ?? '', lines[i] ?? '');
const repeat = (lines: string[], i: number): string[] => lines.toSpliced(i, 0, lines[i] ?? '');
const kept = (path: string) => (result: TableResult, before: Image) => {
  expect(result.world.image.get(path)).toEqual(before.get(path));
};
const gone = (path: string) => (result: TableResult) => {
  expect(result.world.image.has(path)).toBe(false);
};
const setAside =
  (...paths: string[]) =>
  (result: TableResult, before: Image) => {
    for (const path of paths) {
      expect(result.world.image.has(path)).toBe(false);
      expect(result.world.image.get(`${path}.bak`)).toEqual(before.get(path));
    }
  };
/** Opening again refuses again: nothing that opening does helps. */
const forGood = (code: string) => (result: TableResult) => {
  expect(openOf(result.world.image).outcome).toMatchObject({ code });
};
const bytes = (result: TableResult, path: string): number =>
  bytesAt(result.world.image, path).length;

const tries: readonly Try[] = [
  { row: 'R1', what: 'no index', image: () => noIndex(base), opens: 4,
    also: (r) => expect(bytesAt(r.world.image, index)).toEqual(bytesAt(base, index)) },
  { row: 'R1', what: 'empty index', image: () => cutTo(base, index, 0), opens: 4 },
  { row: 'R2', what: 'garbage row', image: () => edit(base, index, (t) => t.replace('"entrySeq":2', '"entry')), opens: 4 },
  { row: 'R2', what: 'zeros in a row', image: () => editBytes(base, index, (b) => b.map((x, i) => (i > 30 && i < 40 ? 0 : x))), opens: 4 },
  { row: 'R2', what: 'no UTF-8 in a row', image: () => editBytes(base, index, (b) => b.with(20, 0xff)), opens: 4 },
  { row: 'R4', what: 'index of 2 rows', image: () => editLines(base, index, (l) => l.slice(0, 2)), opens: 2,
    also: (r) => expect(bytes(r, segment(1))).toBe(Number((rowsIn(base)[2] as Row).byteOffset)) },
  { row: 'R4', what: 'index of 3 rows, orphans behind', image: () => editLines(pairs, index, (l) => l.slice(0, 3)), opens: 3, also: kept(segment(3)) },
  { row: 'R5', what: 'row of a parent deleted', image: () => editLines(base, index, (l) => l.toSpliced(1, 1)), opens: 'parent-missing' },
  { row: 'R5', what: 'row of no parent deleted', image: () => editLines(loose, index, (l) => l.toSpliced(1, 1)), opens: 3, count: 4n },
  { row: 'R6', what: 'last frame torn', image: () => cutTo(base, segment(1), -10), opens: 3 },
  { row: 'R6b', what: 'first of three segments torn', image: () => cutTo(pairs, segment(1), -10), opens: 1, also: setAside(segment(2), segment(3)) },
  { row: 'R6c', what: 'second segment emptied', image: () => cutTo(pairs, segment(2), 0), opens: 'parent-missing' },
  { row: 'R6c', what: 'second segment cut at a line end, no parents', image: () => editLines(loosePairs, segment(2), (l) => l.slice(0, 1)), opens: 5, count: 6n },
  { row: 'R7', what: 'wrong CRC in a row', image: () => edit(base, index, (t) => t.replace(/"crc32c":"\w+"/, '"crc32c":"00000000"')), opens: 4 },
  { row: 'R7', what: 'lower-case CRC in a row', image: () => edit(base, index, (t) => t.replace(/"crc32c":"(\w+)"/, (_, c: string) => `"crc32c":"${c.toLowerCase()}"`)), opens: 4 },
  { row: 'R8', what: 'payload changed', image: () => edit(base, segment(1), (t) => t.replace('{"n":2}', '{"n":7}')), opens: 'payload-mismatch', also: forGood('payload-mismatch') },
  { row: 'R8', what: 'payload length changed', image: () => edit(base, segment(1), (t) => t.replace('"payloadBytes":7', '"payloadBytes":8')), opens: 'payload-mismatch' },
  { row: 'R9', what: 'type changed', image: () => edit(base, segment(1), (t) => t.replace('"message"', '"massage"')), opens: 4 },
  { row: 'R9', what: 'id of a leaf changed', image: () => edit(base, segment(1), (t) => t.replace('"entryId":"e4"', '"entryId":"e9"')), opens: 4 },
  { row: 'R10', what: 'no LF at the end, no index', image: () => noIndex(cutTo(base, segment(1), -1)), opens: 4,
    also: (r) => expect(r.world.image.get(segment(1))).toEqual(base.get(segment(1))) },
  { row: 'R10', what: 'no LF at the end of a middle segment', image: () => cutTo(pairs, segment(2), -1), opens: 6 },
  { row: 'R11', what: 'torn bytes behind', image: () => behindEnd(base, segment(1), '{"schema":"pi'), opens: 4, also: (r) => expect(r.world.image).toEqual(base) },
  { row: 'R12', what: 'last frame torn, no index', image: () => noIndex(cutTo(base, segment(1), -10)), opens: 3 },
  { row: 'R13', what: 'torn inside a character', image: () => noIndex(cutTo(wide, segment(1), -4)), opens: 'frame-unreadable', also: forGood('frame-unreadable') },
  { row: 'R14', what: 'frame without its member', image: () => edit(base, segment(1), (t) => t.replace('"frameSeq":2', '"frameSex":2')), opens: 'frame-unparsable', also: kept(segment(1)) },
  { row: 'R15', what: 'hole of zeros', image: () => editBytes(base, segment(1), (b) => b.map((x, i) => (i > 320 && i < 400 ? 0 : x))), opens: 'frame-unparsable' },
  { row: 'R15b', what: 'last frame becomes garbage without LF', image: () => editBytes(base, segment(1), (b) => b.map((x, i) => (i > b.length - 50 ? 0 : x))), opens: 3 },
  { row: 'R16', what: 'blank lines, no index', image: () => noIndex(editLines(base, segment(1), (l) => l.toSpliced(1, 0, '\n', ' \t\r\n', '\u0085\u3000\n'))), opens: 4,
    also: (r) => expect((rowsIn(r.world.image)[1] as Row).byteOffset).toBe((rowsIn(base)[1] as Row).byteOffset + 11n) },
  { row: 'R16b', what: 'blank line in a sealed segment', image: () => editLines(pairs, segment(1), (l) => l.toSpliced(1, 0, '\n')), opens: 6, also: kept(segment(1)) },
  { row: 'R16c', what: 'one blank byte in the active segment', image: () => editLines(base, segment(1), (l) => l.toSpliced(1, 0, '\n')), opens: 4 },
  { row: 'R16c', what: 'two blank bytes in the active segment', image: () => editLines(base, segment(1), (l) => l.toSpliced(1, 0, ' \n')), opens: 3 },
  { row: 'R16d', what: 'blank bytes behind', image: () => behindEnd(base, segment(1), '\n \n\t'), opens: 4, also: (r) => expect(r.world.image).toEqual(base) },
  { row: 'R17', what: 'CR LF, no index', image: () => noIndex(edit(base, segment(1), crlf)), opens: 4, also: (r, b) => {
    expect(rowsIn(r.world.image)[0]?.crc32c).toBe(crc32cHex(utf8Of(crlf(new TextDecoder().decode(bytesAt(base, segment(1)))).split('\n')[0] + '\n')));
    kept(segment(1))(r, b); } },
  { row: 'R17b', what: 'CR LF in two frames', image: () => edit(imageOf({ entries: 2 }), segment(1), crlf), opens: 2 },
  { row: 'R17b', what: 'CR LF in four frames', image: () => edit(base, segment(1), crlf), opens: 3 },
  { row: 'R17b', what: 'CR LF in a sealed segment', image: () => edit(pairs, segment(2), crlf), opens: 6 },
  { row: 'R17c', what: 'CR LF in the index', image: () => edit(base, index, crlf), opens: 4, also: kept(index) },
  { row: 'R17d', what: 'type of frame 1 three bytes longer', image: () => edit(base, segment(1), (t) => t.replace('"message"', '"messageses"')), opens: 3 },
  { row: 'R18', what: 'wrong segment number', image: () => edit(pairs, segment(2), (t) => t.replace('"segmentSeq":2', '"segmentSeq":3')), opens: 2, also: setAside(segment(3)) },
  { row: 'R18', what: 'wrong frame number', image: () => edit(pairs, segment(2), (t) => t.replace('"frameSeq":2', '"frameSeq":1')), opens: 3, also: setAside(segment(3)) },
  { row: 'R19', what: 'entry number lowered', image: () => edit(pairs, segment(2), (t) => t.replace('"entrySeq":3', '"entrySeq":2')), opens: 2, also: setAside(segment(3)) },
  { row: 'R19b', what: 'entry number 3 becomes 9', image: () => edit(base, segment(1), (t) => t.replace('"entrySeq":3', '"entrySeq":9')), opens: 3, count: 9n },
  { row: 'R19b', what: 'last entry number becomes 9', image: () => edit(base, segment(1), (t) => t.replace('"entrySeq":4', '"entrySeq":9')), opens: 4, count: 9n },
  { row: 'R20', what: 'middle segment missing, parents cross', image: () => put(pairs, segment(2), null), opens: 'parent-missing', also: (r) =>
    expect(openOf(put(r.world.image, segment(2), pairs.get(segment(2)) ?? null)).outcome).toMatchObject({ code: 'parent-missing' }) },
  { row: 'R21', what: 'middle segment missing, no parents', image: () => put(loosePairs, segment(2), null), opens: 4, count: 6n },
  { row: 'R22', what: 'active segment missing', image: () => put(pairs, segment(3), null), opens: 4 },
  { row: 'R23', what: 'only segment missing', image: () => put(base, segment(1), null), opens: 0, also: (r) => expect(bytes(r, index)).toBe(0) },
  { row: 'R24', what: 'orphan segment', image: () => put(base, segment(2), pairs.get(segment(2)) ?? null), opens: 4, also: kept(segment(2)) },
  { row: 'R24b', what: 'orphan segment, and a torn index', image: () => cutTo(put(imageOf({ entries: 2, max: 640n }), segment(2), pairs.get(segment(2)) ?? null), index, -3), opens: 4 },
  { row: 'R25', what: 'empty segment behind', image: () => put(base, segment(2), fileNode(new Uint8Array())), opens: 4, also: kept(segment(2)) },
  { row: 'R25', what: 'nothing but an empty segment', image: () => put(noIndex(base), segment(1), fileNode(new Uint8Array())), opens: 0, also: gone(index) },
  { row: 'R26', what: 'frame without row', image: () => editLines(base, index, (l) => l.slice(0, 3)), opens: 3 },
  { row: 'R26b', what: 'first frame of a segment without row', image: () => editLines(imageOf({ entries: 3, max: 640n }), index, (l) => l.slice(0, 2)), opens: 2, also: kept(segment(2)) },
  { row: 'R26c', what: 'first entry of the store without row', image: () => noIndex(imageOf({ entries: 1 })), opens: 1 },
  { row: 'R26d', what: 'row torn', image: () => cutTo(base, index, -5), opens: 4 },
  { row: 'R27', what: 'one id twice', image: () => edit(imageOf({ parentOf: none }), segment(1), (t) => t.replace('"entryId":"e4"', '"entryId":"e3"')), opens: 'entry-id-duplicate' },
  { row: 'R28', what: 'parent unknown', image: () => edit(base, segment(1), (t) => t.replace('"parentEntryId":"e3"', '"parentEntryId":"e8"')), opens: 'parent-missing' },
  { row: 'R29', what: 'circle of parents', image: () => edit(base, segment(1), (t) => t.replace('"parentEntryId":"e1"', '"parentEntryId":"e4"')), opens: 'parent-cycle' },
  { row: 'R29', what: 'its own parent', image: () => edit(base, segment(1), (t) => t.replace('"parentEntryId":"e1"', '"parentEntryId":"e2"')), opens: 'parent-cycle' },
  { row: 'R30', what: 'parent appended later', image: () => imageOf({ parentOf: (n) => (n === 1 ? 'e3' : null) }), opens: 4 },
  { row: 'R31', what: 'another schema and state in a row', image: () => edit(base, index, (t) => t.replace('offset_index', 'onset_index').replace('"active"', '"superseded"')), opens: 4 },
  { row: 'R31', what: 'another schema in a frame', image: () => noIndex(edit(base, segment(1), (t) => t.replace('segment_frame', 'fragment'))), opens: 4 },
  { row: 'R32', what: 'unknown members', image: () => edit(base, index, (t) => t.replaceAll('"state"', '"x":{"y":["\\ud800"]},"x":1,"state"')), opens: 4 },
  { row: 'R33', what: 'member twice in a row', image: () => edit(base, index, (t) => t.replace('"entrySeq":1', '"entrySeq":1,"entrySeq":1')), opens: 4 },
  { row: 'R33', what: 'member twice in a frame', image: () => edit(base, segment(1), (t) => t.replace('"entrySeq":1', '"entrySeq":1,"entrySeq":1')), opens: 'frame-unparsable' },
  { row: 'R33', what: 'the same without index', image: () => noIndex(edit(base, segment(1), (t) => t.replace('"entrySeq":1', '"entrySeq":1,"entrySeq":1'))), opens: 'frame-unparsable' },
  { row: 'R34', what: 'no UTF-8 in a frame', image: () => editBytes(base, segment(1), (b) => b.with(300, 0xff)), opens: 'frame-unreadable', also: forGood('frame-unreadable') },
  { row: 'R35', what: 'frame of 290 bytes under a limit of 250', image: () => base, limits: { lineBytes: 250 }, max: 300n, opens: 'frame-too-long' },
  { row: 'R36', what: 'last row too short', image: () => editLines(base, index, (l) => l.with(3, (l[3] ?? '').replace(/"byteLength":\d+/, '"byteLength":9'))), opens: 3 },
  { row: 'R36', what: 'last row names the first bytes', image: () => editLines(base, index, (l) => l.with(3, (l[3] ?? '').replace(/"byteOffset":\d+/, '"byteOffset":0'))), opens: 1 },
  { row: 'R36', what: 'last row names an earlier segment', image: () => editLines(imageOf({ entries: 5, max: 640n }), index, (l) => l.with(4, (l[4] ?? '').replace('"segmentSeq":3', '"segmentSeq":1'))), opens: 1, also: setAside(segment(2), segment(3)) },
  { row: 'R37', what: 'frame number 2^64-1 in the last row', image: () => editLines(base, index, (l) => l.with(3, (l[3] ?? '').replace('"frameSeq":4', '"frameSeq":18446744073709551615'))), opens: 'frame-sequence-overflow-bootstrap' },
  { row: 'R37', what: 'entry number 2^64-1 in the last row', image: () => editLines(base, index, (l) => l.with(3, (l[3] ?? '').replace('"entrySeq":4', '"entrySeq":18446744073709551615'))), opens: 'entry-sequence-overflow-bootstrap' },
  { row: 'R37b', what: 'entry number 2^64-1 in a frame', image: () => noIndex(edit(base, segment(1), (t) => t.replace('"entrySeq":2', '"entrySeq":18446744073709551615'))), opens: 'entry-sequence-overflow-bootstrap',
    also: (r) => expect(rowsIn(r.world.image)).toHaveLength(2) },
  { row: 'R38', what: 'a second writer wrote entry 5 too', image: () => {
    const one = imageOf({ entries: 5 });
    const tail = (path: string): string => new TextDecoder().decode(bytesAt(one, path)).split('\n')[4] + '\n';
    return behindEnd(behindEnd(one, segment(1), tail(segment(1))), index, tail(index).replace(/"byteOffset":(\d+)/, (_, o: string) => `"byteOffset":${Number(o) + Number((rowsIn(one)[4] as Row).byteLength)}`)); }, opens: 5 },
  { row: 'R38', what: 'a row twice', image: () => editLines(base, index, (l) => repeat(l, 1)), opens: 4 },
  { row: 'R39', what: 'segment under another name', image: () => put(put(base, segment(1), null), 'segments/1.seg', base.get(segment(1)) ?? null), opens: 'active-segment-missing' },
  { row: 'R40', what: 'directory with the name of a segment', image: () => put(base, 'segments/5.seg', { is: 'dir' }), opens: 4 },
  { row: 'R40', what: 'the same without index', image: () => noIndex(put(base, 'segments/5.seg', { is: 'dir' })), opens: 'io-eisdir' },
  { row: 'R41', what: 'checkpoint of another chain', image: () => edit(checkpointed(), 'checkpoints/0000000000000001.json', (t) => t.replace(/"chainHash": "\w/, '"chainHash": "x')), opens: 4 },
  { row: 'R42', what: 'torn checkpoint', image: () => cutTo(checkpointed(), 'checkpoints/0000000000000001.json', -9), opens: 4 },
  { row: 'R42', what: 'torn ledger', image: () => put(base, 'migrations/ledger.jsonl', fileNode(utf8Of('{"schema":'))), opens: 4 },
  { row: 'R43', what: 'index line of 400 bytes under a limit of 350', image: () => edit(base, index, (t) => t.replace('"state"', `"x":"${'x'.repeat(300)}","state"`)), limits: { lineBytes: 350 }, opens: 4 },
  { row: 'R43b', what: 'garbage of 400 bytes under a limit of 350, no index', image: () => noIndex(behindEnd(base, segment(1), 'x'.repeat(400))), limits: { lineBytes: 350 }, opens: 'frame-unreadable' },
  { row: 'R44', what: 'frame twice in a sealed segment', image: () => editLines(pairs, segment(1), (l) => repeat(l, 0)), opens: 1, also: setAside(segment(2), segment(3)) },
  { row: 'R44', what: 'last frame twice', image: () => editLines(base, segment(1), (l) => repeat(l, 3)), opens: 4 },
  { row: 'R45', what: 'frame deleted', image: () => editLines(pairs, segment(2), (l) => l.slice(1)), opens: 2, also: setAside(segment(3)) },
  { row: 'R46', what: 'two frames swapped', image: () => editLines(pairs, segment(2), (l) => swap(l, 0)), opens: 2, also: setAside(segment(3)) },
  { row: 'R47', what: 'two rows swapped', image: () => editLines(base, index, (l) => swap(l, 0)), opens: 4 },
  { row: 'R36', what: 'last two rows swapped', image: () => editLines(base, index, (l) => swap(l, 2)), opens: 3 },
]; // prettier-ignore

function checkpointed(): Image {
  const op: Op = { op: 'checkpoint', h: 'a', seq: 1n, reason: 'r' };
  return first(does(worldOf(), op, '2026-01-01T00:00:01.000Z')).world.image;
}

/** Outcome and image in one text. */
function shownOf({ outcome, world }: TableResult): string {
  const { is } = outcome;
  return JSON.stringify([is, is === 'ok' ? null : outcome.code, hashesOf(world.image)]);
}

const readable = (result: TableResult): number => {
  const summary = first(does(result.world, { op: 'summary', h: 'a' }, '')).outcome;
  if (summary.is !== 'ok') throw new Error('no summary');
  const all = first(does(result.world, { op: 'all', h: 'a' }, '')).outcome;
  const frames = all.is === 'ok' ? (all.value as readonly unknown[]).length : -1;
  expect(frames).toBe(Number((summary.value as Summary | null)?.entryCount ?? 0n));
  return frames;
};

describe('decision rows, each with damage made by hand', () => {
  it.each(tries)('$row $what: $opens', ({ row, image, opens, count, limits, max, also }) => {
    const before = image();
    const result = openOf(before, limits === undefined ? {} : { limits }, max);
    if (typeof opens === 'string') expect(result.outcome).toMatchObject({ code: opens });
    else {
      expect(result.outcome, result.message).toMatchObject({
        is: 'ok',
        value: { entryCount: count ?? BigInt(opens) },
      });
      expect(readable(result)).toBe(opens);
    }
    expect(result.rows).toContain(row);
    also?.(result, before);
  });

  it('R3 a missing LF of the index is glued by the next append, until the store is opened again', () => {
    const opened = openOf(cutTo(base, index, -1));
    expect(opened.outcome.is).toBe('ok');
    const op: Op = { op: 'append', h: 'a', id: 'e5', parent: 'e4', type: 'message', payload: '5' };
    const appended = first(does(opened.world, op, '2026-01-01T00:00:09.000Z'));
    expect([appended.outcome.is, appended.rows]).toEqual(['ok', ['R3']]);
    const mended = first(does(opened.world, op, '', { mutate: 'append-mends-line' }));
    expect(first(does(mended.world, { op: 'all', h: 'a' }, '')).outcome.is).toBe('ok');
    const read = first(does(appended.world, { op: 'all', h: 'a' }, ''));
    expect(read.outcome).toEqual({ is: 'fail', code: 'json' });
    const again = openOf(appended.world.image);
    expect([readable(again), again.rows]).toEqual([5, expect.arrayContaining(['R2'])]);
  });

  it.each(rows.filter(({ id }) => id !== 'R3'))(
    '$id is killed by inverting one of its decisions',
    ({ id, rules }) => {
      const mine = tries.filter(({ row }) => row === id);
      const mutants = rules.flatMap((rule) => [
        rule,
        { rule, answer: true },
        { rule, answer: false },
      ]);
      const killed = mutants.filter((mutate) =>
        mine.some(({ image, limits, max }) => {
          const before = image();
          const plain = openOf(before, limits === undefined ? {} : { limits }, max);
          const mutant = openOf(before, { mutate, ...(limits && { limits }) }, max);
          return shownOf(plain) !== shownOf(mutant);
        }),
      );
      expect(killed).not.toEqual([]);
    },
  );

  it('covers every row', () => {
    const tried = new Set([...tries.map(({ row }) => row), 'R3']);
    expect(rowIds.filter((id) => !tried.has(id))).toEqual([]);
    expect(new Set(rowIds).size).toBe(rows.length);
  });
});
