import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Image } from '../lib/image.ts';
import { join } from '../lib/layout-damage.ts';
import { hexOf } from '../lib/sha256.ts';
import { accepts } from './accepts.ts';
import { wideBytes } from './bincode.ts';
import { framed, headerOf } from './bytes.ts';
import { does, rowIds, rows, ruleIds, start, type RuleId, type TableOptions } from './table.ts';
import { recordedCase, replayCase } from './table/testing-recorded.ts';
import type { Op } from './ops.ts';
import { endsOf, entries, over, segment, segmentBytes, storeOf } from './testing.ts';

const id = 7;
const open: Op = { op: 'open', id };
const read: Op = { op: 'readCommitted', id };
const [entry, other] = entries as [(typeof entries)[0], (typeof entries)[0]];
const append: Op = { op: 'append', id, entry: other, track: true };
const sync: Op = { op: 'syncGroup', id };
const late: Op = { op: 'seal', id, entries: [], deadlineMs: 0 };
const seal = (deadlineMs = 5): Op => ({ op: 'seal', id, entries: [other], deadlineMs });
const truncate = (len: bigint): Op => ({ op: 'truncate', id, len });

const bytes = segmentBytes();
const ends = endsOf(entries);
const [, first = 0, two = 0, , four = 0] = ends;
const committed = (length: bigint): Image => storeOf(segmentBytes(entries, length));
const payload = (...parts: (readonly number[])[]): Image => {
  const frame = framed(Uint8Array.from(parts.flat()));
  return storeOf(join(headerOf(BigInt(16 + frame.length)), frame));
};
const vector = (at: string): number[] => [
  ...(accepts.find((one) => one.id === at)?.vector.payload ?? []),
];
const listed = (name: string, node: 'file' | 'link' = 'file'): Image =>
  new Map([
    ...storeOf(),
    [
      `sessions/${name}`,
      node === 'file' ? { is: 'dir' as const } : { is: 'link' as const, to: 'x' },
    ],
  ]);

interface Try {
  readonly row: string;
  readonly what: string;
  readonly image: Image;
  readonly ops: readonly Op[];
  /** What each operation answers: a code, a count of entries, or any other value as text. */
  readonly answers: readonly string[];
}

const tries: readonly Try[] = [
  { row: 'F1', what: 'no bytes', image: storeOf(join()), ops: [open, read], answers: ['16', '0 entries'] },
  { row: 'F2', what: '5 bytes', image: storeOf(bytes.slice(0, 5)), ops: [open, read], answers: ['io-unexpected-eof', 'no-handle'] },
  { row: 'F2', what: '5 bytes that are no magic', image: storeOf(over(bytes, 0, 9).slice(0, 5)), ops: [open], answers: ['io-unexpected-eof'] },
  { row: 'F2', what: '12 bytes', image: storeOf(bytes.slice(0, 12)), ops: [open], answers: ['io-unexpected-eof'] },
  { row: 'F3', what: 'another magic', image: storeOf(over(bytes, 0, 9)), ops: [open], answers: ['io-invalid-data'] },
  { row: 'F3', what: 'another magic in 8 bytes', image: storeOf(over(bytes, 0, 9).slice(0, 8)), ops: [open], answers: ['io-invalid-data'] },
  { row: 'F4', what: 'length 8', image: committed(8n), ops: [open, read], answers: ['8', '0 entries'] },
  { row: 'F5', what: 'length 0, then a seal', image: committed(0n), ops: [open, seal(), { op: 'committedBytes', id }], answers: ['0', 'sealed', '54'] },
  { row: 'F6', what: 'length in the second frame', image: committed(BigInt(first + 1)), ops: [open, read], answers: [`${first + 1}`, '2 entries'] },
  { row: 'F7', what: 'length behind the end', image: committed(1n << 40n), ops: [open, read], answers: [`${1n << 40n}`, '4 entries'] },
  { row: 'F8', what: 'length behind the end, then an append', image: committed(BigInt(four + 1)), ops: [open, append, { op: 'committedBytes', id }], answers: [`${four + 1}`, '54', `${four + 55}`] },
  { row: 'F9', what: 'a late seal at length 0', image: committed(0n), ops: [open, late, read], answers: ['0', 'timed_out', 'io-unexpected-eof'] },
  { row: 'F10', what: 'a late seal at 2^63', image: committed(1n << 63n), ops: [open, late], answers: [`${1n << 63n}`, 'io-invalid-input'] },
  { row: 'F11', what: 'cut at the end of a frame', image: storeOf(bytes.slice(0, two)), ops: [open, read], answers: [`${four}`, '2 entries'] },
  { row: 'F12', what: 'cut in a length', image: storeOf(bytes.slice(0, two + 7)), ops: [open, read], answers: [`${four}`, '2 entries'] },
  { row: 'F13', what: 'cut behind a length', image: storeOf(bytes.slice(0, two + 8)), ops: [open, read], answers: [`${four}`, 'io-unexpected-eof'] },
  { row: 'F14', what: 'length 2^62', image: storeOf(over(bytes, first, 0, 0, 0, 0, 0, 0, 0, 0x40)), ops: [open, read], answers: [`${four}`, 'abort'] },
  { row: 'F15', what: 'a flipped payload', image: storeOf(over(bytes, first + 9, 0xee)), ops: [open, read], answers: [`${four}`, '1 entries'] },
  { row: 'F16', what: 'no variant', image: payload([4, 0]), ops: [open, read], answers: ['58', '0 entries'] },
  { row: 'F17', what: 'trailing bytes', image: payload(vector('FACC-7')), ops: [open, read], answers: ['61', '1 entries'] },
  { row: 'F18', what: 'a count of 2^62', image: payload([0, 1, 0, 1, ...wideBytes(1n << 62n, 2)]), ops: [open, read], answers: ['69', 'abort'] },
  { row: 'F19', what: '40 zeros', image: storeOf(join(bytes.slice(0, first), new Uint8Array(40))), ops: [open, read], answers: [`${four}`, '1 entries'] },
  { row: 'F20', what: 'bytes behind the length', image: committed(BigInt(two)), ops: [open, read], answers: [`${two}`, '2 entries'] },
  { row: 'F21', what: 'a link', image: storeOf({ is: 'link', to: '8.fast' }), ops: [open, read], answers: ['16', '0 entries'] },
  { row: 'F22', what: 'a directory', image: storeOf({ is: 'dir' }), ops: [open], answers: ['io-eisdir'] },
  { row: 'F23', what: '+5.fast', image: listed('+5.fast'), ops: [{ op: 'list' }], answers: ['5,7'] },
  { row: 'F24', what: 'a frame twice', image: storeOf(segmentBytes([entry, entry])), ops: [open, read], answers: ['152', '2 entries'] },
  { row: 'F25', what: 'an append after a read that stopped', image: storeOf(over(bytes, first + 9, 0xee)), ops: [open, read, append, read], answers: [`${four}`, '1 entries', '54', '1 entries'] },
  { row: 'F26', what: 'an append behind a cut', image: storeOf(), ops: [open, truncate(BigInt(first)), { ...append, track: false }, read], answers: [`${four}`, 'null', '54', '2 entries'] },
  { row: 'F27', what: 'a cut behind the end', image: storeOf(), ops: [open, truncate(BigInt(four + 50)), append], answers: [`${four}`, 'null', '54'] },
  { row: 'F28', what: 'a reset without a magic', image: storeOf(), ops: [open, truncate(3n), { op: 'reset', id }, open], answers: [`${four}`, 'null', 'null', 'io-invalid-data'] },
  { row: 'F29', what: 'a sync over frames that were not tracked', image: storeOf(segmentBytes([])), ops: [open, { ...append, track: false }, sync, read], answers: ['16', '54', 'null', '0 entries'] },
  { row: 'F30', what: 'a wider number', image: payload(vector('FACC-1')), ops: [open, read], answers: ['60', '1 entries'] },
  { row: 'F31', what: 'a directory among the names', image: listed('5.fast'), ops: [{ op: 'list' }], answers: ['5,7'] },
]; // prettier-ignore

