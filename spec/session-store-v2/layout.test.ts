import { describe, expect, it } from 'vitest';
import { encodeJson, valuePaths, valueReader } from '../lib/layout-encode.ts';
import { readableBy } from '../lib/layout-decoded.ts';
import { decodeJson } from '../lib/layout-json.ts';
import { flatFields, numberedPath, uncoveredFields } from '../lib/layout.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { utf8Of } from '../lib/utf8.ts';
import { canonicalNumber, format, scannedNumber } from './layout.ts';
import { checkpoint, event, frame, manifest, row } from './records.ts';

const sha = '2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd';
const line =
  '{"schema":"pi.session_store_v2.segment_frame.v1","segmentSeq":1,"frameSeq":1,"entrySeq":1,' +
  '"entryId":"entry_00000001","entryType":"message","timestamp":"2026-01-01T00:00:00.001Z",' +
  `"payloadSha256":"${sha}","payloadBytes":7,"payload":{"n":1}}`;

const codes = (text: string, record = frame): string[] =>
  decodeJson(record, utf8Of(text)).flaws.map((f) => f.code);

describe('the table of fields', () => {
  it('names checks that exist, and every check covers something', () => {
    const ids = format.checks.map((c) => c.id);
    const used = format.files.flatMap((f) =>
      flatFields(f.record.fields).flatMap((x) => x.field.covered),
    );
    expect([...new Set(used)].toSorted()).toEqual(ids.toSorted());
  });

  it('lists what nothing covers', () => {
    expect(uncoveredFields(frame)).toEqual([]);
    expect(uncoveredFields(row)).toEqual(['schema', 'state']);
    expect(uncoveredFields(event)).toEqual(valuePaths(event));
    expect(uncoveredFields(checkpoint)).toEqual([
      'schema',
      'at',
      'compactedBeforeEntrySeq',
      'reason',
    ]);
    expect(uncoveredFields(manifest)).toEqual([]);
  });

  it('reads and writes numbered names', () => {
    expect(numberedPath('segments/%016d.seg', 7n)).toBe('segments/0000000000000007.seg');
    expect(canonicalNumber('0000000000000007.seg', '.seg')).toBe(7n);
    const others = [
      '7.seg',
      '00000000000000007.seg',
      '18446744073709551616.seg',
      '0000000000000007.SEG',
    ];
    expect(others.map((n) => canonicalNumber(n, '.seg'))).toEqual([null, null, null, null]);
    expect(canonicalNumber('18446744073709551615.seg', '.seg')).toBe((1n << 64n) - 1n);
    expect(
      ['7.seg', '+5.seg', '0.seg', '-1.seg', '1.seg.bak', '.seg', 'x.seg'].map(scannedNumber),
    ).toEqual([7n, 5n, 0n, null, null, null, null]);
  });
});

describe('encoding', () => {
  const of =
    (values: Readonly<Record<string, string | bigint | boolean>>) =>
    (path: string): string | bigint | boolean | undefined =>
      values[path];

  it('writes the ledger line of the vectors', () => {
    const values = {
      migrationId: '00000000-0000-0000-0000-00000000000a',
      phase: 'rollback',
      at: '2026-01-01T00:00:03.000Z',
      sourcePath: 'checkpoints/0000000000000001.json',
      targetPath: '/s/x.v2',
      sourceFormat: 'native_v2',
      targetFormat: 'native_v2',
      'verification.entryCountMatch': true,
      'verification.hashChainMatch': true,
      'verification.indexConsistent': true,
      outcome: 'ok',
      correlationId: 'rollback_00000001',
    };
    const bytes = encodeJson(event, of(values));
    expect([bytes.length, sha256Hex(bytes)]).toEqual([
      418,
      'ed92b8830c5df828b7171930f5405af50017726ef82ed078aa97c04b4e601b2f',
    ]);
  });

  it('refuses to leave out a member that is not optional', () => {
    expect(() => encodeJson(event, of({ phase: 'x' }))).toThrow(/no value for migrationId/);
  });
});

