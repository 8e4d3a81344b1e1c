import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { pages } from './docs.ts';

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