/** What a run shows: answers, rows, bytes. */
function runOf({ image, ops }: Pick<Try, 'image' | 'ops'>, options: TableOptions = {}) {
  let world = start(image);
  const rowsMet = new Set<string>();
  const answers = ops.map((op) => {
    const [result] = does(world, op, '', options);
    if (result === undefined) throw new Error('no result');
    world = result.world;
    for (const row of result.rows) rowsMet.add(row);
    const { outcome } = result;
    if (outcome.is !== 'ok') return outcome.code;
    const { value } = outcome;
    if (op.op === 'readCommitted') return `${(value as readonly unknown[]).length} entries`;
    if (op.op === 'open') return String((value as { readonly committed: bigint }).committed);
    return Array.isArray(value) ? value.join(',') : `${value as string | bigint | null}`;
  });
  const left = [...world.image].map(([path, node]) =>
    node.is === 'file' ? `${path} ${hexOf(node.bytes)} ${node.size}` : `${path} ${node.is}`,
  );
  return { answers, rows: rowsMet, left };
}

const mutantsOf = (rule: RuleId): readonly TableOptions[] => [
  { mutate: rule },
  { mutate: { rule, answer: true } },
  { mutate: { rule, answer: false } },
];

const isKilled = (one: Try, options: TableOptions): boolean => {
  const [plain, mutant] = [runOf(one), runOf(one, options)];
  return (
    JSON.stringify([plain.answers, plain.left]) !== JSON.stringify([mutant.answers, mutant.left])
  );
};

describe('decision rows, each with damage made by hand', () => {
  it.each(tries)('$row $what', (one) => {
    const { answers, rows: met } = runOf(one);
    expect(answers).toEqual(one.answers);
    expect([...met]).toContain(one.row);
    expect(one.image.has(segment)).toBe(true);
  });

  it.each(rows)('$id is killed by inverting each of its decisions', ({ id: row, rules }) => {
    const mine = tries.filter((one) => one.row === row);
    const living = rules.filter(
      (rule) => !mutantsOf(rule).some((mutant) => mine.some((one) => isKilled(one, mutant))),
    );
    expect(living).toEqual([]);
  });

  it('covers every row', () => {
    expect(rowIds.filter((row) => !tries.some((one) => one.row === row))).toEqual([]);
    expect(new Set(rowIds).size).toBe(rows.length);
  });

  it('has no decision that could be inverted unseen', () => {
    const cases = readFileSync(
      new URL('../../fixtures/fast-segment/recorded/cases.jsonl', import.meta.url),
      'utf8',
    )
      .trimEnd()
      .split('\n')
      .map(recordedCase);
    const living = ruleIds.filter(
      (mutate) =>
        !tries.some((one) => isKilled(one, { mutate })) &&
        !cases.some((one) => replayCase(one, { mutate }).differences.length > 0),
    );
    expect(living).toEqual([]);
  });
});
