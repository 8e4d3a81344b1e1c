import { code, table } from './markdown.ts';

/**
 * Vectors of any shape as tables: a list of objects has a row for each and a column a member, other
 * values stand in one table of their own.
 */
export function vectorLists(path: string, vectors: Readonly<Record<string, unknown>>): string {
  const { schema: _schema, kind: _kind, source: _source, ...rest } = vectors;
  const lists = Object.entries(rest).filter((one): one is [string, object[]] => isList(one[1]));
  const others = Object.entries(rest).filter(([, value]) => !isList(value));
  return [
    `From \`${path}\`; hex is that of bytes, numbers of 64 bits are decimal.`,
    ...lists.map(([name, rows]) => listTable(name, rows)),
    ...(others.length === 0
      ? []
      : [
          table(
            ['value', 'is'],
            others.map(([name, value]) => [name, cell(value)]),
          ),
        ]),
  ].join('\n\n');
}

const isList = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null);

function listTable(name: string, rows: readonly object[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const body = rows.map((row) =>
    columns.map((column) => cell((row as Readonly<Record<string, unknown>>)[column])),
  );
  return [`**${name}**`, table(columns, body)].join('\n\n');
}

function cell(value: unknown): string {
  if (value === undefined) return '';
  if (value === '') return 'empty';
  if (typeof value === 'string') return /^[0-9a-f]{2,}$/.test(value) ? code(value) : value;
  const text = JSON.stringify(value);
  return typeof value === 'object' ? code(text) : text;
}
