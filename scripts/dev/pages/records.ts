import { flatFields, uncoveredFields } from '../../../spec/lib/layout.ts';
import type {
  BinaryType, Field, FileLayout, Format, JsonType, RecordLayout,
} from '../../../spec/lib/layout.ts'; // prettier-ignore
import { code, codes, table } from './markdown.ts';

function typeOf(type: JsonType | BinaryType): string {
  if (type.is === 'integer') return `u${type.bits}`;
  if (type.is === 'text') return type.form ?? 'text';
  if (type.is === 'flag') return 'true or false';
  if (type.is === 'uint') return `u${8 * type.bytes}${type.bytes === 1 ? '' : ` ${type.order}`}`;
  if (type.is === 'fixed') return `${type.bytes} bytes`;
  return type.is === 'counted' ? `bytes, as ${code(type.by)} says` : type.is;
}

function fieldRow(path: string, field: Field): readonly string[] {
  const { type } = field;
  const facts = [
    field.says,
    ...(field.writes === undefined ? [] : [`Always ${code(field.writes)}.`]),
    ...(field.derived === undefined ? [] : [`Follows from: ${field.derived}.`]),
    ...(field.optional === true ? ['Optional.'] : []),
  ];
  const covered = type.is === 'object' ? '' : codes(field.covered) || '**nothing**';
  return [code(path), typeOf(type), facts.join(' '), covered];
}

const forms: Readonly<Record<RecordLayout['form'], string>> = {
  line: 'One JSON object a line, compact, members in this order, each line ended by one LF.',
  pretty: 'One JSON object, two spaces of indent, members in this order, no newline at the end.',
  binary: 'Fields one behind the other in this order, without anything between them.',
};

/** What a file of the format holds, member by member; its header first where it has one. */
export function recordTable(file: FileLayout): string {
  return [
    `${code(file.path)}: ${file.says} ` +
      `${file.role === 'mixed' ? 'Partly derived' : capital(file.role)} data, ` +
      `${file.grows}. ${forms[file.record.form]}`,
    ...(file.header === undefined ? [] : membersOf(file.header)),
    ...membersOf(file.record),
  ].join('\n\n');
}

function membersOf(record: RecordLayout): readonly string[] {
  const open = uncoveredFields(record);
  const body = flatFields<JsonType | BinaryType>(record.fields).map(({ path, field }) =>
    fieldRow(path, field),
  );
  return [
    table(['member', 'type', 'what it is', 'covered by'], body),
    open.length === 0
      ? 'Every value is covered by a check.'
      : `Covered by nothing: ${codes(open)}.`,
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The files of a store. */
export function fileTable(of: Format): string {
  return table(
    ['file', 'data', 'what it is'],
    of.files.map((f) => [code(f.path), `${f.role}, ${f.grows}`, f.says]),
  );
}
