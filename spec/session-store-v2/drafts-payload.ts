import fc from 'fast-check';
import { frameAt } from './machine-log.ts';
import type { Place, Wanted } from './machine-log.ts';

/**
 * A payload by description: small in a repro, and stretched to meet a boundary only when it is
 * resolved.
 */
export type PayloadDraft =
  | { readonly is: 'text'; readonly json: string }
  | { readonly is: 'string'; readonly of: string; readonly times: number }
  | { readonly is: 'nested'; readonly levels: number }
  /**
   * Makes the segment end `delta` bytes beside the threshold, or beside the next multiple of a
   * block.
   */
  | { readonly is: 'reach'; readonly edge: 'max' | 512 | 4096; readonly delta: number };

/** Texts whose spelling survives both policies: what a reader must give back byte for byte. */
const spellings: readonly string[] = [
  'null', 'true', '0', '-1', '1.5', '-0.0', '9007199254740993', '18446744073709551615',
  '-9223372036854775808',
  '1e16', '""', '[]', '{}', '[1,"two",null]', '{"a":1,"b":{"c":[]}}', '"\\n\\t\\"\\\\"',
  '"\\u0001"', '"é\u2028😀"',
]; // prettier-ignore

/**
 * Texts that the original would print otherwise: under `safe` they stay as they are, but for outer
 * whitespace.
 */
const oddities: readonly string[] = [
  ' { "n" : 1 } ', '\t[ 1 ,\n2 ]', '{"b":1,"a":2}', '{"a":1,"a":2}', '1.0e+2', '1E400',
  '"\\u00e9"', '"\\ud800"',
  '"a  b"', '{" k ":" v "}', '1e-7', '"\\/"', '{"":""}', '123456789012345678901234567890',
]; // prettier-ignore

/** Texts that are no JSON value, or no text at all. */
const refused: readonly string[] = [
  '', ' ', '{', '1 2', 'nul', '"\n"', '01', '+1', '{"a":1,}', '"\\x"', '\ufeff1', '"\ud800"',
  '[1]]', '\u00a01',
]; // prettier-ignore

/** Payloads that an append accepts under the policy. */
export function payloads(isSafe: boolean): fc.Arbitrary<PayloadDraft> {
  const text = (all: readonly string[]): fc.Arbitrary<PayloadDraft> =>
    fc.constantFrom(...all).map((json) => ({ is: 'text' as const, json }));
  return fc.oneof(
    { weight: 8, arbitrary: fc.nat(999).map((n) => ({ is: 'text' as const, json: `{"n":${n}}` })) },
    { weight: 4, arbitrary: text(spellings) },
    {
      weight: isSafe ? 3 : 1,
      arbitrary: text(isSafe ? oddities : ['{"b":1,"a":2}', '1.0', '[ 1 ]']),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        is: fc.constant('string' as const),
        of: fc.constantFrom('x', 'é', '😀', '\\n', '\u2028'),
        times: fc.nat(200),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        is: fc.constant('nested' as const),
        levels: fc.integer({ min: 1, max: 100 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        is: fc.constant('reach' as const),
        edge: fc.constantFrom('max' as const, 512 as const, 4096 as const),
        delta: fc.integer({ min: -2, max: 2 }),
      }),
    },
  );
}

/** Payloads that policy `safe` refuses. */
export const refusedPayloads: fc.Arbitrary<PayloadDraft> = fc
  .constantFrom(...refused)
  .map((json) => ({ is: 'text' as const, json }));

/**
 * What a payload is stretched against: the segment as it stands, its threshold, and the frame it
 * would go into.
 */
export interface Around {
  readonly size: number;
  readonly max: number;
  readonly place: Place;
  readonly wanted: Omit<Wanted, 'payload'>;
}

const reachBytesMax = 70_000;

/** The JSON text that a draft describes. */
export function payloadOf(draft: PayloadDraft, around: Around): string {
  switch (draft.is) {
    case 'text':
      return draft.json;
    case 'string':
      return `"${draft.of.repeat(draft.times)}"`;
    case 'nested':
      return '['.repeat(draft.levels) + ']'.repeat(draft.levels);
    case 'reach':
      return reaching(draft.edge, draft.delta, around);
  }
}

function reaching(edge: 'max' | 512 | 4096, delta: number, around: Around): string {
  const { size, max, place, wanted } = around;
  const endOf = (letters: number): number => {
    const payload = `"${'x'.repeat(letters)}"`;
    return size + frameAt({ ...wanted, payload }, place, '2026-01-01T00:00:00.000Z').line.length;
  };
  const least = endOf(0);
  const target = (edge === 'max' ? max : Math.ceil((least + 2) / edge) * edge) + delta;
  // The line also counts the digits of its own length, so one correction may need another.
  let letters = 0;
  for (let i = 0; i < 4; i++)
    letters = Math.max(0, letters + target - endOf(Math.min(letters, reachBytesMax)));
  return `"${'x'.repeat(Math.min(letters, reachBytesMax))}"`;
}
