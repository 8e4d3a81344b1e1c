import fc from 'fast-check';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Json, JsonObject } from './ascii.ts';
import { codecs } from './codecs.ts';
import type { WireObject } from './codec.ts';
import { directOf, unknown } from './direct.ts';
import { examplesOf } from './page.ts';

interface Sample {
  readonly name: string;
  readonly schema: WireObject;
  readonly line: JsonObject;
}

/** What stands in the lines of the page: parameters and results that fit. */
function samplesOf(): readonly Sample[] {
  const page = fs.readFileSync(join(import.meta.dirname, '../../ports/PROTOCOL.md'), 'utf8');
  return examplesOf(page).flatMap((some) =>
    some.flatMap(({ request, answer }) => {
      const { method, params = {} } = JSON.parse(request);
      const { result } = JSON.parse(answer);
      const [kind, name] = String(method).split('/');
      const found = codecs.find((one) => one.kind === kind)?.methods[name ?? ''];
      if (found === undefined || result === undefined) return [];
      return [
        { name: `${method}.params`, schema: found.params, line: params },
        { name: `${method}.result`, schema: found.result, line: result },
      ];
    }),
  );
}

const samples = samplesOf();

/** What stands where it should not, and what nearly fits. */
const odd: fc.Arbitrary<Json> = fc.constantFrom<Json[]>(
  null, true, 0, -1, 1.5, 255, 256, 4294967296, '', '0', '01', '-1', '1e3', '1 ', ' 1', '\ud800', 'x\0',
  '18446744073709551615', '18446744073709551616', '9007199254740991', '9007199254740992',
  '999999999999999', '9999999999999999', 'AQ==', 'AQ', 'AR==', 'AAAA ', '====', 'a b', 'h'.repeat(65),
  '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00Z', [], {}, ['0'], { t: 'write' },
  { gen: 'zero', bytes: '3' }, { gen: 'ones', bytes: '3' }, { sha256: 'a'.repeat(64), bytes: '9' },
); // prettier-ignore

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** The line with a value somewhere in it replaced, taken out, or put beside. */
function changed(line: Json, path: readonly number[], by: Json, how: number): Json {
  const [at = 0, ...rest] = path;
  if (isList(line)) {
    const i = at % Math.max(1, line.length);
    if (line.length === 0 || how === 1) return [...line, by];
    return line.map((item, k) => (k === i ? changed(item, rest, by, how) : item));
  }
  if (line === null || typeof line !== 'object' || path.length === 0) return by;
  const entries = Object.entries(line);
  const i = at % Math.max(1, entries.length);
  if (entries.length === 0 || (how === 1 && rest.length === 0)) return { ...line, more: by };
  if (how === 2 && rest.length === 0) return Object.fromEntries(entries.filter((_, k) => k !== i));
  return Object.fromEntries(
    entries.map(([name, value], k) => [name, k === i ? changed(value, rest, by, how) : value]),
  );
}

describe('what is read without its schema', () => {
  it('is all of what fits, but for recipes and digests', () => {
    const plain = samples.filter(({ line }) => !/"(gen|sha256)":/.test(JSON.stringify(line)));
    expect(plain.length).toBeGreaterThan(60);
    for (const { name, schema, line } of plain) {
      const value = directOf(schema).decode(line);
      expect(value, name).toEqual(schema.parse(line));
      const back = directOf(schema).encode(value);
      expect(back, name).toEqual(z.encode(schema, schema.parse(line)));
    }
  });

  it('is what the schema reads, and nothing that it refuses', () => {
    const path = fc.array(fc.nat(20), { maxLength: 5, size: 'max' });
    const outcomes = { read: 0, left: 0 };
    const property = fc.property(
      fc.constantFrom(...samples), path, odd, fc.nat(2),
      ({ schema, line }, at, by, how) => {
        const asked = changed(line, at, by, how);
        const value = directOf(schema).decode(asked);
        if (value === unknown) return void outcomes.left++;
        outcomes.read++;
        expect(schema.parse(asked)).toEqual(value);
        expect(directOf(schema).encode(value)).toEqual(z.encode(schema, schema.parse(asked)));
      },
    ); // prettier-ignore
    fc.assert(property, { numRuns: 3000, seed: 20_260_121 });
    expect(Math.min(outcomes.read, outcomes.left)).toBeGreaterThan(300);
  });

  it('is written only where the schema writes it', () => {
    const path = fc.array(fc.nat(20), { maxLength: 5, size: 'max' });
    const values = fc.constantFrom<unknown[]>(
      -1n, 2n ** 64n, 2n ** 64n - 1n, 0n, 1, '1', null, undefined, '\udc00', '', new Uint8Array(3), [],
    ); // prettier-ignore
    const property = fc.property(
      fc.constantFrom(...samples), path, values, fc.nat(2),
      ({ schema, line }, at, by, how) => {
        const value = changed(schema.parse(line) as JsonObject, at, by as Json, how);
        const written = directOf(schema).encode(value);
        if (written === unknown) return;
        const due = z.safeEncode(schema, value as JsonObject);
        expect({ is: due.success, data: due.data }).toEqual({ is: true, data: written });
      },
    ); // prettier-ignore
    fc.assert(property, { numRuns: 3000, seed: 20_260_122 });
  });
});
