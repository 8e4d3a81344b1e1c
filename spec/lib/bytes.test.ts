import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32cHex } from './crc32c.ts';
import { bytesOfHex, hexOf, sha256Hex } from './sha256.ts';
import { byCodePoint, firstBadUtf8, isBlank, isWellFormed, textOf, utf8Of } from './utf8.ts';

const filled = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

describe('crc32c', () => {
  it('has the published values', () => {
    expect(crc32cHex(new Uint8Array())).toBe('00000000');
    expect(crc32cHex(utf8Of('123456789'))).toBe('E3069283');
    expect(crc32cHex(filled(0))).toBe('8A9136AA');
    expect(crc32cHex(filled(255))).toBe('62A8AB43');
    expect(crc32cHex(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe('46DD794E');
    expect(crc32cHex(utf8Of('x\nx'), 1, 2)).toBe('399F7B69');
  });
});

describe('sha256', () => {
  it('has the published value, and hex goes both ways', () => {
    const hex = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(sha256Hex('abc')).toBe(hex);
    expect(hexOf(bytesOfHex(hex) ?? new Uint8Array())).toBe(hex);
    expect([bytesOfHex('a'), bytesOfHex('zz')]).toEqual([null, null]);
  });
});

describe('utf8', () => {
  it('agrees with the platform on what is UTF-8', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }).map((s) => utf8Of(s)),
      fc.uint8Array({ maxLength: 4 }),
      fc.constantFrom([0xe0, 0x9f, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0x80]),
    ); // prettier-ignore
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
        const bytes = Uint8Array.from(pieces.flatMap((p) => [...p]));
        let expected: string | null = null;
        try {
          expected = strict.decode(bytes);
        } catch {
          expected = null;
        }
        expect(textOf(bytes)).toBe(expected);
        const badAt = firstBadUtf8(bytes);
        if (badAt !== -1) expect(textOf(bytes, 0, badAt)).not.toBeNull();
      }),
      { numRuns: 4000, seed: 21 },
    );
  });

  it('calls blank what Unicode calls White_Space', () => {
    const blank = '\t\n\u000b\f\r \u0085\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000';
    expect(isBlank(utf8Of(blank))).toBe(true);
    expect(isBlank(utf8Of(''))).toBe(true);
    for (const ink of ['\0', '\ufeff', '\u200b', '\u180e', '\u001c', 'x', '🚀']) {
      expect(isBlank(utf8Of(` ${ink}`)), JSON.stringify(ink)).toBe(false);
    }
  });

  it('orders by code point and knows lone surrogates', () => {
    const shuffled = ['\u{10000}', '\uff61', 'b', '', 'ab', 'a', '\ud7ff', '\ue000'];
    expect(shuffled.toSorted(byCodePoint)).toEqual(
      shuffled.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    expect([isWellFormed('a🚀'), isWellFormed('\ud83d'), isWellFormed('\ude80\ud83d')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
