import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../lib/error.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { schemas } from './codec-records.ts';
import {
  decodeCheckpoint,
  decodeEvent,
  decodeFrame,
  decodeManifest,
  decodeRow,
  encodeEvent,
  encodeFrame,
  encodeRow,
} from './codec.ts';
import type { Frame, Row } from './types.ts';

const plain = { arrays: false } as const;
const serde = { arrays: true } as const;

const u64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 18446744073709551615n }),
  fc.nat({ max: 40 }).map(BigInt),
  fc.constantFrom(999999999999999n, 1000000000000000n, 9007199254740993n, 18446744073709551615n),
);
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());
/** Compact JSON text: JSON.stringify leaves no white space outside strings. */
const payload = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '"\\ud800"',
    '1e999',
    '-0.0',
    '{"a":1,"a":2}',
    '18446744073709551615',
    '"é\u2028"',
  ),
);
const frames: fc.Arbitrary<Frame> = fc
  .record({ segmentSeq: u64, frameSeq: u64, entrySeq: u64, entryId: text, entryType: text, timestamp: text, payloadBytes: u64, payload, parentEntryId: fc.option(text) })
  .map((f) => ({ ...f, schema: schemas.frame, payloadSha256: sha256Hex(f.payload) })); // prettier-ignore
const rows: fc.Arbitrary<Row> = fc
  .record({ entrySeq: u64, entryId: text, segmentSeq: u64, frameSeq: u64, byteOffset: u64, byteLength: u64, crc32c: text })
  .map((row) => ({ ...row, schema: schemas.row, state: 'active' })); // prettier-ignore

const runs = { seed: 4711, numRuns: 400 };

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'ok';
  } catch (error) {
    return error instanceof StoreError ? error.code : `not a StoreError: ${String(error)}`;
  }
}

describe('frames and rows', () => {
  it('come back from their canonical line, which is known as such', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(decodeFrame(encodeFrame(frame), plain)).toEqual({ frame, canonical: true });
      }),
      runs,
    );
    fc.assert(
      fc.property(rows, (row) => {
        expect(decodeRow(encodeRow(row), plain)).toEqual({ row, canonical: true });
      }),
      runs,
    );
  });

  it('come back from any other spelling too, which is not canonical', () => {
    const respell = [
      (line: string) => ` ${line}`,
      (line: string) => `${line}\r`,
      (line: string) => `${line}\n`,
      (line: string) => line.replace('"schema":', '"sch\\u0065ma":'),
      (line: string) => line.replace('{', '{"unknown":[{"deep":"\\ud800"}],'),
      (line: string) => line.replace('{', '{"x":1,"x":2,'),
      (line: string) => line.replace('"frameSeq":', '\t"frameSeq" : '),
    ];
    fc.assert(
      fc.property(frames, fc.constantFrom(...respell), (frame, change) => {
        const line = change(encodeFrame(frame).toString());
        expect(decodeFrame(Buffer.from(line), plain)).toEqual({ frame, canonical: false });
      }),
      runs,
    );
  });

  it('read the same with and without the fast path', () => {
    fc.assert(
      fc.property(
        frames,
        fc.nat(),
        fc.constantFrom('"', '\\', ',', ':', '}', '0', ' ', 'é', '\u0001'),
        (frame, at, put) => {
          const line = encodeFrame(frame).toString();
          const cut = at % line.length;
          const damaged = Buffer.from(line.slice(0, cut) + put + line.slice(cut + 1));
          // A blank before the brace keeps the fast path from matching and changes nothing else.
          const slow = Buffer.concat([Buffer.from(' '), damaged]);
          const read = (bytes: Buffer): unknown => {
            try {
              return decodeFrame(bytes, plain).frame;
            } catch (error) {
              return error instanceof StoreError ? error.code : error;
            }
          };
          expect(read(damaged)).toEqual(read(slow));
        },
      ),
      { ...runs, numRuns: 2000 },
    );
  });
});

const line =
  `{"schema":"s","segmentSeq":1,"frameSeq":2,"entrySeq":3,"entryId":"e","parentEntryId":"p","entryType":"t",` +
  `"timestamp":"now","payloadSha256":"h","payloadBytes":4,"payload":{ "n" : 1 }}`;
const frameOf = (json: string | Buffer, reading: { arrays: boolean } = plain): Frame =>
  decodeFrame(Buffer.from(json), reading).frame;

