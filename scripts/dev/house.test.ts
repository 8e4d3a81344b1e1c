import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { arrowProblems } from './arrows.ts';
import { houseProblems } from './house.ts';
import { repository, typeScriptSources, type Source } from './sources.ts';

const sources = typeScriptSources();
const shipped = Object.keys(
  (
    JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    }
  ).dependencies,
);
/** Spelt apart, so that this file is not found to skip a test itself. */
const dot = '.';
const source = (path: string, text: string): Source => ({ path, text });

describe('the house', () => {
  it('has only the arrows that are allowed', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.flatMap((s) => arrowProblems(s, shipped))).toEqual([]);
  });

  it('keeps its numbers, asks neither clock nor chance, and skips no test', () => {
    expect(sources.flatMap(houseProblems)).toEqual([]);
  });
});

describe('arrows', () => {
  const problems = (path: string, text: string): readonly string[] =>
    arrowProblems(source(path, text), ['fast-check', '@noble/hashes', '@node-rs/crc32', 'memfs']);

  it.each([
    ['spec/lib/a.ts', "import { b } from '../../reference/lib/b.ts';"],
    ['spec/lib/a.ts', "import type { B } from '../../faults/b.ts';"],
    ['spec/lib/a.ts', "import { readFileSync } from 'node:fs';"],
    ['spec/lib/a.ts', "import { z } from 'zod';"],
    ['reference/lib/a.ts', "import type { B } from '../../spec/lib/image.ts';"],
    ['reference/lib/a.ts', "export * from '../../faults/disk.ts';"],
    ['reference/lib/a.test.ts', "import { b } from '../../spec/lib/crc32c.ts';"],
    ['faults/a.ts', "import { fileNode } from '../spec/lib/image.ts';"],
    ['faults/a.ts', "import type { Holds } from '../spec/lib/history.ts';"],
    ['faults/a.ts', "import { Volume } from 'memfs';"],
    ['harness/a.ts', "import { wrap } from '../scripts/dev/wrap.ts';"],
    ['harness/a.ts', "import { it } from 'vitest';"],
    ['harness/a.ts', "import { readFileSync } from 'fs';"],
    ['harness/a.ts', "import { b } from './b.js';"],
    ['spec/lib/a.ts', "import { sample } from './testing.ts';"],
    ['spec/lib/a.ts', "const b = await import('../../harness/b.ts');"],
  ])('%s may not: %s', (path, text) => {
    expect(problems(path, `\n${text}\n`)).toEqual([expect.stringMatching(`^${path}:2: `)]);
  });

  it.each([
    ['spec/lib/a.ts', "import * as fc from 'fast-check';"],
    ['spec/lib/a.ts', "import { sha256 } from '@noble/hashes/sha2.js';"],
    ['spec/lib/a.test.ts', "import { readFileSync } from 'node:fs';"],
    ['spec/lib/testing-b.ts', "import { expect } from 'vitest';"],
    ['spec/lib/a.test.ts', "import { sample } from './testing.ts';"],
    ['faults/a.ts', "import type { Image } from '../spec/lib/image.ts';"],
    ['faults/a.test.ts', "import { Volume } from 'memfs';"],
    ['harness/a.ts', "import { createDisk } from '../faults/disk.ts';"],
    ['scripts/cli/a.ts', "import { walk } from '../../harness/walk.ts';"],
    ['scripts/dev/a.ts', "import { $ } from 'zx';"],
    ['scripts/dev/a.ts', "import { counts } from '../../faults/testing-counts.ts';"],
  ])('%s may: %s', (path, text) => {
    expect(problems(path, text)).toEqual([]);
  });
});

describe('house rules', () => {
  it.each([
    ['spec/a.ts', 'const t = Date.now();', 'asks the clock'],
    ['harness/a.ts', 'const t = new Date();', 'asks the clock'],
    ['faults/a.ts', 'const t = Math.random();', 'asks chance'],
    ['harness/a.test.ts', `it${dot}skip('a', () => {});`, `it${dot}skip reads as a pass`],
    ['harness/a.test.ts', `test${dot}only('a', () => {});`, `test${dot}only reads as a pass`],
    ['spec/a.ts', `/** ${'x'.repeat(100)} */`, '107 columns, at most 100'],
    ['spec/a.ts', `  // ${'x'.repeat(100)}`, '105 columns, at most 100'],
    ['spec/a.ts', '\n'.repeat(300), '301 lines; above 300 a first comment says why it is long'],
  ])('%s: %s', (path, text, say) => {
    const line = path === 'spec/a.ts' && text.startsWith('\n') ? '1' : '\\d+';
    expect(houseProblems(source(path, `${text}\n`))).toEqual([
      expect.stringMatching(`^${path}:${line}: ${say.replaceAll('.', '\\.')}$`),
    ]);
  });

  it.each([
    ['spec/a.ts', 'const t = new Date(0); // not Date.now()'],
    ['scripts/cli/a.ts', 'const t = Date.now();'],
    ['spec/a.ts', `const text = '${'x'.repeat(120)}';`],
    ['spec/a.ts', `// A long table, one row a line.\n${'\n'.repeat(400)}`],
  ])('%s may: %s', (path, text) => {
    expect(houseProblems(source(path, text))).toEqual([]);
  });
});
