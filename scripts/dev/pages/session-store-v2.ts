import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { uncoveredFields } from '../../../spec/lib/layout.ts';
import { accepts } from '../../../spec/session-store-v2/accepts.ts';
import { clauses } from '../../../spec/session-store-v2/clauses.ts';
import { errorTexts } from '../../../spec/session-store-v2/codes.ts';
import { errorMeanings } from '../../../spec/session-store-v2/error-meanings.ts';
import { directories, format } from '../../../spec/session-store-v2/layout.ts';
import { operations } from '../../../spec/session-store-v2/operations.ts';
import type { Doing } from '../../../spec/session-store-v2/operations.ts';
import { promises } from '../../../spec/session-store-v2/promises.ts';
import { rowDetails } from '../../../spec/session-store-v2/row-details.ts';
import { rows } from '../../../spec/session-store-v2/rows.ts';
import { rules } from '../../../spec/session-store-v2/table/rules.ts';
import { safeCodes } from '../../../spec/session-store-v2/safe-codes.ts';
import { sections } from '../../../spec/session-store-v2/sections.ts';
import { anchor, code, codes, table } from './markdown.ts';
import { fileTable, recordTable } from './records.ts';
import { vectorTables } from './vectors.ts';

/** What is written by hand: one file a section, named by its anchor. */
const folder = fileURLToPath(new URL('session-store-v2/', import.meta.url));

const record = (id: string): string => {
  const file = format.files.find((one) => one.id === id);
  return file === undefined ? '' : recordTable(file);
};

/** What is made of data, by the title of the section that it stands in. */
const made: Readonly<Record<string, () => string>> = {
  'The tree and its names': tree,
  Records: () => 'Members in the order in which they are written.',
  Frame: () => record('segment'),
  'Index row': () => record('index'),
  Checkpoint: () => record('checkpoint'),
  Manifest: () => record('manifest'),
  'Ledger event': () => record('ledger'),
  Checks: checks,
  'Uncovered bytes': uncovered,
  Limits: () =>
    table(
      ['limit', 'value', 'what it means'],
      format.limits.map((l) => [l.id, l.value, l.says]),
    ),
  Extras: () =>
    table(
      ['name', 'written by', 'temporary', 'what it is'],
      format.extras.map((e) => [code(e.path), e.writer, e.temporary ? 'yes' : 'no', e.says]),
    ),
  Vectors: vectorTables,
  'Accepted beyond canonical': () =>
    table(
      ['id', 'exception', '`safe`', 'source'],
      accepts.map((a) => [
        anchor(a.id) + a.id,
        a.text,
        a.safe ? 'reads it' : 'refuses it',
        linked(a.source),
      ]),
    ),
  Errors: () =>
    table(
      ['code', 'category', 'means', 'the message begins'],
      errorTexts.map((e) => [
        code(e.code),
        e.category,
        errorMeanings[e.code] ?? '',
        code(e.suffix === undefined ? e.prefix : `${e.prefix}…${e.suffix}`),
      ]),
    ),
  Operations: operationTables,
  'Decision table': () =>
    table(['row', 'what is found', 'what comes of it', 'decided by'], rows.map(decision)),
  Decisions: () =>
    table(
      ['decision', 'asks'],
      Object.entries(rules).map(([id, asks]) => [
        code(id),
        `${asks.charAt(0).toUpperCase()}${asks.slice(1)}?`,
      ]),
    ),
  Promises: () =>
    table(
      ['promise', 'level', 'for every store', 'in this one'],
      promises.map((p) => [anchor(p.id) + p.id, p.level, p.says, p.here]),
    ),
  'Codes of the safe store': () =>
    table(
      ['code', 'is', 'says', 'guards against', 'see'],
      safeCodes.map((c) => [code(c.code), c.is, c.says, c.guards, linked(c.source)]),
    ),
  Clauses: () =>
    table(
      ['clause', 'level', 'policy', 'sentence', 'what a user loses', 'source'],
      clauses.map((c) => [
        anchor(c.id) + c.id,
        c.level,
        c.policies.join(', '),
        c.needs === undefined ? c.text : `${c.text} (Needs ${c.needs}.)`,
        c.loses,
        linked(c.source),
      ]),
    ),
};

/** Sections where the data comes before the words. */
const dataFirst: ReadonlySet<string> = new Set(['The tree and its names', 'Limits']);

function tree(): string {
  return [
    `A store is a directory with ${directories.map((d) => code(`${d}/`)).join(', ')}. In a ` +
      'path, `%016d` is a number of at least 16 digits, from 1. All numbers of records are ' +
      'unsigned 64-bit integers, but for `storeVersion`.',
    fileTable(format),
  ].join('\n\n');
}

