import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Files } from './files.ts';
import { isBlank, readLines } from './lines.ts';
import { freshRoot } from './testing.ts';

/**
 * What the reader shows of a file: text, or the length of a line too long, with `$` where an LF
 * ends it.
 */
function shown(text: Buffer, lineBytes: number, giveUpBytes = 1 << 30): (string | number)[] {
  const file = freshRoot();
  fs.writeFileSync(file, text);
  const files = new Files(fs);
  const found: (string | number)[] = [];
  let next = 0;
  files.using(files.openRead(file), (fd) =>
    readLines(files, fd, { size: text.length, lineBytes, giveUpBytes }, (line) => {
      expect(line.offset).toBe(next);
      next += line.length;
      const own = line.bytes.toString('latin1', line.from, line.to) + (line.ended ? '$' : '');
      found.push(line.tooLong ? line.length : own);
      return true;
    }),
  );
  return found;
}

describe('reading lines', () => {
  it('shows the same wherever pieces of the file end', () => {
    // Lengths that walk over the 1 MiB pieces in every relation to them.
    const lines: string[] = [];
    for (let i = 0, total = 0; total < 3 << 20; i++) {
      const length = [0, 1, 777, 65_535, 300_001, 1_048_575, 5][i % 7] ?? 0;
      lines.push(String.fromCharCode(97 + (i % 26)).repeat(length));
      total += length + 1;
    }
    const text = Buffer.from(`${lines.join('\n')}\n`);
    expect(shown(text, 1 << 24)).toEqual(lines.map((line) => `${line}$`));
    expect(shown(Buffer.concat([text, Buffer.from('rest')]), 1 << 24).at(-1)).toBe('rest');
  });

  it('counts the LF towards the limit, and the one that is missing at the end too', () => {
    expect(shown(Buffer.from('12345678\n123456789\nab'), 9)).toEqual(['12345678$', 10, 'ab']);
    expect(shown(Buffer.from('12345678'), 9)).toEqual(['12345678']);
    expect(shown(Buffer.from('123456789'), 9)).toEqual([9]);
    expect(shown(Buffer.alloc(0), 9)).toEqual([]);
  });

  it('passes over a line too long in bounded memory, and gives up on an endless one', () => {
    const long = Buffer.concat([Buffer.alloc(5 << 20, 0x61), Buffer.from('\nnext\n')]);
    expect(shown(long, 1000)).toEqual([(5 << 20) + 1, 'next$']);
    const endless = shown(long, 1000, 1 << 20);
    expect(endless).toHaveLength(1);
    expect(endless[0]).toBeLessThan(3 << 20);
  });

  it('knows blank lines by Unicode, not by JavaScript', () => {
    const blank = (bytes: Buffer): boolean => {
      const line = { bytes, from: 0, to: bytes.length, offset: 0, length: bytes.length, ended: true, tooLong: false }; // prettier-ignore
      return isBlank(line);
    };
    for (const text of ['', ' \t\r', '\u0085', '\u00a0\u3000', '\u2028', '\v\f']) {
      expect(blank(Buffer.from(text)), JSON.stringify(text)).toBe(true);
    }
    for (const text of ['x', '\ufeff', '\0', ' {', '\u200b', '\u001c']) {
      expect(blank(Buffer.from(text)), JSON.stringify(text)).toBe(false);
    }
    expect(blank(Buffer.of(0x20, 0xff))).toBe(false);
  });
});
