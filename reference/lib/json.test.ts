import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StoreError } from './error.ts';
import { cursorOver, peek, readString, readU64, skipValue } from './json.ts';

const over = (text: string | Buffer) => cursorOver(Buffer.from(text));

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'ok';
  } catch (error) {
    return error instanceof StoreError ? error.code : 'not a StoreError';
  }
}

const runs = { seed: 20260101, numRuns: 300 };

describe('readString', () => {
  it('reads what JSON.stringify writes, of any well-formed text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readString(over(JSON.stringify(text)))).toBe(text);
      }),
      runs,
    );
  });

  it('reads escapes in all spellings', () => {
    expect(readString(over('"\\u0041\\/\\ud83d\\ude00\\uD83D\\uDE00\\b\\f\\n\\r\\t\\"\\\\"'))).toBe(
      'A/😀😀\b\f\n\r\t"\\',
    );
  });

  it.each([
    ['a lone high surrogate', '"\\ud800"'],
    ['a high surrogate before another escape', '"\\ud800\\n"'],
    ['two high surrogates', '"\\ud800\\ud800"'],
    ['a lone low surrogate', '"\\udc00"'],
    ['a raw control', '"a\nb"'],
    ['an unknown escape', '"\\x41"'],
    ['a short escape', '"\\u00'],
    ['a sign where a hex digit belongs', '"\\u+123"'],
    ['no end', '"abc'],
    ['an end in an escape', '"abc\\'],
    ['no string at all', 'abc'],
  ])('refuses %s', (_name, json) => {
    expect(codeOf(() => readString(over(json)))).toBe('json');
  });

  it.each(['22ff22', '22c322', '22eda08022', '22f490808022', '22c0af22'])(
    'refuses the bytes %s, which are not UTF-8',
    (hex) => {
      expect(codeOf(() => readString(over(Buffer.from(hex, 'hex'))))).toBe('json');
    },
  );

  it('does not read beyond its range', () => {
    const bytes = Buffer.from('"abc"');
    expect(codeOf(() => readString(cursorOver(bytes, { to: 4 })))).toBe('json');
    expect(codeOf(() => readString(cursorOver(Buffer.from('"\\u0041"'), { to: 6 })))).toBe('json');
  });
});

describe('readU64', () => {
  it.each([
    ['0', 0n],
    ['9007199254740993', 9007199254740993n],
    ['18446744073709551615', 18446744073709551615n],
    [' \t\r\n7', 7n],
  ])('reads %s', (json, value) => {
    expect(readU64(over(json))).toBe(value);
  });

  it.each([
    '18446744073709551616', '99999999999999999999999', '1.0', '1e0', '1E0', '-0', '-1', '01', '00', '+1', '"1"',
    'null', '', 'true',
  ])('refuses %s', (json) => {
    expect(codeOf(() => readU64(over(json)))).toBe('json');
  }); // prettier-ignore
});

describe('skipValue', () => {
  it('takes what JSON.parse takes and refuses what it refuses', () => {
    const soup = fc.array(
      fc.constantFrom(
        '{', '}', '[', ']', ',', ':', '"', '"a"', '"\\u0041"', '\\', '0', '1', '-', '.', 'e', '+', '12', 'true', 'null',
        'false', ' ', '\n', '\u00a0', 'é', '\u0001',
      ), // prettier-ignore
      { maxLength: 12 },
    );
    const mutated = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', ',', '}', ']', '0'))
      .map(([json, at, put]) => {
        const cut = at % (json.length + 1);
        return json.slice(0, cut) + put + json.slice(cut + 1);
      });
    fc.assert(
      fc.property(
        fc.oneof(
          soup.map((parts) => parts.join('')),
          fc.json(),
          mutated,
        ),
        (json) => {
          let parses = true;
          try {
            JSON.parse(json);
          } catch {
            parses = false;
          }
          const taken = codeOf(() => {
            const c = over(json);
            skipValue(c);
            if (peek(c) !== -1) throw new StoreError('json', 'trailing');
          });
          expect(taken).toBe(parses ? 'ok' : 'json');
        },
      ),
      { ...runs, numRuns: 3000 },
    );
  });

  it('takes lone surrogates, numbers of any size and values of any depth', () => {
    const deep = '['.repeat(100_000) + '{"a":[]}' + ']'.repeat(100_000);
    for (const json of ['"\\ud800"', '1e999999999999', '9'.repeat(400), deep]) {
      expect(codeOf(() => skipValue(over(json)))).toBe('ok');
    }
  });

  it('tells brackets of every depth apart', () => {
    const nested = (depth: number, inner: string): string =>
      Array.from({ length: depth }).reduce<string>(
        (json, _, i) => (i % 3 === 0 ? `{"k":${json}}` : `[${json}]`),
        inner,
      );
    for (const depth of [1, 31, 32, 33, 34, 64, 95, 96, 97, 98, 200]) {
      const json = nested(depth, '1');
      const c = over(json);
      skipValue(c);
      expect(c.at).toBe(json.length);
      for (const wrong of [json.replace(/\]$|\}$/, ')'), json.slice(0, -1), nested(depth, '[}')]) {
        expect(codeOf(() => skipValue(over(wrong)))).toBe('json');
      }
    }
  });

  it('counts white space outside strings only, and sees bytes beyond ASCII', () => {
    const tight = over('{"a b":"é ü"}');
    skipValue(tight);
    expect([tight.blanks, tight.high >= 0x80]).toEqual([0, true]);
    const loose = over('{ "a" : [1,\t2] }');
    skipValue(loose);
    expect([loose.blanks, loose.high >= 0x80]).toEqual([5, false]);
  });
});
