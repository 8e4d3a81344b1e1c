import { describe, expect, it } from 'vitest';
import flags from '../../fixtures/flags.json' with { type: 'json' };
import vectors from '../../fixtures/session-store-v2/vectors.json' with { type: 'json' };
import { clauses as logClauses } from '../append-log/clauses.ts';
import { accepts } from './accepts.ts';
import { clauses } from './clauses.ts';
import { errorTexts } from './codes.ts';
import { errorMeanings } from './error-meanings.ts';
import { operations } from './operations.ts';
import { promises } from './promises.ts';
import { rowDetails } from './row-details.ts';
import { rowIds, rows } from './rows.ts';
import { safeCodes } from './safe-codes.ts';
import { cited, sections } from './sections.ts';

const sources: readonly (readonly [id: string, source: string])[] = [
  ...[...clauses, ...rows, ...accepts].map(({ id, source }) => [id, source] as const),
  ...safeCodes.map(({ code, source }) => [code, source] as const),
  ...Object.entries(flags.flags).map(([id, { source }]) => [id, source] as const),
];

describe('the sections of the format page', () => {
  it('have one anchor each', () => {
    const anchors = sections.map(({ anchor }) => anchor);
    expect(new Set(anchors).size).toBe(anchors.length);
    for (const anchor of anchors) expect(anchor).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  });

  it.each(sources)('and promises and rows are what %s cites: %s', (_, source) => {
    const found = cited(source);
    expect(found.unknown).toEqual([]);
    expect(found.sections.length + found.promises.length).toBeGreaterThan(0);
    expect(found.rows.filter((id) => !rowIds.includes(id))).toEqual([]);
    expect(found.promises.filter((id) => promises.every((one) => one.id !== id))).toEqual([]);
  });

  it('are cited by their whole title', () => {
    const wrong = [
      'format page, Nowhere', 'format page, frame', 'promise S14', 'notes 1.2', 'R4; ', 'page, Frame',
    ]; // prettier-ignore
    for (const source of wrong) expect(cited(source).unknown, source).toHaveLength(1);
    expect(cited('format page, Traps for ports (3, 6); R17, R17c; promise S3')).toMatchObject({
      sections: [{ anchor: 'traps-for-ports' }],
      rows: ['R17', 'R17c'],
      promises: ['S3'],
      unknown: [],
    });
    expect(cited(vectors.source).sections).toEqual([
      { title: 'Vectors', anchor: 'vectors', depth: 2 },
    ]);
  });
});

describe('what the page says', () => {
  it('is of the level that the clauses of a promise have', () => {
    expect(promises.map(({ id }) => id)).toEqual(Array.from({ length: 13 }, (_, i) => `S${i + 1}`));
    for (const clause of [...clauses, ...logClauses]) {
      if (clause.promise === undefined || clause.id.startsWith('LOG-')) continue;
      expect(promises.find(({ id }) => id === clause.promise)?.level, clause.id).toBe(clause.level);
    }
  });

  it('of an operation names codes that somebody explains', () => {
    const known = new Set([
      ...errorTexts.map(({ code }) => code),
      ...safeCodes.map(({ code }) => code),
      'json',
      'io-*',
    ]);
    for (const [op, { original, safe }] of Object.entries(operations)) {
      const codes = [...(original?.codes ?? []), ...safe.codes];
      expect(codes.filter((code) => !known.has(code)), op).toEqual([]); // prettier-ignore
      const ofSafe = safeCodes.map(({ code }) => code);
      expect(original?.codes.filter((code) => ofSafe.includes(code)) ?? [], op).toEqual([]);
    }
  });

  it('of an error text is one sentence for each', () => {
    const codes = [...new Set(errorTexts.map(({ code }) => code))];
    expect(Object.keys(errorMeanings).toSorted()).toEqual(codes.toSorted());
  });

  it('of a row is of a row, and every row says what comes of it', () => {
    expect(Object.keys(rowDetails).filter((id) => !rowIds.includes(id))).toEqual([]);
    for (const row of rows) {
      expect(row.text.includes(': ') || rowDetails[row.id] !== undefined, row.id).toBe(true);
    }
  });
});
