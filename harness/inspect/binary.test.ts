import { describe, expect, it } from 'vitest';
import { byteView, piecesOf, type RecordForm } from './binary.ts';

/** One byte of length, the payload, and its sum. */
const form: RecordForm = {
  leadBytes: 1,
  lengthAt: (bytes, at) => {
    const length = bytes[at] ?? 0;
    return length >= 1 && length < 200 ? length + 2 : null;
  },
  isRight: (record) => record.at(-1) === sum(record.subarray(1, -1)),
};

const sum = (bytes: Uint8Array): number => bytes.reduce((all, one) => (all + one) & 255, 7);
const record = (...payload: number[]): number[] => {
  const bytes = Uint8Array.from(payload);
  return [payload.length, ...payload, sum(bytes)];
};

/** A file in memory that answers at most 3 bytes a call. */
function fileOf(bytes: readonly number[]) {
  const all = Uint8Array.from(bytes);
  return {
    size: all.length,
    read: (into: Uint8Array, at: number) => {
      const part = all.subarray(at, at + Math.min(3, into.length));
      into.set(part);
      return part.length;
    },
  };
}

function piecesIn(bytes: readonly number[], limit = 1000): readonly string[] {
  const view = byteView(fileOf(bytes));
  const limits = { bytes: limit, late: () => false };
  const all = [...piecesOf(view, { from: 0, to: view.size }, form, limits)];
  expect(all.map(({ from }) => from)).toEqual([0, ...all.map(({ to }) => to)].slice(0, all.length));
  expect(all.at(-1)?.to ?? 0).toBe(bytes.length);
  return all.map(({ is, from, to, why }) => `${is} ${from}-${to} ${why}`.trim());
}

describe('the pieces of a file of records', () => {
  it('are records, one behind the other', () => {
    expect(piecesIn([...record(1, 2), ...record(9)])).toEqual(['record 0-4', 'record 4-7']);
    expect(piecesIn([])).toEqual([]);
  });

  it('go on where a record that does not verify ends by its own word', () => {
    const inner = record(5);
    const outer = record(...inner, 1);
    outer[outer.length - 1]! ^= 1;
    // What stands inside of a record verifies too, and is none.
    expect(piecesIn([...outer, ...record(9)])).toEqual(['bad 0-6 bad_checksum', 'record 6-9']);
    expect(piecesIn(outer)).toEqual(['bad 0-6 bad_checksum']);
  });

  it('go on at the next record where no length helps', () => {
    expect(piecesIn([0, 0, 255, ...record(1)])).toEqual(['bad 0-3 bad_length', 'record 3-6']);
    expect(piecesIn([100, 1, ...record(1)])).toEqual(['bad 0-2 cut_short', 'record 2-5']);
    expect(piecesIn([...record(1), 50, 1])).toEqual(['record 0-3', 'bad 3-5 cut_short']);
  });

  it('say where nobody looked any further', () => {
    const zeros = Array.from({ length: 50 }, () => 0);
    expect(piecesIn([...zeros, ...record(1)], 20)).toEqual([
      'bad 0-21 bad_length',
      'unsearched 21-53',
    ]);
    const late = piecesOf(byteView(fileOf(record(1))), { from: 0, to: 3 }, form, {
      bytes: 9,
      late: () => true,
    });
    expect([...late]).toEqual([{ is: 'unsearched', from: 0, to: 3, why: '' }]);
  });
});
