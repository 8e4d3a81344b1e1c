import { describe, expect, it } from 'vitest';
import { fileNode } from '../lib/image.ts';
import { damageBinary, tearsOfBinary } from '../lib/layout-binary-damage.ts';
import { dumpBinary } from '../lib/layout-binary-dump.ts';
import { decodeBinary, encodeBinary, rawBytes, recordsOf, uintOf } from '../lib/layout-binary.ts';
import { join } from '../lib/layout-damage.ts';
import { layoutOf, uncoveredFields } from '../lib/layout.ts';
import { bytesOfHex, hexOf } from '../lib/sha256.ts';
import { blake3Hex, frameBytes, headerBytesOf, noHash } from './bytes.ts';
import { uncoveredBytes } from './damage.ts';
import { format, frame, header, segmentFile } from './layout.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (digits: string): Uint8Array => bytesOfHex(digits) ?? new Uint8Array(0);

const first = {
  hex: `41454442000100000000000000000009000000000000000100060a24181e4000${noHash}`,
  facts: { instance: 9n, segment: 1n, createdAtMicros: 1700000000000000n, prev: noHash },
};
const frames = [
  ['0000001a000000000000000b000000000000006f01666972737471a8611b', 11n, 111n, 1, 'first'],
  ['0000001b000000000000000c00000000000000de027365636f6e64810948cf', 12n, 222n, 2, 'second'],
  ['00000015000000000000000100000000000000010120982877', 1n, 1n, 1, ''],
] as const;
const [f1, f2] = [hex(frames[0][0]), hex(frames[1][0])];
const whole = join(hex(first.hex), f1, f2);
const wholeHash = 'cea36a568403ad1a4450d405bb5a1fbcef1f50b3ebecb40c3a29e8f4d38da6ad';

describe('vectors', () => {
  it('are what the table encodes', () => {
    expect(hexOf(headerBytesOf(first.facts))).toBe(first.hex);
    for (const [digits, seq, at, type, payload] of frames) {
      expect(hexOf(frameBytes({ seq, at, type, payload: utf8(payload) }))).toBe(digits);
    }
    const second = { ...first.facts, segment: 2n, createdAtMicros: 1700000001000000n };
    expect(hexOf(headerBytesOf({ ...second, prev: wholeHash }))).toBe(
      `41454442000100000000000000000009000000000000000200060a24182d8240${wholeHash}`,
    );
  });

  it('hash as the original hashes them, in one part or several', () => {
    expect([whole.length, blake3Hex(whole)]).toEqual([125, wholeHash]);
    expect(blake3Hex(hex(first.hex), f1, f2)).toBe(wholeHash);
    expect(blake3Hex(hex(first.hex))).toBe(
      'd7c43bee6ca1f9faa1fde01b69776f0e4d8029f69489a2c55844e7e2a295bae3',
    );
  });

  it('decode to what they were made of', () => {
    const placed = [...recordsOf(segmentFile, whole)];
    expect(placed.map((p) => [p.record.name, p.from, p.to, p.decoded.flaws.length])).toEqual([
      ['header', 0, 64, 0],
      ['frame', 64, 94, 0],
      ['frame', 94, 125, 0],
    ]);
    const last = placed[2]!.decoded;
    const numbers = ['frameLength', 'commitSeq', 'timestampMicros', 'payloadType'];
    expect(numbers.map((name) => uintOf(last, name))).toEqual([27n, 12n, 222n, 2n]);
    expect(rawBytes(whole, last.values.get('payload'))).toEqual(utf8('second'));
    const { decoded } = placed[0]!;
    expect(uintOf(decoded, 'createdAtMicros')).toBe(1700000000000000n);
    expect(hexOf(rawBytes(whole, decoded.values.get('prevSegmentHash')))).toBe(noHash);
  });
});

