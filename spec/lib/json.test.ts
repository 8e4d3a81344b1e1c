import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  JsonError,
  flag,
  membersOf,
  object,
  optionalText,
  parseJson,
  raw,
  reprintValue,
  text,
  u64,
  u8,
  writeCompact,
  writePretty,
} from './json.ts';
import { utf8Of } from './utf8.ts';

const read = (field: Parameters<typeof parseJson>[0], json: string | Uint8Array): unknown =>
  parseJson(field, typeof json === 'string' ? utf8Of(json) : json);

const refuses = (field: Parameters<typeof parseJson>[0], json: string | Uint8Array): void => {
  expect(() => read(field, json), String(json)).toThrow(JsonError);
};

const whole = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.trunc(value % 1e9) + 0 : value;

describe('scalars', () => {
  it('takes u64 in plain digits only', () => {
    expect(read(u64, ' 18446744073709551615\n')).toBe(18446744073709551615n);
    expect(read(u64, '999999999999999')).toBe(999999999999999n);
    expect(read(u64, '9007199254740993')).toBe(9007199254740993n);
    const bad = [
      '18446744073709551616',
      '1.0',
      '1e0',
      '-0',
      '-1',
      '01',
      '',
      '"1"',
      '1 1',
      '1'.repeat(99),
    ];
    for (const json of bad) refuses(u64, json);
    expect(read(u8, '255')).toBe(255);
    refuses(u8, '256');
  });

  it('takes strings that are text', () => {
    expect(read(text, '"a\\u00e9\\ud83d\\ude80\\/é🚀\u007f"')).toBe('aé🚀/é🚀\u007f');
    const bad = [
      '"\\ud800"',
      '"\\ud800x"',
      '"\\ud800\\u0041"',
      '"\\udc00"',
      '"\\x"',
      '"\\u12g4"',
      '"a',
      '"\n"',
    ];
    for (const json of bad) refuses(text, json);
    refuses(text, Uint8Array.of(0x22, 0xff, 0x22));
    refuses(text, Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22));
    refuses(text, '\ufeff"a"');
  });

  it('takes flags and optional strings', () => {
    expect([read(flag, 'true'), read(flag, ' false ')]).toEqual([true, false]);
    expect([read(optionalText, 'null'), read(optionalText, '"x"')]).toEqual([null, 'x']);
    for (const json of ['tru', '1', 'truex']) refuses(flag, json);
  });
});

describe('raw values', () => {
  it('keeps the text of a value without the whitespace around it', () => {
    const json = ' { "n" : [ 1e999 , "\\ud800" ] } ';
    expect(read(raw, json)).toEqual({ text: json.trim(), from: 1, to: json.length - 1 });
  });

  it('scans any depth and refuses what is no JSON', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(read(raw, deep)).toMatchObject({ to: 400_000 });
    const bad = [
      '[1,]',
      '[,1]',
      '{,}',
      '{"a":1,}',
      '{"a"}',
      '{1:2}',
      '[1 2]',
      '[}',
      '1.',
      '.5',
      '1e',
      '+1',
      '01',
      '-',
      'nul',
      '"\t"',
      '[',
      '{"a":',
      '',
      'NaN',
      '[1]]',
    ];
    for (const json of bad) refuses(raw, json);
    refuses(raw, Uint8Array.of(0x22, 0xc3, 0x22));
  });

  it('agrees with JSON.parse on what is JSON', () => {
    const soup = fc.string({
      unit: fc.constantFrom(...Array.from('[]{},:"\\0123.eE+-truefalsn u')),
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.oneof(soup, fc.json()), (json) => {
        let isJson = true;
        try {
          JSON.parse(json);
        } catch {
          isJson = false;
        }
        let scanned = true;
        try {
          read(raw, json);
        } catch {
          scanned = false;
        }
        expect(scanned).toBe(isJson);
      }),
      { numRuns: 3000, seed: 11 },
    );
  });
});

