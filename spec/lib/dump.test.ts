import { describe, expect, it } from 'vitest';
import { dump } from './dump.ts';
import { utf8Of } from './utf8.ts';

describe('an annotated hexdump', () => {
  it('begins a row for every field and puts what is wrong below it', () => {
    const bytes = utf8Of('{"n":1,"s":"\u001b"}');
    const fields = [
      { from: 1, to: 6, text: 'n = 1' },
      { from: 7, to: 14, text: 's' },
    ];
    const lines = dump(bytes, fields, [{ from: 12, to: 13, text: 'escape' }], { offset: 100 });
    expect(lines).toEqual([
      '00000100  7b                                               |{               |',
      '00000101  22 6e 22 3a 31 2c                                |"n":1,          |  n = 1',
      '00000107  22 73 22 3a 22 1b 22 7d                          |"s":".".        |  s'.replace(
        '".".',
        '"."}',
      ),
      '          ^ bytes 112 to 113: escape',
    ]);
  });

  it('leaves out the middle of a long field, and says how much', () => {
    const bytes = new Uint8Array(1000);
    const lines = dump(bytes, [{ from: 0, to: 1000, text: 'hole' }], [], { rowsPerField: 3 });
    expect(lines.length).toBe(4);
    expect(lines[2]?.trim()).toBe('… 960 bytes left out');
    expect(lines[3]?.startsWith('00000992')).toBe(true);
  });

  it('prints bytes without fields, and none at all', () => {
    expect(dump(new Uint8Array(0), [], [])).toEqual([]);
    expect(dump(utf8Of('abc'), [], []).length).toBe(1);
  });
});