describe('decoding', () => {
  it('finds nothing wrong with a canonical frame, and writes the same bytes again', () => {
    const bytes = utf8Of(line);
    const decoded = decodeJson(frame, bytes);
    expect(decoded.flaws).toEqual([]);
    expect(decoded.values.get('entrySeq')).toBe(1n);
    const payload = decoded.spans.find((s) => s.path === 'payload');
    expect(line.slice(payload?.valueFrom, payload?.to)).toBe('{"n":1}');
    const written = encodeJson(frame, valueReader(bytes, decoded.values));
    expect(new TextDecoder().decode(written)).toBe(`${line}\n`);
  });

  it('finds every flaw, not only the first', () => {
    const bad = line
      .replace('"segmentSeq":1', '"segmentSeq":1.0')
      .replace('"frameSeq":1', '"frameSeq": 1')
      .replace('segment_frame.v1', 'segment_frame.v9')
      .replace('"entryType":"message"', '"entryType":"\\ud800"')
      .replace('"timestamp"', '"when"');
    expect(codes(bad).toSorted()).toEqual(
      [
        'missing_member',
        'not_text',
        'other_constant',
        'unknown_member',
        'whitespace',
        'wrong_type',
      ].toSorted(),
    );
  });

  it.each([
    ['a cut in a string', line.slice(0, 60), ['not_json']],
    ['a second object', `${line}${line}`, ['not_json']],
    ['a byte order mark', `\ufeff${line}`, ['not_json']],
    [
      'a duplicate',
      line.replace('"frameSeq":1', '"frameSeq":1,"frameSeq":1'),
      ['duplicate_member'],
    ],
    [
      'a larger number',
      line.replace('"entrySeq":1', '"entrySeq":18446744073709551616'),
      ['wrong_type'],
    ],
    [
      'null for a parent',
      line.replace('"entryType"', '"parentEntryId":null,"entryType"'),
      ['null_member'],
    ],
    [
      'another order',
      line.replace('"segmentSeq":1,"frameSeq":1', '"frameSeq":1,"segmentSeq":1'),
      ['member_order'],
    ],
    ['another spelling', line.replace('"entryType"', '"\\u0065ntryType"'), ['spelling']],
    ['upper-case hex', line.replace(sha, sha.toUpperCase()), ['form']],
    ['pair of escapes', line.replace('message', '\\ud83d\\ude00'), ['spelling']],
    ['lone low half', line.replace('message', '\\ude00'), ['not_text']],
  ])('tells %s', (_, text, expected) => {
    expect(codes(text)).toEqual(expected);
  });

  it('takes arrays, and bad UTF-8 in unknown members, for the original only', () => {
    const values = ['x', '1', '1', '1', '"a"', 'null', '"t"', '"w"', `"${sha}"`, '7', '{"n":1}'];
    const flaws = decodeJson(frame, utf8Of(`[${values.join(',').replace('x', '"x"')}]`)).flaws;
    expect([readableBy('original', flaws), readableBy('safe', flaws)]).toEqual([true, false]);
    const bytes = utf8Of(line.replace('{"schema"', '{"zz":"?","schema"'));
    bytes[bytes.indexOf(0x3f)] = 0xff;
    const odd = decodeJson(frame, bytes).flaws;
    expect([readableBy('original', odd), readableBy('safe', odd)]).toEqual([true, false]);
  });

  it('lists no more than a thousand flaws of a line that has a million', () => {
    const many = decodeJson(frame, utf8Of(line.replace('{', `{${'"":0,'.repeat(1_000_000)}`)));
    expect(many.flaws.length).toBe(1000);
    expect(many.spans.length).toBeLessThan(1020);
  });

  it('reads a line of a hundred thousand open brackets without recursion', () => {
    expect(codes(line.replace('{"n":1}', '['.repeat(100_000)))).toEqual(['not_json']);
  });
});
