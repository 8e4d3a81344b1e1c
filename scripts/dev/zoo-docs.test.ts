import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { zoos } from '../../harness/zoo/index.ts';

const page = readFileSync(new URL('../../docs/zoo.md', import.meta.url), 'utf8');

describe('the page of the strategies', () => {
  it('has a row for every planted bug that takes a crash, which ours found', () => {
    for (const { bugs } of zoos) {
      for (const { id, needs, text } of bugs) {
        if (needs === 'history' || needs === 'damage') continue;
        const begins = `| ${id} | ${text} | ${needs} |`;
        const row = page.split('\n').find((line) => line.startsWith(begins));
        expect(row, id).toMatch(/\| [0-9]+ \| /);
      }
    }
  });

  it('has no row for a bug that is no more', () => {
    const ids = new Set(zoos.flatMap(({ bugs }) => bugs.map(({ id }) => id)));
    const rows = [...page.matchAll(/^\| ([a-z-]+) \|/gm)].map(([, id]) => id!);
    expect(rows.filter((id) => !ids.has(id))).toEqual([]);
    expect(rows.length).toBeGreaterThan(50);
  });
});
