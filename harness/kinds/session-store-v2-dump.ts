import { begin } from '../lib/cut-text.ts';
import { dump, type Mark } from '../../spec/lib/dump.ts';
import type { Path } from '../../spec/lib/image.ts';
import type { Key } from '../../spec/lib/judge.ts';
import { decodeJson } from '../../spec/lib/layout-json.ts';
import { layoutOf } from '../../spec/lib/layout.ts';
import { format } from '../../spec/session-store-v2/layout.ts';
import { show } from '../lib/show.ts';

/** Longer records are not decoded for people. */
const bytesMost = 64 * 1024;

/**
 * The record of a store's file that byte `from` stands in (the whole file where it holds one), each
 * member a row with its value, and what is wrong with it; none for a file of no known layout.
 */
export function dumpRecord(
  path: Path,
  bytes: Uint8Array,
  at: { readonly from: number; readonly to: number },
): readonly string[] {
  const layout = layoutOf(format, path);
  if (layout === null) return [];
  const { record } = layout.file;
  const [from, to] = record.form === 'line' ? lineAt(bytes, at.from) : [0, bytes.length];
  if (to - from === 0 || to - from > bytesMost) return [];
  const part = bytes.subarray(from, to);
  const end = part.at(-1) === 0x0a ? part.length - 1 : part.length;
  const { spans, values, flaws } = decodeJson(record, part, 0, end);
  const fields: Mark[] = spans.map((span) => {
    const value = values.get(span.path);
    const raw = typeof value === 'object' && value !== null;
    const text = raw ? `${span.to - span.valueFrom} bytes` : show(value ?? null, 60);
    return { from: span.from, to: span.to, text: `${span.path.slice(0, 60)} = ${text}` };
  });
  const torn = record.form === 'line' && end === part.length;
  const marks: Mark[] = [
    ...flaws
      .slice(0, 8)
      .map((f) => ({ from: f.from, to: f.to, text: `${f.code}: ${f.say.slice(0, 120)}` })),
    ...(torn
      ? [{ from: Math.max(0, end - 1), to: end, text: 'the line ends here, without a newline' }]
      : []),
  ];
  return dump(part, fields, marks, { offset: from, rowsPerField: 4 });
}

function lineAt(bytes: Uint8Array, at: number): readonly [from: number, to: number] {
  const from = at <= 0 ? 0 : bytes.lastIndexOf(0x0a, Math.min(at, bytes.length) - 1) + 1;
  const end = bytes.indexOf(0x0a, from);
  // Behind the last newline there is nothing to show but the line before.
  if (from >= bytes.length && from > 0) return lineAt(bytes, from - 1);
  return [from, end < 0 ? bytes.length : end + 1];
}

/** `e6 {"text":"hel…`: the entry's id and how its payload begins. */
export function entryText(key: Key): string {
  const from = key.indexOf('"]');
  const payload = from < 0 ? '' : key.slice(from + 2);
  const id = idOf(key.slice(0, from + 2));
  if (id === null) return key;
  const start = payload.startsWith('#') ? 'long payload' : payload;
  return `${id} ${start.length > 16 ? `${begin(start, 16)}…` : start}`;
}

function idOf(identity: string): string | null {
  try {
    const parsed: unknown = JSON.parse(identity);
    return Array.isArray(parsed) && typeof parsed[0] === 'string' ? parsed[0] : null;
  } catch {
    return null;
  }
}
