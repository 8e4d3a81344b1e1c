import { clauses as logClauses } from '../../../spec/append-log/clauses.ts';
import { anomalyTexts } from '../../../spec/lib/anomalies.ts';
import type { Clause } from '../../../spec/lib/clause.ts';
import { accepts, type Accept } from '../../../spec/session-store-v2/accepts.ts';
import { errorTexts } from '../../../spec/session-store-v2/codes.ts';
import { clauses as sessionClauses } from '../../../spec/session-store-v2/clauses.ts';
import { errorMeanings } from '../../../spec/session-store-v2/error-meanings.ts';
import { format } from '../../../spec/session-store-v2/layout.ts';
import { operations } from '../../../spec/session-store-v2/operations.ts';
import { promises } from '../../../spec/session-store-v2/promises.ts';
import { rowDetails } from '../../../spec/session-store-v2/row-details.ts';
import { rowIds, rows } from '../../../spec/session-store-v2/rows.ts';
import { safeCodes } from '../../../spec/session-store-v2/safe-codes.ts';
import { cited, formatPage } from '../../../spec/session-store-v2/sections.ts';
import { rules } from '../../../spec/session-store-v2/table/rules.ts';
import { engineParts } from './engine-sources.ts';
import { packageJson } from './package.ts';
import { shownShort } from '../../../harness/lib/shown.ts';

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
  readonly more: readonly (readonly [name: string, text: string])[];
}

/** Codes that stand for a whole category of the original's errors. */
const broad: readonly Explained[] = [
  {
    id: 'json',
    what: 'error code of session-store-v2, category json',
    says: 'A record, checkpoint, manifest or ledger line does not parse.',
    source: 'format page, Errors',
    more: answeredBy('json'),
  },
  {
    id: 'io',
    what: 'error code of session-store-v2, category io',
    says: 'The system refused a file call; `io-` and the errno or kind follow, as in `io-eisdir`.',
    source: 'format page, Errors',
    more: answeredBy('io-*'),
  },
];

/** Everything that has an id, from the data of the spec. */
export function explainable(): readonly Explained[] {
  return [
    ...logClauses.map((clause) => ofClause('append-log', clause)),
    ...sessionClauses.map((clause) => ofClause('session-store-v2', clause)),
    ...anomalies(),
    ...kept(),
    ...decisionRows(),
    ...decisions(),
    ...tolerated(),
    ...codes(),
    ...operated(),
    ...flags(),
    ...engineParts(),
    ...format.checks.map((check) => ({
      id: check.id,
      what: 'check of the format session-store-v2',
      says: check.says,
      source: 'format page, Checks',
      more: [['stored in', check.storedIn] as const],
    })),
  ];
}

/** Where a source can be read: paths with anchors, none where it names no section. */
export function readAt(source: string): readonly string[] {
  const found = cited(source);
  const row = /\(([^()]+)\)$/.exec(source)?.[1] ?? '';
  const named = found.sections.map((one) => (rowIds.includes(row) ? row : one.anchor));
  const anchors = [...named, ...found.promises, ...found.rows];
  return anchors.map((anchor) => `${formatPage}#${anchor}`);
}

