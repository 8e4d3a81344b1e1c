import { describe, expect, it } from 'vitest';
import { importsOf } from './imports.ts';

describe('importsOf', () => {
  it('finds every form of import with its line, and leaves comments alone', () => {
    const text = `// import { a } from './comment.ts';
import { a } from './a.ts';
import type { B } from './b.ts';
import {
  c,
  type D,
} from './c.ts';
import './d.ts';
/* import './e.ts'; */
export { f } from './f.ts';
export * from './g.ts';
export type { H } from './h.ts';
const url = 'https://example.com'; const later = await import('./i.ts');
type J = typeof import('./j.ts');
export const k = 'from';
import l, { m } from "./l.ts";
`;
    const found = importsOf(text);
    expect(found.map((i) => [i.specifier, i.line, i.typeOnly])).toEqual([
      ['./a.ts', 2, false],
      ['./b.ts', 3, true],
      ['./c.ts', 7, false],
      ['./d.ts', 8, false],
      ['./f.ts', 10, false],
      ['./g.ts', 11, false],
      ['./h.ts', 12, true],
      ['./i.ts', 13, false],
      ['./j.ts', 14, true],
      ['./l.ts', 16, false],
    ]);
    for (const i of found) expect(text.slice(i.from, i.to)).toBe(i.specifier);
  });
});
