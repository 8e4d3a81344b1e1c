import { flatFields, uncoveredFields } from '../../../spec/lib/layout.ts';
import type { Field, FileLayout, Format, JsonRecord, JsonType } from '../../../spec/lib/layout.ts';
import { directories } from '../../../spec/session-store-v2/layout.ts';
import { code, codes, table } from './markdown.ts';

function typeOf(type: JsonType): string {
  if (type.is === 'integer') return `u${type.bits}`;
  if (type.is === 'text') return type.form ?? 'text';
  return type.is === 'flag' ? 'true or false' : type.is;
}

function fieldRow(path: string, field: Field): readonly string[] {
  const type = field.type as JsonType;
  const facts = [
    field.says,
    ...(field.writes === undefined ? [] : [`Always ${code(field.writes)}.`]),
    ...(field.derived === undefined ? [] : [`Follows from: ${field.derived}.`]),
    ...(field.optional === true ? ['Optional.'] : []),
  ];
  const covered = type.is === 'object' ? '' : codes(field.covered) || '**nothing**';
  return [code(path), typeOf(type), facts.join(' '), covered];
}

/** What a file of the format holds, member by member. */
export function recordTable(file: FileLayout<JsonRecord>): string {
  const { record } = file;
  const form =
    record.form === 'line'
      ? 'One JSON object a line, compact, members in this order, each line ended by one LF.'
      : 'One JSON object, two spaces of indent, members in this order, no newline at the end.';
  const open = uncoveredFields(record);
  const body = flatFields(record.fields).map(({ path, field }) => fieldRow(path, field));
  return [
    `${code(file.path)}: ${file.says} ` +
      `${file.role === 'mixed' ? 'Partly derived' : capital(file.role)} data, ` +
      `${file.grows}. ${form}`,
    table(['member', 'type', 'what it is', 'covered by'], body),
    open.length === 0
      ? 'Every value is covered by a check.'
      : `Covered by nothing: ${codes(open)}.`,
  ].join('\n\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The directories and files of a store. */
export function tree(of: Format<JsonRecord>): string {
  return [
    `A store is a directory with ${directories.map((d) => code(`${d}/`)).join(', ')}. In a ` +
      'path, `%016d` is a number of at least 16 digits, from 1. All numbers of records are ' +
      'unsigned 64-bit integers, but for `storeVersion`.',
    table(
      ['file', 'data', 'what it is'],
      of.files.map((f) => [code(f.path), `${f.role}, ${f.grows}`, f.says]),
    ),
  ].join('\n\n');
}
