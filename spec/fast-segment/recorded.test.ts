import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { recordedCase, replayCase } from './table/testing-recorded.ts';

const recorded = new URL('../../fixtures/fast-segment/recorded/', import.meta.url);
const provenance = z
  .object({
    files: z.array(
      z.object({ name: z.string(), lines: z.int(), sha256: z.string(), schema: z.string() }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('provenance.json', recorded), 'utf8')));

const linesOf = (name: string): readonly string[] =>
  readFileSync(new URL(name, recorded), 'utf8').trimEnd().split('\n');

describe('recordings of the original', () => {
  it.each(provenance.files)('$name is what was imported, and fits its schema', (file) => {
    const bytes = readFileSync(new URL(file.name, recorded));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256);
    const schema = z.fromJSONSchema(
      JSON.parse(
        readFileSync(new URL(file.schema, recorded), 'utf8'),
      ) as z.core.JSONSchema.JSONSchema,
    );
    const lines = linesOf(file.name);
    expect(lines).toHaveLength(file.lines);
    for (const line of lines) schema.parse(JSON.parse(line));
    expect(() => schema.parse({ ...JSON.parse(lines[0] ?? ''), steps: [[]] })).toThrow();
  });
});

describe('the table agrees with the recordings', () => {
  const cases = linesOf('cases.jsonl').map(recordedCase);

  it('step by step, and in the bytes at the end', () => {
    expect(cases.flatMap((one) => replayCase(one).differences)).toEqual([]);
    const steps = cases.reduce((sum, one) => sum + one.written.length + one.steps.length, 0);
    console.log(`${cases.length} recorded cases with ${steps} steps agree with the table`);
  });

  it('and would show a difference', () => {
    for (const mutate of ['read-keeps-position', 'frame-whole', 'hash-matches'] as const) {
      expect(cases.flatMap((one) => replayCase(one, { mutate }).differences)).not.toEqual([]);
    }
  });
});
