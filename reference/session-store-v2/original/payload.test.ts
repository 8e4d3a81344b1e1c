import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../lib/error.ts';
import { printDouble, readDouble } from './number.ts';
import { printPayload } from './payload.ts';

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'ok';
  } catch (error) {
    return error instanceof StoreError ? error.code : 'not a StoreError';
  }
}

describe('printPayload', () => {
  it.each([
    ['1', '1'],
    ['1.0', '1.0'],
    ['-0', '-0.0'],
    ['-0.0', '-0.0'],
    ['0.0', '0.0'],
    ['1e15', '1000000000000000.0'],
    ['1e16', '1e16'],
    ['1.5e16', '1.5e16'],
    ['123456789012345678.0', '1.2345678901234568e17'],
    ['1e-5', '0.00001'],
    ['1e-6', '1e-6'],
    ['0.0000001', '1e-7'],
    ['1.5e-7', '1.5e-7'],
    ['1e300', '1e300'],
    ['5e-324', '5e-324'],
    ['1e-400', '0.0'],
    ['0e99999999999', '0.0'],
    ['1e-99999999999', '0.0'],
    ['-1e-99999999999', '-0.0'],
    ['18446744073709551615', '18446744073709551615'],
    ['18446744073709551616', '1.8446744073709552e19'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['-9223372036854775809', '-9.223372036854776e18'],
    ['9007199254740993', '9007199254740993'],
    ['"\\u0041\\/\\u0001\\u007f\\u2028"', '"A/\\u0001\u007f\u2028"'],
    ['{"b":1,"a":2,"b":3}', '{"a":2,"b":3}'],
    ['{"\\uff61":1,"\\ud800\\udc00":2}', '{"\uff61":1,"\u{10000}":2}'],
    ['{"10":1,"9":2,"__proto__":3}', '{"10":1,"9":2,"__proto__":3}'],
    [' [ 1 , { } , [ ] , "a b" ] ', '[1,{},[],"a b"]'],
  ])('%s as %s', (json, printed) => {
    expect(printPayload(json)).toBe(printed);
  });

  it.each([
    '1e309',
    '-1e309',
    '1e99999999999',
    '"\\ud800"',
    '{"a":1,}',
    '[1,]',
    '',
    '1 2',
    '01',
    'nul',
    '{"a" 1}',
  ])('refuses %s', (json) => {
    expect(codeOf(() => printPayload(json))).toBe('json');
  });

  it('decodes 127 levels and no more', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(printPayload(nested(127))).toBe(nested(127));
    expect(codeOf(() => printPayload(nested(128)))).toBe('json');
    expect(codeOf(() => printPayload(nested(1_000_000)))).toBe('json');
  });

  it('prints a value that reads as the same value, and printing that changes nothing', () => {
    // Doubles of many digits may come back a unit off, which the numbers below show.
    const values = fc
      .jsonValue({ maxDepth: 4 })
      .map((value) =>
        JSON.stringify(value, (_key, each: unknown) =>
          typeof each === 'number' && !Number.isSafeInteger(each) ? 2.5 : each,
        ),
      );
    fc.assert(
      fc.property(values, (json) => {
        const printed = printPayload(json);
        expect(JSON.parse(printed)).toEqual(JSON.parse(json));
        expect(printPayload(printed)).toBe(printed);
      }),
      { seed: 99, numRuns: 500 },
    );
  });
});

describe('numbers', () => {
  it('print the shortest digits that read back', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const printed = printDouble(value);
        expect(Number(printed)).toBe(value);
        expect(printed).toMatch(/[.e]/);
      }),
      { seed: 5, numRuns: 2000 },
    );
  });

  it('are read exactly while digits and powers are exact, and may be a unit off beyond', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 2 ** 31 - 1 }),
        fc.integer({ min: -22, max: 22 }),
        (digits, power) => {
          expect(readDouble(`${digits}e${power}`)).toBe(Number(`${digits}e${power}`));
        },
      ),
      { seed: 6, numRuns: 1000 },
    );
    // 2^64-1 holds 20 digits; what comes after is only counted, and the power is applied in one
    // more rounding.
    expect(readDouble('184467440737095516159e0')).toBe(Number(2n ** 64n - 1n) * 10);
    expect(readDouble('8239085897378786e49')).toBe(8.239085897378785e64);
    expect(readDouble('0.99999999999999999999999')).toBe(1);
    expect(readDouble('1.7976931348623157e308')).toBe(1.7976931348623157e308);
    expect(readDouble('1e309')).toBe(null);
  });
});
