import { describe, expect, it } from 'vitest';
import { checkpointRef, segmentName, segmentNumber, storePaths } from './paths.ts';

describe('segment names', () => {
  it('are written with 16 digits, or more where the number has more', () => {
    expect(segmentName(1n)).toBe('0000000000000001.seg');
    expect(segmentName(18446744073709551615n)).toBe('18446744073709551615.seg');
    expect(checkpointRef(3n)).toBe('checkpoints/0000000000000003.json');
  });

  it.each([
    ['0000000000000001.seg', 1n],
    ['1.seg', 1n],
    ['+5.seg', 5n],
    ['0.seg', 0n],
    [`${'0'.repeat(60)}7.seg`, 7n],
    ['18446744073709551615.seg', 18446744073709551615n],
  ])('are read more widely: %s', (name, seq) => {
    expect(segmentNumber(name)).toBe(seq);
  });

  it.each([
    '18446744073709551616.seg', '99999999999999999999999.seg', '-1.seg', '++1.seg', '+.seg', '.seg', '1.SEG', '1.seg.bak',
    '1.seg.bak.3', ' 1.seg', '1 .seg', '0x1.seg', '1.5.seg', '1_0.seg', '１.seg', '1.seg\n', '1', 'seg',
  ])('are not %s', (name) => {
    expect(segmentNumber(name)).toBe(null);
  }); // prettier-ignore
});

describe('storePaths', () => {
  it('keeps the spelling of the root', () => {
    expect(storePaths('a//b/').index).toBe('a//b/index/offsets.jsonl');
    expect(storePaths('').manifest).toBe('manifest.json');
    expect(storePaths('/').ledger).toBe('/migrations/ledger.jsonl');
  });
});
