import { anomalyTexts } from '../../../spec/lib/anomalies.ts';
import type { Clause } from '../../../spec/lib/clause.ts';
import { promiseTexts } from '../../../spec/lib/promise-texts.ts';
import { citedIn } from '../../../spec/lib/sections.ts';
import { engineParts } from './engine-sources.ts';
import { handbooks } from './handbooks/index.ts';
import type { CodeText, Facts, Handbook } from './handbooks/handbook.ts';
import { packageJson } from './package.ts';

/** Something with an id that can be explained. */
export interface Explained {
  readonly id: string;
  /** `clause`, `anomaly`, `flag`, ... */
  readonly what: string;
  readonly says: string;
  readonly source: string;
  /** What a user loses where it goes wrong; absent where the sentence says it all. */
  readonly loses?: string;
  /** Further facts, name and text. */
  readonly more: Facts;
  /** Where the source can be read: paths with anchors; absent where it is a path itself. */
  readonly read?: readonly string[];
}

/** Everything that has an id, from the data of the spec. */
export function explainable(): readonly Explained[] {
  return [
    ...handbooks.map(ofKind),
    ...handbooks.flatMap((book) => book.clauses.map((clause) => ofClause(book, clause))),
    ...anomalies(),
    ...kept(),
    ...handbooks.flatMap((book) => [
      ...decisionRows(book),
      ...decisions(book),
      ...tolerated(book),
      ...book.codes.map((one) => ofCode(book, one)),
      ...operated(book),
    ]),
    ...flags(),
    ...engineParts(),
    ...handbooks.flatMap(checked),
  ];
}

/** Where a source can be read: paths with anchors, none where it names no section. */
export function readAt({ page, sections, rows }: Handbook, source: string): readonly string[] {
  const found = citedIn(sections, source);
  const row = /\(([^()]+)\)$/.exec(source)?.[1] ?? '';
  const isRow = rows.some(({ id }) => id === row);
  const named = found.sections.map((one) => (isRow ? row : one.anchor));
  const anchors = page === '' ? [] : [...named, ...found.promises, ...found.rows];
  return anchors.map((anchor) => `${page}#${anchor}`);
}

/** Its source, and where that can be read. */
function told(book: Handbook, source: string): Pick<Explained, 'source' | 'read'> {
  return { source, read: readAt(book, source) };
}

function ofKind({ kind, format, page, clauses, operations }: Handbook): Explained {
  const names = Object.keys(operations);
  return {
    id: kind,
    what: 'kind of store',
    says: `${format?.title ?? 'Any log at all, judged by what it acknowledged and shows afterwards'}.`,
    source: page === '' ? 'docs/test-your-own-log.md' : page,
    more: [
      ...(names.length === 0 ? [] : [['operations', names.join(', ')] as const]),
      ['clauses', clauses.map(({ id }) => id).join(', ')],
    ],
  };
}

function ofClause(book: Handbook, clause: Clause): Explained {
  const promise = promiseTexts.find((one) => one.id === clause.promise);
  // A kind without a page has its promises told on the first one that there is.
  const page = book.page === '' ? handbooks[0]! : book;
  return {
    id: clause.id,
    what: `clause of ${book.kind}, ${clause.level}`,
    says: clause.text,
    ...told(page, clause.source),
    loses: clause.loses,
    more: [
      ...(promise === undefined ? [] : [['promise', promise.says] as const]),
      ...(clause.needs === undefined ? [] : [['exercised by', clause.needs] as const]),
      ...(clause.asks === undefined ? [] : [['about', clause.asks.join(', ')] as const]),
      ['judged under policy', clause.policies.join(', ')],
      ['since', clause.since],
    ],
  };
}

function anomalies(): readonly Explained[] {
  return Object.entries(anomalyTexts).map(([id, { says, loses }]) => ({
    id,
    what: 'anomaly',
    says,
    loses,
    source: 'spec/lib/anomalies.ts',
    more: [],
  }));
}