describe('a frame, as serde reads it', () => {
  it('keeps the source of its payload, without the white space around it', () => {
    expect(
      frameOf(line.replace('"payload":{ "n" : 1 }', '"payload": \t{ "n" : 1 } ')).payload,
    ).toBe('{ "n" : 1 }');
  });

  it('takes members in any order', () => {
    const members = line.slice(1, -1).split(/,(?=")/);
    expect(frameOf(`{${members.toReversed().join(',')}}`)).toEqual(frameOf(line));
  });

  it('takes a missing or null parent as none, but misses nothing else', () => {
    expect(frameOf(line.replace('"parentEntryId":"p",', '')).parentEntryId).toBe(null);
    expect(frameOf(line.replace('"parentEntryId":"p"', '"parentEntryId":null')).parentEntryId).toBe(
      null,
    );
    for (const member of line.slice(1, -1).split(/,(?=")/)) {
      const without = line.replace(member, '"x":1');
      expect([member, codeOf(() => frameOf(without))]).toEqual([
        member,
        member.startsWith('"parent') ? 'ok' : 'json',
      ]);
      const nulled = line.replace(member, member.replace(/:.*$/, ':null'));
      const nullable = member.startsWith('"parent') || member.startsWith('"payload":');
      expect([member, codeOf(() => frameOf(nulled))]).toEqual([member, nullable ? 'ok' : 'json']);
    }
  });

  it.each([
    ['a known member twice', line.replace('{', '{"entrySeq":3,')],
    ['a known member twice, spelled with an escape', line.replace('{', '{"\\u0065ntrySeq":3,')],
    ['a trailing comma', line.replace(/}$/, ',}')],
    ['something behind it', `${line}x`],
    ['a second record behind it', line + line],
    ['a BOM', `\ufeff${line}`],
    ['a no-break space behind it', `${line}\u00a0`],
    ['a string for a number', line.replace('"entrySeq":3', '"entrySeq":"3"')],
    ['a number for a string', line.replace('"entryId":"e"', '"entryId":1')],
    ['a fraction', line.replace('"entrySeq":3', '"entrySeq":3.0')],
    ['a number beyond 64 bits', line.replace('"entrySeq":3', '"entrySeq":18446744073709551616')],
    ['a lone surrogate in a typed string', line.replace('"e"', '"\\udfff"')],
    ['a broken payload', line.replace('{ "n" : 1 }', '{ "n" : }')],
    ['the text null', 'null'],
    ['no text', ''],
    ['an array, where arrays are not asked for', '["s",1,2,3,"e",null,"t","now","h",4,{}]'],
  ])('is not %s', (_name, json) => {
    expect(codeOf(() => frameOf(json))).toBe('json');
  });

  it('may stand as an array of all its values, where that is asked for', () => {
    expect(frameOf('["s",1,2,3,"e","p","t","now","h",4,{ "n" : 1 }]', serde)).toEqual(
      frameOf(line),
    );
    expect(frameOf('["s",1,2,3,"e",null,"t","now","h",4,{}]', serde).parentEntryId).toBe(null);
    for (const json of [
      '["s",1,2,3,"e","t","now","h",4,{}]',
      '[]',
      '["s",1,2,3,"e",null,"t","now","h",4,{},5]',
    ]) {
      expect(codeOf(() => frameOf(json, serde))).toBe('json');
    }
  });

  it('checks UTF-8 in what it keeps and in names, not in the value of an unknown member', () => {
    const bad = (json: string): Buffer => Buffer.from(json.replace('~', '\u0080'), 'latin1');
    expect(codeOf(() => frameOf(bad(line.replace('"e"', '"~"'))))).toBe('json');
    expect(codeOf(() => frameOf(bad(line.replace('{ "n" : 1 }', '{"n":"~"}'))))).toBe('json');
    expect(codeOf(() => frameOf(bad(line.replace('{', '{"~":1,'))))).toBe('json');
    expect(codeOf(() => frameOf(bad(line.replace('{', '{"x":"~",'))))).toBe('ok');
  });

  it('is canonical with the known schema and a payload without white space only', () => {
    const canonical = (json: string): boolean => decodeFrame(Buffer.from(json), plain).canonical;
    const whole = line.replace('"s"', `"${schemas.frame}"`);
    expect(canonical(whole.replace('{ "n" : 1 }', '{"n":1}'))).toBe(true);
    expect(canonical(whole)).toBe(false);
    expect(canonical(line.replace('{ "n" : 1 }', '{"n":1}'))).toBe(false);
    expect(canonical(whole.replace('{ "n" : 1 }', '{"n":1}').replace('"e"', '"\\u0065"'))).toBe(
      false,
    );
    expect(canonical(whole.replace('{ "n" : 1 }', '1').replace('"p"', 'null'))).toBe(false);
  });
});

describe('rows, events, checkpoints, manifests', () => {
  it('know their canonical state and schema', () => {
    const row = `{"schema":"${schemas.row}","entrySeq":1,"entryId":"e","segmentSeq":1,"frameSeq":1,"byteOffset":0,"byteLength":9,"crc32c":"00000000","state":"active"}`;
    expect(decodeRow(Buffer.from(row), plain).canonical).toBe(true);
    for (const other of [row.replace('active', 'sealed'), row.replace('v1', 'v2'), `${row} `]) {
      expect(decodeRow(Buffer.from(other), plain).canonical).toBe(false);
    }
  });

  it('leave an absent errorClass out, and never write null', () => {
    const event = {
      schema: schemas.event, migrationId: 'm', phase: 'p', at: 'a', sourcePath: 's', targetPath: 't', sourceFormat: 'f',
      targetFormat: 'g', verification: { entryCountMatch: true, hashChainMatch: false, indexConsistent: true },
      outcome: 'o', errorClass: null, correlationId: 'c',
    }; // prettier-ignore
    const bytes = encodeEvent(event);
    expect(bytes.includes('errorClass')).toBe(false);
    expect(decodeEvent(bytes, plain)).toEqual({ event, canonical: true });
    const classed = encodeEvent({ ...event, errorClass: 'io' });
    expect(classed.toString()).toContain('"outcome":"o","errorClass":"io","correlationId":"c"}');
    const nested = bytes
      .toString()
      .replace(
        '{"entryCountMatch":true,"hashChainMatch":false,"indexConsistent":true}',
        '[true,false,true]',
      );
    expect(decodeEvent(Buffer.from(nested), serde).event).toEqual(event);
    expect(codeOf(() => decodeEvent(Buffer.from(nested), plain))).toBe('json');
  });

  it('are refused with the code json', () => {
    for (const decode of [decodeCheckpoint, decodeManifest, decodeEvent, decodeRow]) {
      expect(codeOf(() => decode(Buffer.from('{}'), plain))).toBe('json');
      expect(codeOf(() => decode(Buffer.from('{'), serde))).toBe('json');
    }
  });

  it('cannot be written with a lone surrogate', () => {
    expect(codeOf(() => encodeFrame({ ...frameOf(line), entryId: '\ud800' }))).toBe('json');
  });
});
