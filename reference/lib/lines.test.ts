import fc from 'fast-check';
import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StoreFs } from './fs.ts';
import { isBlank, lineReader } from './lines.ts';
import { inTempDir } from './temp-tree.ts';

type Read = readonly (readonly [string, number, boolean])[] | 'too long';

function readAll(fd: number, limitBytes: number, fileCalls: StoreFs = fs): Read {
  const reader = lineReader(fileCalls, fd, limitBytes);
  const found: [string, number, boolean][] = [];
  for (let line = reader.next(); line !== null; line = reader.next()) {
    if (line === 'too long') return 'too long';
    found.push([line.bytes.toString('latin1'), line.byteOffset, line.terminated]);
  }
  return found;
}

function withBytes<T>(bytes: Buffer, work: (fd: number) => T): T {
  return inTempDir((dir) => {
    fs.writeFileSync(`${dir}/f`, bytes);
    const fd = fs.openSync(`${dir}/f`, 'r+');
    try {
      return work(fd);
    } finally {
      fs.closeSync(fd);
    }
  });
}

/** What the lines of `text` are, by splitting. */
function split(text: string): Read {
  const parts = text.split(/(?<=\n)/).filter((part) => part !== '');
  let offset = 0;
  return parts.map((part) => {
    offset += part.length;
    return [part, offset - part.length, part.endsWith('\n')] as const;
  });
}

describe('lineReader', () => {
  it('splits after every LF, however long lines are and however short reads', () => {
    const length = fc.oneof(
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 65_530, max: 65_545 }),
    );
    const files = fc.record({
      lengths: fc.array(length, { maxLength: 6 }),
      ended: fc.boolean(),
      most: fc.integer({ min: 1, max: 7 }),
    });
    fc.assert(
      fc.property(files, ({ lengths, ended, most }) => {
        const text = lengths.map((n) => 'x'.repeat(n)).join('\n') + (ended ? '\n' : '');
        const short: StoreFs = {
          ...fs,
          readSync: (fd, buffer, offset, want, position) =>
            fs.readSync(fd, buffer, offset, Math.min(want, most * 10_000), position),
        };
        withBytes(Buffer.from(text), (fd) => {
          expect(readAll(fd, 1 << 20)).toEqual(split(text));
          expect(readAll(fd, 1 << 20, short)).toEqual(split(text));
        });
      }),
      { seed: 7, numRuns: 40 },
    );
  });

  it('allows a line of just the limit with its LF, and without one at the end only', () => {
    const read = (text: string): Read => withBytes(Buffer.from(text), (fd) => readAll(fd, 8));
    expect(read('1234567\nab\n')).toEqual(split('1234567\nab\n'));
    expect(read('ab\n12345678')).toEqual(split('ab\n12345678'));
    expect(read('12345678\n')).toBe('too long');
    expect(read('12345678x')).toBe('too long');
    expect(read('ab\n123456789\n')).toBe('too long');
  });

  it('passes a terminator that was written after the line was read', () => {
    withBytes(Buffer.from('ab\ncd'), (fd) => {
      const reader = lineReader(fs, fd, 100);
      reader.next();
      expect(reader.next()).toMatchObject({ terminated: false, byteOffset: 3 });
      expect(reader.atEnd()).toBe(true);
      fs.writeSync(fd, '\nef\n', 5);
      expect(reader.skipByte()).toBe(0x0a);
      expect(reader.next()).toMatchObject({ byteOffset: 6, terminated: true });
      expect([reader.next(), reader.skipByte()]).toEqual([null, null]);
    });
  });
});

describe('isBlank', () => {
  it('is Unicode White_Space, which is not what trim() takes', () => {
    const white = /^\p{White_Space}*$/u;
    for (let point = 0; point <= 0x3100; point++) {
      if (point >= 0xd800 && point <= 0xdfff) continue;
      const text = String.fromCodePoint(point);
      expect([point, isBlank(Buffer.from(text))]).toEqual([point, white.test(text)]);
    }
    expect(isBlank(Buffer.from('\ufeff'))).toBe(false);
    expect(isBlank(Buffer.from('\u0085\r\n'))).toBe(true);
    expect(isBlank(Buffer.from(''))).toBe(true);
    expect(isBlank(Buffer.from(' \u3000\u2028x'))).toBe(false);
    expect(isBlank(Buffer.from([0xe2, 0x80]))).toBe(false);
  });
});
