import { clauses as logClauses } from '../../../spec/append-log/clauses.ts';
import { anomalyTexts } from '../../../spec/lib/anomalies.ts';
import type { Clause } from '../../../spec/lib/clause.ts';
import { accepts } from '../../../spec/session-store-v2/accepts.ts';
import { errorTexts } from '../../../spec/session-store-v2/codes.ts';
import { clauses as sessionClauses } from '../../../spec/session-store-v2/clauses.ts';
import { format } from '../../../spec/session-store-v2/layout.ts';
import { rows } from '../../../spec/session-store-v2/rows.ts';
import { safeCodes } from '../../../spec/session-store-v2/safe-codes.ts';
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
  readonly more: readonly (readonly [name: string, text: string])[];
}

/** Codes that stand for a whole category of the original's errors. */
const broad: readonly Explained[] = [
  {
    id: 'json',
    what: 'error code of session-store-v2, category json',
    says: 'A record, checkpoint, manifest or ledger line does not parse.',
    source: 'the original',
    more: [],
  },
  {
    id: 'io',
    what: 'error code of session-store-v2, category io',
    says: 'The system refused a file call; `io-` and the errno or kind follow, as in `io-eisdir`.',
    source: 'the original',
    more: [],
  },
];

/** Everything that has an id, from the data of the spec. */
export function explainable(): readonly Explained[] {
  return [
    ...logClauses.map((clause) => ofClause('append-log', clause)),
    ...sessionClauses.map((clause) => ofClause('session-store-v2', clause)),
    ...anomalies(),
    ...decisions(),
    ...tolerated(),
    ...codes(),
    ...flags(),
    ...format.checks.map((check) => ({
      id: check.id,
      what: 'check of the format session-store-v2',
      says: check.says,
      source: 'docs/formats/session-store-v2.md',
      more: [['stored in', check.storedIn] as const],
    })),
  ];
}

function ofClause(kind: string, clause: Clause): Explained {
  return {
    id: clause.id,
    what: `clause of ${kind}, ${clause.level}`,
    says: clause.text,
    source: clause.source,
    loses: clause.loses,
    more: [
      ...(clause.promise === undefined ? [] : [['promise', clause.promise] as const]),
      ['policies', clause.policies.join(', ')],
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
    source: 'the list of anomalies',
    more: [],
  }));
}

function decisions(): readonly Explained[] {
  return rows.map((row) => ({
    id: row.id,
    what: 'decision row of session-store-v2: what the original does at open',
    says: row.text,
    source: row.source,
    more: [['decided by', row.rules.join(', ')]],
  }));
}

function tolerated(): readonly Explained[] {
  return accepts.map((accept) => ({
    id: accept.id,
    what: 'exception of session-store-v2: read, never written',
    says: accept.text,
    source: accept.source,
    more: [['policy safe', accept.safe ? 'reads it too' : 'refuses it']],
  }));
}

function codes(): readonly Explained[] {
  const original = errorTexts.map((error) => ({
    id: error.code,
    what: `error code of session-store-v2, category ${error.category}`,
    says: `The original's message begins: ${error.prefix}`,
    source: 'the original',
    more: [],
  }));
  const safe = safeCodes.map((code) => ({
    id: code.code,
    what: `${code.is} of the safe session-store-v2`,
    says: code.says,
    source: 'policy safe',
    more: [['guards against', code.guards] as const],
  }));
  return [...original, ...broad, ...safe];
}

function flags(): readonly Explained[] {
  const file = packageJson('fixtures/flags.json');
  const all = isObject(file) && isObject(file['flags']) ? file['flags'] : {};
  return Object.entries(all).flatMap(([id, flag]) => {
    if (!isObject(flag)) return [];
    const [says, loses] = [String(flag['says']), String(flag['loses'])];
    return [{ id, what: 'flag of fixtures', says, loses, source: 'fixtures/flags.json', more: [] }];
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