/** The promises, once for all kinds, with what each comes to in each. */
function kept(): readonly Explained[] {
  const books = handbooks.filter(({ promises }) => promises.length > 0);
  return promiseTexts.map(({ id, level, says }) => ({
    id,
    what: `promise of policy safe, ${level}`,
    says,
    source: 'format page, Promises',
    read: books.map(({ page }) => `${page}#${id}`),
    more: [
      ...books.map(({ kind, promises }) => {
        const { here = '' } = promises.find((one) => one.id === id) ?? {};
        return [`in ${kind}`, here] as const;
      }),
      ['clauses', clausesOf(id).join(', ') || 'none'],
    ],
  }));
}

function clausesOf(promise: string): readonly string[] {
  return handbooks
    .flatMap(({ clauses }) => clauses)
    .filter((clause) => clause.promise === promise)
    .map(({ id }) => id);
}

function decisionRows(book: Handbook): readonly Explained[] {
  return book.rows.map((row) => ({
    id: row.id,
    what: `decision row of ${book.kind}: what the original does with what it finds`,
    says: row.text,
    ...told(book, row.source),
    more: [
      ...(row.detail === undefined ? [] : [['more', row.detail] as const]),
      ['decided by', row.rules.join(', ')],
    ],
  }));
}

function decisions(book: Handbook): readonly Explained[] {
  return Object.entries(book.rules).map(([id, asks]) => {
    const rows = book.rows.filter(({ rules }) => rules.includes(id));
    return {
      id,
      what: `decision of the original ${book.kind}`,
      says: `${asks.charAt(0).toUpperCase()}${asks.slice(1)}?`,
      ...told(book, 'format page, Decisions'),
      more: [['rows', rows.map((row) => row.id).join(', ') || 'none']],
    };
  });
}

function operated(book: Handbook): readonly Explained[] {
  return Object.entries(book.operations).map(([id, { answers, original, safe }]) => ({
    id,
    what: `operation of ${book.kind}`,
    says: `Answers: ${answers}`,
    ...told(book, 'format page, Operations'),
    more: [
      ['in the original', original?.does ?? 'It has none.'],
      ['in safe', safe.does],
      ['safe syncs', safe.syncs || 'nothing'],
      ['safe may fail with', safe.codes.join(', ') || 'nothing'],
    ],
  }));
}

function tolerated(book: Handbook): readonly Explained[] {
  return book.accepts.map(({ id, text, source, safe, example }) => ({
    id,
    what: `exception of ${book.kind}: read, never written`,
    says: text,
    ...told(book, source),
    more: [
      ...(example === undefined ? [] : [['example', example] as const]),
      ['policy safe', safe ? 'reads it too' : 'refuses it'],
    ],
  }));
}

function ofCode(book: Handbook, { code, what, says, source, more }: CodeText): Explained {
  const answers = answeredBy(book, code === 'io' ? 'io-*' : code);
  return { id: code, what, says, ...told(book, source), more: [...more, ...answers] };
}

/** The operations that a code may come from; none for a notice or a reason. */
function answeredBy({ operations }: Handbook, code: string): Facts {
  const by = Object.entries(operations).flatMap(([op, { original, safe }]) => {
    const inOriginal = original?.codes.includes(code) ?? false;
    const inSafe = safe.codes.includes(code);
    if (!inOriginal && !inSafe) return [];
    return [inOriginal && inSafe ? op : `${op} (${inSafe ? 'safe' : 'original'})`];
  });
  return by.length === 0 ? [] : [['answered by', by.join(', ')]];
}

function checked(book: Handbook): readonly Explained[] {
  return (book.format?.checks ?? []).map((check) => ({
    id: check.id,
    what: `check of the format ${book.kind}`,
    says: check.says,
    ...told(book, 'format page, Checks'),
    more: [['stored in', check.storedIn]],
  }));
}

/** Flags are those of the first kind's fixtures. */
function flags(): readonly Explained[] {
  const file = packageJson('fixtures/flags.json');
  const all = isObject(file) && isObject(file['flags']) ? file['flags'] : {};
  return Object.entries(all).flatMap(([id, flag]) => {
    if (!isObject(flag)) return [];
    const [says, loses] = [String(flag['says']), String(flag['loses'])];
    const place = told(handbooks[0]!, String(flag['source']));
    return [{ id, what: 'flag of fixtures', says, loses, ...place, more: [] }];
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