describe('objects', () => {
  const inner = object({ x: u64 }, { positional: true });
  const field = object(
    { id: text, parent: optionalText, inner, payload: raw },
    { positional: true },
  );

  it('reads members in any order and skips unknown ones, twice or torn in their bytes', () => {
    const json = '{"payload":[1],"z":1,"z":2,"in\\u006eer":{"x":3},"id":"a"}';
    expect(read(field, json)).toMatchObject({ id: 'a', parent: null, inner: { x: 3n } });
    const bytes = utf8Of('{"id":"a","z":"?","inner":{"x":3},"payload":1}');
    bytes[bytes.indexOf(0x3f)] = 0xff;
    expect(read(field, bytes)).toMatchObject({ id: 'a' });
  });

  it('reads the positional form where every element stands', () => {
    expect(read(field, '["a",null,[3],{}]')).toMatchObject({ id: 'a', inner: { x: 3n } });
    for (const json of ['["a",null,[3]]', '["a",null,[3],{},1]', '["a",[3],{}]', '[]']) {
      refuses(field, json);
    }
    refuses(object({ x: u64 }), '[3]');
  });

  it('refuses a missing member, a duplicate one and anything behind', () => {
    const bad = [
      '{"id":"a","payload":1}',
      '{"id":"a","id":"a","inner":{"x":1},"payload":1}',
      '{"id":"a","parent":null,"parent":null,"inner":{"x":1},"payload":1}',
      '{"id":"a","inner":{"x":1},"payload":1}}',
      '{"id":null,"inner":{"x":1},"payload":1}',
      '{"\\ud800":1,"id":"a","inner":{"x":1},"payload":1}',
      '{}',
      'null',
      '',
    ];
    for (const json of bad) refuses(field, json);
  });

  it('lists members with the place of their values', () => {
    const json = ' {"a" : 1 ,"a":"é", "b":[ ]} ';
    const bytes = utf8Of(json);
    const listed = membersOf(bytes).map(([name, from, to]) => [
      name,
      new TextDecoder().decode(bytes.subarray(from, to)),
    ]);
    expect(listed).toEqual([
      ['a', '1'],
      ['a', '"é"'],
      ['b', '[ ]'],
    ]);
  });
});

describe('writing', () => {
  it('escapes as serde_json does', () => {
    const all = String.fromCharCode(...Array.from({ length: 32 }, (_, i) => i));
    expect(writeCompact(all)).toBe(
      '"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f' +
        '\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f"',
    );
    expect(writeCompact('"\\/\u007f\u2028é🚀')).toBe('"\\"\\\\/\u007f\u2028é🚀"');
  });

  it('writes objects compact and pretty', () => {
    const members = [
      ['a', 1n],
      ['gone', undefined],
      ['b', [['c', true]]],
      ['e', []],
      ['r', { raw: '[ 1 ]' }],
    ] as const;
    expect(writeCompact(members)).toBe('{"a":1,"b":{"c":true},"e":{},"r":[ 1 ]}');
    expect(writePretty(members)).toBe(
      '{\n  "a": 1,\n  "b": {\n    "c": true\n  },\n  "e": {},\n  "r": [ 1 ]\n}',
    );
  });

  it('prints values as serde_json 1.0.87 does', () => {
    const printed: readonly (readonly [string, string])[] = [
      [' { "b" : 1 , "a" : [ ] , "b" : { } } ', '{"a":[],"b":{}}'],
      [
        '{"\uff61":1,"\u{10000}":2,"10":3,"9":4,"__proto__":5}',
        '{"10":3,"9":4,"__proto__":5,"\uff61":1,"\u{10000}":2}',
      ],
      [
        '[1,2.5,-0.0,null,true,18446744073709551615]',
        '[1,2.5,-0.0,null,true,18446744073709551615]',
      ],
      ['-0', '-0.0'],
      ['-9223372036854775808', '-9223372036854775808'],
      ['-9223372036854775809', '-9.223372036854776e18'],
      ['18446744073709551616', '1.8446744073709552e19'],
      ['1.0', '1.0'],
      ['1e15', '1000000000000000.0'],
      ['1e16', '1e16'],
      ['1.5e300', '1.5e300'],
      ['1e-5', '0.00001'],
      ['1e-6', '1e-6'],
      ['123456789012345678e0', '1.2345678901234568e17'],
      ['0e99999999999', '0.0'],
      ['1e-99999999999', '0.0'],
      ['5e-324', '5e-324'],
      ['1.7976931348623157e308', '1.7976931348623157e308'],
      ['"\\u0041\\/\\ud83d\\ude80\\u001f"', '"A/🚀\\u001f"'],
    ];
    for (const [json, expected] of printed) expect(reprintValue(json), json).toBe(expected);
  });

  it('refuses what serde_json cannot hold as a value', () => {
    const bad = [
      '1e309',
      '-1e309',
      '1e99999999999',
      `1${'0'.repeat(400)}`,
      '"\\ud800"',
      '['.repeat(128) + ']'.repeat(128),
      '{"a":1,}',
      '1 2',
      '',
    ];
    for (const json of bad) expect(() => reprintValue(json), json).toThrow(JsonError);
    expect(reprintValue('['.repeat(127) + ']'.repeat(127))).toHaveLength(254);
  });

  it('prints again what it printed', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const once = reprintValue(JSON.stringify(value, whole));
        expect(reprintValue(once)).toBe(once);
        expect(JSON.parse(once)).toEqual(JSON.parse(JSON.stringify(value, whole)));
      }),
      { numRuns: 500, seed: 12 },
    );
  });
});
