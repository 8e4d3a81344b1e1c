import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { flatFields, uncoveredFields } from '../../spec/lib/layout.ts';
import type { Field, FileLayout, Format, JsonRecord, JsonType } from '../../spec/lib/layout.ts';
import { accepts } from '../../spec/session-store-v2/accepts.ts';
import { directories, format } from '../../spec/session-store-v2/layout.ts';
import { rows } from '../../spec/session-store-v2/rows.ts';
import { safeCodes } from '../../spec/session-store-v2/safe-codes.ts';

/** Generated pages, by their path from the root of the repository. */
export function pages(): ReadonlyMap<string, string> {
  return new Map([['docs/formats/session-store-v2.md', sessionStorePage()]]);
}

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

const code = (text: string): string => `\`${text}\``;

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
  const covered = type.is === 'object' ? '' : field.covered.map(code).join(', ') || '**nothing**';
  return [code(path), typeOf(type), facts.join(' '), covered];
}

function fileSection(file: FileLayout<JsonRecord>): string {
  const { record } = file;
  const form =
    record.form === 'line'
      ? 'One JSON object a line, compact, members in this order, each line ended by one LF.'
      : 'One JSON object, two spaces of indent, members in this order, no newline at the end.';
  const open = uncoveredFields(record);
  const body = flatFields(record.fields).map(({ path, field }) => fieldRow(path, field));
  return [
    `### ${record.name}: ${code(file.path)}`,
    `${file.says} ${file.role === 'mixed' ? 'Partly derived' : capital(file.role)} data, ` +
      `${file.grows}. ${form}`,
    table(['member', 'type', 'what it is', 'covered by'], body),
    open.length === 0
      ? 'Every value is covered by a check.'
      : `Covered by nothing: ${open.map(code).join(', ')}.`,
  ].join('\n\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function treeSection(of: Format<JsonRecord>): string {
  return [
    '## The tree',
    `A store is a directory with ${directories.map((d) => code(`${d}/`)).join(', ')}. In a ` +
      `path, \`%016d\` is a number of at least 16 digits, from 1. All numbers of records are ` +
      `unsigned 64-bit integers. Text is UTF-8 without a byte order mark.`,
    table(
      ['file', 'data', 'what it is'],
      of.files.map((f) => [code(f.path), `${f.role}, ${f.grows}`, f.says]),
    ),
  ].join('\n\n');
}

const mixed = `## A store that both policies open

A store closed by \`safe\` opens under the original to the same entries, and \`safe\` opens every
undamaged store that the original wrote and itself opens. What happens if the original opens a
store in between:

- It passes over every extra: \`quarantine/\`, set-aside segments, the rollback intent.
- It removes nothing of them, and its own names never collide with them.
- If a rollback of \`safe\` was interrupted, the original opens what is on disk between the two
  states, and may append to it. \`safe\` then refuses the store (\`intent_stale\`) instead of
  finishing a rollback over entries that were added since.
- It repairs by cutting without keeping a copy; what it cut is gone for \`safe\` too. \`safe\`
  reports what a witness still shows of it (\`witness_ahead\`).
- After a rollback of \`safe\` the next frame goes to a segment number never used. The original
  goes on in the last segment that its index names; \`safe\` accepts both.
- It takes positional arrays, entry numbers left out and other spellings of segment names;
  \`safe\` refuses those and changes nothing.`;

function sessionStorePage(): string {
  const parts = [
    `# ${format.title} (${format.kind})`,
    'Generated from the format table by `scripts/dev/docs.ts`; edit the table, not this page.',
    treeSection(format),
    '## Records',
    ...format.files.map(fileSection),
    '## Checks',
    'A checksum notices any change of the bytes it covers; an agreement notices that two ' +
      'places differ.',
    table(
      ['check', 'by', 'stored in', 'what it compares'],
      format.checks.map((c) => [code(c.id), c.by, code(c.storedIn), c.says]),
    ),
    '## Uncovered bytes',
    'Damage to these values contradicts nothing; the suite counts it as `undetectable`. (Of a' +
      ' value that is always the same, another one shows as an oddity.)',
    table(
      ['record', 'members that nothing covers'],
      format.files.map(({ record }) => [
        record.name,
        uncoveredFields(record).map(code).join(', ') || 'none',
      ]),
    ),
    'A frame without its index row is covered by its payload hash and its place only: ' +
      '`schema`, `entryId`, `parentEntryId`, `entryType` and `timestamp` are then uncovered ' +
      'too.',
    '## Limits',
    table(
      ['limit', 'value', 'what it means'],
      format.limits.map((l) => [l.id, l.value, l.says]),
    ),
    '## Extras',
    'Names that stand beside the files of the store. Temporary ones may be left over and are ' +
      'ignored.',
    table(
      ['name', 'written by', 'temporary', 'what it is'],
      format.extras.map((e) => [code(e.path), e.writer, e.temporary ? 'yes' : 'no', e.says]),
    ),
    '## What is read though nobody writes it',
    'Sources: «notes» are the facts gathered by reading and running the original; R is a row ' +
      'of the table below.',
    table(
      ['id', 'exception', '`safe`', 'source'],
      accepts.map((a) => [a.id, a.text, a.safe ? 'reads it' : 'refuses it', a.source]),
    ),
    '## What the original does with a damaged store',
    'Its decision table; `tearproof explain R4` says more of a row.',
    table(
      ['row', 'damage and result'],
      rows.map((r) => [r.id, r.text]),
    ),
    '## Codes of the safe store',
    table(
      ['code', 'is', 'says', 'guards against'],
      safeCodes.map((c) => [code(c.code), c.is, c.says, c.guards]),
    ),
    mixed,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Writes every generated page below `root`; answers the paths of those that had changed. */
export function writePages(root: string): readonly string[] {
  const changed = [...pages()].filter(([path, text]) => text !== oldPage(join(root, path)));
  for (const [path, text] of changed) writeFileSync(join(root, path), text);
  return changed.map(([path]) => path);
}

function oldPage(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

const self = fileURLToPath(import.meta.url);
if (process.argv[1] === self) {
  const root = dirname(dirname(dirname(self)));
  for (const path of writePages(root)) process.stdout.write(`wrote ${path}\n`);
}
