import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { replayCase, type RecordedCase } from './table/testing-recorded.ts';

const recorded = new URL('../../fixtures/wal-segment/recorded/', import.meta.url);
const provenance = z
  .object({
    files: z.array(
      z.object({ name: z.string(), lines: z.int(), sha256: z.string(), schema: z.string() }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('provenance.json', recorded), 'utf8')));

const lines = readFileSync(new URL('cases.jsonl', recorded), 'utf8').trimEnd().split('\n');
const cases = lines.map((line) => JSON.parse(line) as RecordedCase);

describe('recordings of the original', () => {
  it.each(provenance.files)('$name is what was imported, and fits its schema', (file) => {
    const bytes = readFileSync(new URL(file.name, recorded));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256);
    const text = readFileSync(new URL(file.schema, recorded), 'utf8');
    const schema = z.fromJSONSchema(JSON.parse(text) as z.core.JSONSchema.JSONSchema);
    expect(lines).toHaveLength(file.lines);
    for (const line of lines) schema.parse(JSON.parse(line));
    expect(() => schema.parse({ ...JSON.parse(lines[0] ?? ''), steps: [] })).toThrow();
  });

  it('hold no number that JSON would round', () => {
    for (const line of lines) {
      for (const [digits] of line.matchAll(/(?<=[[:,])\d+(?=[,\]}])/g)) {
        expect(Number.isSafeInteger(Number(digits))).toBe(true);
      }
    }
  });
});

describe('the table', () => {
  it.each(cases)('agrees with $id', (one) => {
    expect(replayCase(one)).toEqual([]);
  });

  it('would show a difference', () => {
    for (const rule of ['crc-right', 'prev-right', 'seq-rises', 'corrupt-strict'] as const) {
      expect(
        cases.flatMap((one) => replayCase(one, { mutate: rule })),
        rule,
      ).not.toEqual([]);
    }
  });
});