function checks(): string {
  return [
    'A checksum notices any change of the bytes it covers; an agreement notices that two ' +
      'places differ.',
    table(
      ['check', 'by', 'stored in', 'what it compares'],
      format.checks.map((c) => [code(c.id), c.by, code(c.storedIn), c.says]),
    ),
  ].join('\n\n');
}

function uncovered(): string {
  return [
    'Damage to these values contradicts nothing; the suite counts it as `undetectable`. (Of a' +
      ' value that is always the same, another one shows as an oddity.)',
    table(
      ['record', 'members that nothing covers'],
      format.files.map(({ record: of }) => [of.name, codes(uncoveredFields(of)) || 'none']),
    ),
    'A frame without its index row is covered by its payload hash and its place only: ' +
      '`schema`, `entryId`, `parentEntryId`, `entryType` and `timestamp` are then uncovered ' +
      'too.',
  ].join('\n\n');
}

function operationTables(): string {
  const all = Object.entries(operations);
  const doing = (of: Doing | null): readonly string[] =>
    of === null ? ['-', '', ''] : [of.does, of.syncs || 'nothing', codes(of.codes) || 'none'];
  const head = ['operation', 'does', 'syncs', 'may fail with'];
  return [
    table(
      ['operation', 'answers'],
      all.map(([op, { answers }]) => [code(op), answers]),
    ),
    '**In the original**',
    table(
      head,
      all.map(([op, { original }]) => [code(op), ...doing(original)]),
    ),
    '**In `safe`**',
    table(
      head,
      all.map(([op, { safe }]) => [code(op), ...doing(safe)]),
    ),
  ].join('\n\n');
}

function decision(row: (typeof rows)[number]): readonly string[] {
  const at = row.text.indexOf(': ');
  const found = at < 0 ? row.text : `${row.text.slice(0, at)}.`;
  const comes = at < 0 ? [] : [row.text.charAt(at + 2).toUpperCase() + row.text.slice(at + 3)];
  const more = rowDetails[row.id];
  return [
    anchor(row.id) + row.id,
    found,
    [...comes, ...(more === undefined ? [] : [more])].join(' '),
    codes(row.rules),
  ];
}

/** A source with links to what it names. */
function linked(source: string): string {
  return source
    .split('; ')
    .map((part) => {
      const page = /^format page, ([^()]+?)( \([^()]+\))?$/.exec(part);
      if (page !== null) {
        const section = sections.find(({ title }) => title === page[1]);
        if (section !== undefined) return `[${section.title}](#${section.anchor})${page[2] ?? ''}`;
      }
      return part.replaceAll(/\b[RS]\d+[a-z]?\b/g, (id) => `[${id}](#${id})`);
    })
    .join('; ');
}

function wordsOf(name: string): string | null {
  const path = `${folder}${name}.md`;
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd() : null;
}

/** Files of words that no section is named by; there should be none. */
export function strayWords(): readonly string[] {
  const known = new Set(sections.map((one) => `${one.anchor}.md`));
  return readdirSync(folder).filter((name) => !known.has(name));
}

/** Titles of data that no section has; there should be none. */
export function strayData(): readonly string[] {
  return Object.keys(made).filter((title) => !sections.some((one) => one.title === title));
}

function contents(): string {
  return sections
    .map(({ title, anchor: to, depth }) => `${depth === 2 ? '' : '  '}- [${title}](#${to})`)
    .join('\n');
}

/** The format page of session-store-v2. */
export function sessionStorePage(): string {
  const parts = sections.map(({ title, anchor: name, depth }) => {
    const [words, data] = [wordsOf(name), made[title]?.() ?? null];
    const body = dataFirst.has(title) ? [data, words] : [words, data];
    return [`${'#'.repeat(depth)} ${title}`, ...body.filter((one) => one !== null)].join('\n\n');
  });
  const head = [
    `# ${format.title} (${format.kind})`,
    'Generated by `npx tsx scripts/dev/docs.ts` from the data in `spec/session-store-v2/` and the ' +
      'words in `scripts/dev/pages/session-store-v2/`; edit those, not this page.',
    '*The original* is the program whose stores these are, and policy `original` what it was ' +
      'found to do; policy `safe` is what a store of this format should do instead. Sources in ' +
      'this suite are given as `format page` and the title of a section here.',
    'What it says of the original was read in its source and seen when it ran: ' +
      '`fixtures/session-store-v2/recorded/` holds the cases and histories that were recorded, with ' +
      'provenance beside them, and the executable table (`spec/session-store-v2/table.ts`) is held ' +
      'against each of them. The models and stores of this suite reproduce the vectors. Other versions of ' +
      'the original may differ; where it decides by its build, Traps for ports says so.',
    contents(),
  ];
  return `${[...head, ...parts].join('\n\n')}\n`;
}