function ofClause(kind: string, clause: Clause): Explained {
  const promise = promises.find((one) => one.id === clause.promise);
  return {
    id: clause.id,
    what: `clause of ${kind}, ${clause.level}`,
    says: clause.text,
    source: clause.source,
    loses: clause.loses,
    more: [
      ...(promise === undefined ? [] : [['promise', promise.says] as const]),
      ...(clause.needs === undefined ? [] : [['exercised by', clause.needs] as const]),
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

function kept(): readonly Explained[] {
  return promises.map((promise) => ({
    id: promise.id,
    what: `promise of policy safe, ${promise.level}`,
    says: promise.says,
    source: 'format page, Promises',
    more: [
      ['in session-store-v2', promise.here],
      ['clauses', clausesOf(promise.id).join(', ') || 'none'],
    ],
  }));
}

function clausesOf(promise: string): readonly string[] {
  return [...logClauses, ...sessionClauses]
    .filter((clause) => clause.promise === promise)
    .map(({ id }) => id);
}

function decisionRows(): readonly Explained[] {
  return rows.map((row) => ({
    id: row.id,
    what: 'decision row of session-store-v2: what the original does at open',
    says: row.text,
    source: row.source,
    more: [
      ...(rowDetails[row.id] === undefined ? [] : [['more', rowDetails[row.id] ?? ''] as const]),
      ['decided by', row.rules.join(', ')],
    ],
  }));
}

function decisions(): readonly Explained[] {
  return Object.entries(rules).map(([id, asks]) => ({
    id,
    what: 'decision of the original session-store-v2',
    says: `${asks.charAt(0).toUpperCase()}${asks.slice(1)}?`,
    source: 'format page, Decisions',
    more: [['rows', rowsBy(id).join(', ') || 'none']],
  }));
}

function rowsBy(rule: string): readonly string[] {
  return rows.filter((row) => row.rules.some((one) => one === rule)).map(({ id }) => id);
}

function operated(): readonly Explained[] {
  return Object.entries(operations).map(([id, { answers, original, safe }]) => ({
    id,
    what: 'operation of session-store-v2',
    says: `Answers: ${answers}`,
    source: 'format page, Operations',
    more: [
      ['in the original', original?.does ?? 'It has none.'],
      ['in safe', safe.does],
      ['safe syncs', safe.syncs || 'nothing'],
      ['safe may fail with', safe.codes.join(', ') || 'nothing'],
    ],
  }));
}

function tolerated(): readonly Explained[] {
  return accepts.map((accept) => ({
    id: accept.id,
    what: 'exception of session-store-v2: read, never written',
    says: accept.text,
    source: accept.source,
    more: [...exampleOf(accept), ['policy safe', accept.safe ? 'reads it too' : 'refuses it']],
  }));
}

/** The bytes of a record that show an exception, as text; none where it takes a whole store. */
function exampleOf({ vector }: Accept): Explained['more'] {
  if (vector.is !== 'record') return [];
  return [['example', shownShort(new TextDecoder().decode(vector.bytes), 200)]];
}

function codes(): readonly Explained[] {
  const original = errorTexts.map((error) => ({
    id: error.code,
    what: `error code of session-store-v2, category ${error.category}`,
    says: errorMeanings[error.code] ?? error.prefix,
    source: 'format page, Errors',
    more: [["the original's message begins", error.prefix] as const, ...answeredBy(error.code)],
  }));
  const safe = safeCodes.map((code) => ({
    id: code.code,
    what: `${code.is} of the safe session-store-v2`,
    says: code.says,
    source: code.source,
    more: [['guards against', code.guards] as const, ...answeredBy(code.code)],
  }));
  return [...original, ...broad, ...safe];
}

/** The operations that a code may come from; none for a notice or a reason. */
function answeredBy(code: string): Explained['more'] {
  const by = Object.entries(operations).flatMap(([op, { original, safe }]) => {
    const inOriginal = original?.codes.includes(code) ?? false;
    const inSafe = safe.codes.includes(code);
    if (!inOriginal && !inSafe) return [];
    return [inOriginal && inSafe ? op : `${op} (${inSafe ? 'safe' : 'original'})`];
  });
  return by.length === 0 ? [] : [['answered by', by.join(', ')]];
}

function flags(): readonly Explained[] {
  const file = packageJson('fixtures/flags.json');
  const all = isObject(file) && isObject(file['flags']) ? file['flags'] : {};
  return Object.entries(all).flatMap(([id, flag]) => {
    if (!isObject(flag)) return [];
    const [says, loses] = [String(flag['says']), String(flag['loses'])];
    const source = String(flag['source']);
    return [{ id, what: 'flag of fixtures', says, loses, source, more: [] }];
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