describe('decoding', () => {
  const flawsOf = (bytes: Uint8Array): readonly string[] =>
    decodeBinary(frame, bytes).flaws.map((flaw) => flaw.code);

  it('says of every cut that it is one', () => {
    for (let at = 0; at < f1.length; at++) {
      const { flaws, end } = decodeBinary(frame, f1.subarray(0, at));
      expect([flaws.map((flaw) => flaw.code), end]).toEqual([['cut_short'], null]);
    }
  });

  it('notices every flipped bit, and reads no length beyond the bounds', () => {
    for (let bit = 0; bit < 8 * f1.length; bit++) {
      const bytes = f1.slice();
      bytes[bit >> 3] = bytes[bit >> 3]! ^ (1 << (bit & 7));
      expect(flawsOf(bytes)).toHaveLength(1);
    }
    const long = (digits: string): Uint8Array => join(hex(digits), f1.subarray(4));
    for (const digits of ['00000014', '04000001', 'ffffffff', '40000000', '00000000']) {
      expect(decodeBinary(frame, long(digits))).toMatchObject({ end: null });
      expect(flawsOf(long(digits))).toEqual(['out_of_range']);
    }
    expect(flawsOf(long('04000000'))).toEqual(['cut_short']);
  });

  it('goes on behind a bad checksum, and tells oddities from refusals', () => {
    const bytes = whole.slice();
    bytes[93] = bytes[93]! ^ 1; // of the first frame's checksum
    bytes[5] = 2; // format version
    bytes[7] = 1; // reserved
    bytes[0] = 0; // magic
    const flaws = [...recordsOf(segmentFile, bytes)].flatMap((p) => p.decoded.flaws);
    expect(flaws.map(({ code, refusedBy, from, to }) => [code, refusedBy, from, to])).toEqual([
      ['not_as_written', 'all', 0, 4],
      ['not_as_written', 'safe', 4, 6],
      ['not_as_written', 'none', 6, 8],
      ['bad_checksum', 'all', 64, 94],
    ]);
  });

  it('ends on any bytes, within them', () => {
    for (let seed = 1; seed < 400; seed++) {
      let state = seed;
      const bytes = Uint8Array.from({ length: seed }, () => {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        return seed % 3 === 0 ? 0 : state >>> 24;
      });
      for (const { from, to } of recordsOf(segmentFile, bytes)) {
        expect(from < to && to <= bytes.length).toBe(true);
      }
    }
  });
});

describe('encoding', () => {
  it('refuses what the format cannot hold', () => {
    const fits = { commitSeq: 1n, timestampMicros: 1n, payloadType: 1n, payload: f1 };
    const wrong = [
      { ...fits, payloadType: 256n },
      { ...fits, commitSeq: -1n },
      { ...fits, payload: 1n },
      { commitSeq: 1n },
    ];
    expect(() => encodeBinary(frame, fits)).not.toThrow();
    for (const values of wrong) expect(() => encodeBinary(frame, values)).toThrow(TypeError);
    expect(() => headerBytesOf({ ...first.facts, prev: '00' })).toThrow('32 bytes, not 1');
  });
});

describe('what follows from the table', () => {
  it('knows its files by name only', () => {
    expect(layoutOf(format, 'segment_0000000000000012.aedbwal')?.number).toBe(12n);
    for (const name of ['segment_12.aedbwal', 'segment_+000000000000001.aedbwal', 'quarantine']) {
      expect(layoutOf(format, name)).toBeNull();
    }
  });

  it('damages every field, never keeps a frame whole in its place, and tears inside each', () => {
    const edits = damageBinary(segmentFile, whole);
    for (const { name } of [...header.fields, ...frame.fields]) {
      expect(
        edits.some((edit) => edit.why.includes(`, ${name} `)),
        name,
      ).toBe(true);
    }
    for (const { from, to, bytes, why } of edits) {
      const changed = join(whole.subarray(0, from), bytes, whole.subarray(to));
      expect(changed, why).not.toEqual(whole);
    }
    const tears = tearsOfBinary(segmentFile, join(f1, f2));
    expect(tears).toContain(f1.length);
    for (const inside of [2, 4, 12, 20, 21, 26]) {
      expect(tears.some((at) => at >= inside - 4 && at <= inside)).toBe(true);
    }
    expect(tearsOfBinary(segmentFile, hex(first.hex))).toContain(32);
  });

  it('shows the record that a byte stands in', () => {
    const lines = dumpBinary(segmentFile, whole, 100).join('\n');
    expect(lines).toMatch(/^00000094 {2}00 00 00 1b .*frame\.frameLength = 27$/m);
    expect(lines).toMatch(/^00000115 .*\|second.*frame\.payload = 6 bytes$/m);
    expect(dumpBinary(segmentFile, whole.subarray(0, 110), 109).join('\n')).toMatch(
      /\^ bytes 106 to 110: cut_short: timestampMicros needs 8 bytes and has 4/,
    );
  });

  it('names what nothing covers: of the last header, not of a sealed one', () => {
    const image = new Map([
      ['segment_0000000000000001.aedbwal', fileNode(whole)],
      ['segment_0000000000000002.aedbwal', fileNode(hex(first.hex))],
    ]);
    const found = uncoveredBytes(image);
    expect(new Set(found.map((one) => one.file))).toEqual(
      new Set(['segment_0000000000000002.aedbwal']),
    );
    expect(found.map((one) => one.member)).toEqual(
      ['instanceId', 'createdAtMicros'].map((name) => `header.${name}`),
    );
    expect([...uncoveredFields(header), ...uncoveredFields(frame)]).toEqual([]);
  });
});
