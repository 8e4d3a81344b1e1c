import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rungs } from '../rungs.ts';
import { rungWords } from './rung-words.ts';

it('has words for every rung, and sentences where a sentence is due', () => {
  expect(Object.keys(rungWords)).toEqual([...rungs]);
  for (const { says, bounds, finds } of Object.values(rungWords)) {
    expect([says, bounds].every((text) => text.endsWith('.'))).toBe(true);
    expect(finds).toMatch(/^[a-z].*[^.]$/);
  }
});

it('tells the windows that the ladder has', () => {
  const source = (path: string): string =>
    readFileSync(join(import.meta.dirname, '../../faults', path), 'utf8');
  const constant = (path: string, name: string): string =>
    new RegExp(`${name} = (\\d+);`).exec(source(path))?.[1] ?? `no ${name}`;
  expect(rungWords['closed subsets'].bounds).toContain(` ${constant('ladder.ts', 'WINDOW_MOST')} `);
  expect(rungWords['two lost'].bounds).toContain(` ${constant('ladder.ts', 'PAIRS_MOST')} `);
  expect(rungWords['frontier tears'].bounds).toContain(
    ` ${constant('ladder/tears.ts', 'EDGES_MOST')} `,
  );
});
