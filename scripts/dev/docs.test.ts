import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sections } from '../../spec/session-store-v2/sections.ts';
import { pages } from './docs.ts';
import { strayData, strayWords } from './pages/session-store-v2.ts';

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

  it('has something under every heading, and a heading for everything', () => {
    expect([...strayWords(), ...strayData()]).toEqual([]);
    const page = pages().get('docs/formats/session-store-v2.md') ?? '';
    for (const { title, depth } of sections) {
      const [, below = ''] = page.split(`\n${'#'.repeat(depth)} ${title}\n\n`);
      expect(below.slice(0, 2), title).toMatch(/^[^#]/);
    }
  });

  it('links to places that it has', () => {
    const page = pages().get('docs/formats/session-store-v2.md') ?? '';
    const ids = [...page.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const places = new Set([...ids, ...sections.map(({ anchor }) => anchor)]);
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, to = '']) => to);
    expect(links.length).toBeGreaterThan(100);
    expect(links.filter((to) => !places.has(to))).toEqual([]);
    const named = [...page.matchAll(/[( ](R\d+[a-z]?)\b/g)].map(([, id = '']) => id);
    expect(named.filter((id) => !places.has(id))).toEqual([]);
  });
});
