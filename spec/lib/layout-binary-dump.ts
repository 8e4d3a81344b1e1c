import { dump, type Mark } from './dump.ts';
import { recordsOf } from './layout-binary.ts';
import type { Span } from './layout-decoded.ts';
import type { Value } from './layout-encode.ts';
import type { BinaryRecord, FileLayout } from './layout.ts';

/** Longer records are not shown to people. */
const bytesMost = 64 * 1024;

/**
 * The record that byte `at` of a file stands in, each field a row with its value, and what is wrong
 * with it; behind the last record, that one. No lines where the file is empty or the record long.
 * `base`: where the bytes stand, where they are a part of a file only.
 */
export function dumpBinary(
  file: Pick<FileLayout<BinaryRecord>, 'header' | 'record'>,
  bytes: Uint8Array,
  at: number,
  base = 0,
): readonly string[] {
  let found;
  for (const placed of recordsOf(file, bytes)) {
    if (found !== undefined && placed.from > at) break;
    found = placed;
  }
  if (found === undefined || found.to - found.from > bytesMost) return [];
  const { from, to, record, decoded } = found;
  const fields = decoded.spans.map((span): Mark => {
    const value = textOf(decoded.values.get(span.path), span);
    return { ...moved(span, from), text: `${record.name}.${span.path} = ${value}` };
  });
  const known = decoded.spans.at(-1)?.to ?? from;
  if (known < to) fields.push({ ...moved({ from: known, to }, from), text: 'no whole field' });
  const flaws = decoded.flaws
    .slice(0, 8)
    .map((flaw) => ({ ...moved(flaw, from), text: `${flaw.code}: ${flaw.say}` }));
  return dump(bytes.subarray(from, to), fields, flaws, { offset: base + from, rowsPerField: 4 });
}

const moved = (range: Pick<Mark, 'from' | 'to'>, by: number): Pick<Mark, 'from' | 'to'> => ({
  from: range.from - by,
  to: range.to - by,
});

function textOf(value: Value | undefined, span: Span): string {
  return typeof value === 'bigint' ? value.toString() : `${span.to - span.from} bytes`;
}
