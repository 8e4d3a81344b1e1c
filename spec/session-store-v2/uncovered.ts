import { bytesOf } from '../lib/image.ts';
import type { Image, Path } from '../lib/image.ts';
import { lineRanges } from '../lib/layout-damage.ts';
import type { Value } from '../lib/layout-encode.ts';
import { decodeJson } from '../lib/layout-json.ts';
import { layoutOf } from '../lib/layout.ts';
import { format } from './layout.ts';
import { frame, row } from './records.ts';

/** The value of one member at bytes [from, to) of a file, which no check covers. */
export interface Uncovered {
  readonly file: Path;
  readonly from: number;
  readonly to: number;
  /** `record.member`, dotted. */
  readonly member: string;
}

/**
 * The values of a store that nothing covers: another legal value there contradicts nothing. A frame
 * is covered by the CRC of its index row only where it has one.
 */
export function uncoveredBytes(image: Image): readonly Uncovered[] {
  const indexed = indexedLines(image);
  return [...image.keys()].toSorted().flatMap((file) => {
    const found = layoutOf(format, file);
    const bytes = found === null ? null : bytesOf(image, file);
    if (found === null || bytes === null) return [];
    const { record } = found.file;
    const ranges = record.form === 'line' ? lineRanges(bytes) : [[0, bytes.length] as const];
    return ranges.flatMap(([from, to]) => {
      const hasRow = record !== frame || indexed.has(`${found.number}:${from}`);
      const content = bytes[to - 1] === 0x0a ? to - 1 : to;
      return decodeJson(record, bytes, from, content).spans.flatMap((span): Uncovered[] => {
        if (span.field === null || span.field.type.is === 'object') return [];
        const checks = span.field.covered.filter((id) => hasRow || !ofRows.has(id));
        if (checks.length > 0) return [];
        return [{ file, from: span.valueFrom, to: span.to, member: `${record.name}.${span.path}` }];
      });
    });
  });
}

/** Checks that need a frame's row. */
const ofRows: ReadonlySet<string> = new Set(['row', 'row-crc']);

/** Lines that a row points to, as `segment:offset`. */
function indexedLines(image: Image): ReadonlySet<string> {
  const bytes = bytesOf(image, 'index/offsets.jsonl') ?? new Uint8Array(0);
  const text = (value: Value | undefined): string => (typeof value === 'bigint' ? `${value}` : '');
  return new Set(
    lineRanges(bytes).map(([from, to]) => {
      const { values } = decodeJson(row, bytes, from, bytes[to - 1] === 0x0a ? to - 1 : to);
      return `${text(values.get('segmentSeq'))}:${text(values.get('byteOffset'))}`;
    }),
  );
}
