import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Image, Node } from '../../spec/lib/image.ts';
import { differences } from '../../spec/lib/image.ts';
import { bytesOfName, nameOfBytes } from './names.ts';
import { isProblem, openEntry } from './open.ts';
import { defaultLimits, readImage } from './read.ts';
import { walk } from './walk.ts';
import { writeImage } from './write.ts';

const made: string[] = [];
const fresh = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'tearproof-read-'));
  made.push(dir);
  return dir;
};
afterAll(() => made.forEach((dir) => rmSync(dir, { recursive: true, force: true })));

const text = (s: string): Node => {
  const bytes = new TextEncoder().encode(s);
  return { is: 'file', bytes, size: bytes.length };
};

describe('names', () => {
  it('shows bytes that are no UTF-8 and gives every name back', () => {
    const names = [
      [0xff],
      [0x61, 0x5c, 0x78, 0x66, 0x66],
      [0xc3, 0xa9],
      [0xed, 0xa0, 0x80],
      [0x5c, 0x78, 0x67],
    ];
    const texts = names.map((n) => nameOfBytes(Uint8Array.from(n)));
    expect(texts).toEqual(['\\xff', 'a\\x5cxff', 'é', '\\xed\\xa0\\x80', '\\xg']);
    expect(texts.map((t) => [...bytesOfName(t)])).toEqual(names);
  });
});

describe('a directory as an image and back', () => {
  const image: Image = new Map<string, Node>([
    ['segments', { is: 'dir' }],
    ['segments/0000000000000001.seg', text('{"a":1}\n')],
    ['segments/\\xff\\xfe', text('odd name')],
    ['empty', { is: 'dir' }],
    ['big', { is: 'file', bytes: new Uint8Array([1, 2]), size: 2 ** 40 }],
    ['link', { is: 'link', to: '../nowhere' }],
    ['pipe', { is: 'other', what: 'fifo' }],
  ]);

  it('keeps names, holes, links and FIFOs', () => {
    const dir = fresh();
    writeImage(dir, image);
    const read = readImage(dir);
    expect(differences(read.image, image)).toEqual([]);
    expect(read.problems.map((p) => [p.code, p.path])).toEqual([['hole_assumed', 'big']]);
  });

  it('refuses a directory with something in it and a path that leaves it', () => {
    const dir = fresh();
    expect(() => writeImage(dir, new Map([['../x', text('')]]))).toThrow(/below its root/);
    writeFileSync(join(dir, 'x'), '');
    expect(() => writeImage(dir, image)).toThrow(/not empty/);
  });
});

describe('limits and hostile entries', () => {
  it('says what is missing, too large or unreadable', () => {
    expect(readImage('/nonexistent/x').problems[0]?.code).toBe('root_missing');
    const dir = fresh();
    writeFileSync(join(dir, 'large'), 'x'.repeat(10_000));
    expect(readImage(join(dir, 'large')).problems[0]?.code).toBe('root_not_a_directory');
    const read = readImage(dir, { ...defaultLimits, fileBytes: 5000 });
    expect(read.problems.map((p) => p.code)).toEqual(['too_large']);
    const few = readImage(dir, { ...defaultLimits, entries: 0 });
    expect(few.problems.map((p) => p.code)).toEqual(['too_many_entries']);
    chmodSync(join(dir, 'large'), 0o000);
    const codes = readImage(dir).problems.map((p) => p.code);
    expect(codes).toEqual(process.getuid?.() === 0 ? [] : ['unreadable']);
  });

  it('does not go deeper than it was told', () => {
    const dir = fresh();
    const paths = Array.from({ length: 40 }, (_, i) =>
      Array(i + 1)
        .fill('d')
        .join('/'),
    );
    writeImage(dir, new Map(paths.map((p): [string, Node] => [p, { is: 'dir' }])));
    const read = readImage(dir);
    expect(read.problems.map((p) => p.code)).toEqual(['too_deep']);
    expect(read.image.size).toBe(32);
  });

  it('reads a growing file up to the size it had, and says so', () => {
    const dir = fresh();
    writeFileSync(join(dir, 'f'), 'abc');
    const entry = walk(dir, defaultLimits).entries[0];
    if (entry === undefined) throw new Error('no entry');
    const file = openEntry(dir, entry);
    if (isProblem(file)) throw new Error(file.code);
    appendFileSync(join(dir, 'f'), 'def');
    const into = new Uint8Array(10);
    expect(file.read(into, 0)).toBe(3);
    expect(file.close()?.code).toBe('changed_while_read');
  });
});
