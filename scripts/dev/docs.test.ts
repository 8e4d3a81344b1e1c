import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { pages } from './docs.ts';
import { strayData, strayWords } from './pages/format-page.ts';
import { formatPages } from './pages/formats.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

describe('generated pages', () => {
  it.each([...pages()])(
    '%s is up to date (npx tsx scripts/dev/docs.ts writes it)',
    (path, text) => {
      expect(readFileSync(join(root, path), 'utf8')).toBe(text);
    },
  );

  it('says of every member what covers it', () => {
    const page = pages().get('docs/formats/session-store-v2.md') ?? '';
    expect(page).toContain('| `payload` | json |');
    expect(page).toContain('| `verification.hashChainMatch` | true or false |');
    expect(page.match(/\*\*nothing\*\*/g)?.length).toBeGreaterThan(15);
  });
});

describe.each(formatPages)('the format page of $book.kind', (page) => {
  const { sections, rows } = page.book;
  const text = pages().get(page.book.page) ?? '';
  const ids = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  const places = new Set([...ids, ...sections.map(({ anchor }) => anchor)]);

  it('has something under every heading, and a heading for everything', () => {
    expect([...strayWords(page), ...strayData(page)]).toEqual([]);
    for (const { title, depth } of sections) {
      const [, below = ''] = text.split(`\n${'#'.repeat(depth)} ${title}\n\n`);
      expect(below.slice(0, 2), title).toMatch(/^[^#]/);
    }
  });

  it('links to places that it has', () => {
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, to = '']) => to);
    expect(links.length).toBeGreaterThan(60);
    expect(links.filter((to) => !places.has(to))).toEqual([]);
  });

  it('names decision rows that it has', () => {
    const letter = rows[0]?.id.charAt(0) ?? '';
    const named = [...text.matchAll(new RegExp(`[( ](${letter}\\d+[a-z]?)\\b`, 'g'))];
    expect(letter).toMatch(/^[A-Z]$/);
    expect(named.map(([, id = '']) => id).filter((id) => !places.has(id))).toEqual([]);
  });
});

describe('pages for people', () => {
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const pagesOfPeople = ['README.md', 'CONTRIBUTING.md', ...docs.map((name) => `docs/${name}`)];

  it.each(pagesOfPeople)('%s links to files that are there', (path) => {
    const text = readFileSync(join(root, path), 'utf8').replaceAll(/```[^]*?```/g, '');
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, to = '']) => to);
    const own = links.filter((to) => !/^[a-z]+:/.test(to));
    expect(own.filter((to) => !existsSync(join(root, dirname(path), to)))).toEqual([]);
  });
});
