import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { models } from '../../faults/models/index.ts';
import { rungs } from '../../harness/rungs.ts';
import { anomalies } from '../../spec/lib/clause.ts';
import { citedIn } from '../../spec/lib/sections.ts';
import { nearest } from './lib/near.ts';
import { paintFor, plain } from './lib/paint.ts';
import { counted, shown, shownShort } from '../../harness/lib/shown.ts';
import { handbooks } from './lib/handbooks/index.ts';
import { explainable, readAt } from './lib/sources.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

function tearproof(...args: readonly string[]): { code: number | null; out: string; err: string } {
  const cli = join(root, 'scripts', 'cli', 'main.ts');
  const ran = spawnSync(process.execPath, ['--import', 'tsx', cli, ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 120_000,
  });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

/** Headings of a page as anchors, and the anchors that it sets. */
function placesOf(page: string): ReadonlySet<string> {
  const text = readFileSync(join(root, page), 'utf8');
  const headings = [...text.matchAll(/^##+ (.*)$/gm)].map(([, title = '']) => title);
  const slugs = headings.map((t) => t.toLowerCase().replaceAll(',', '').replaceAll(' ', '-'));
  return new Set([...slugs, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)]);
}

/** Codes with an underscore or a hyphen that the sources of a store name. */
function codesIn(folder: string): readonly string[] {
  const sources = readdirSync(folder).filter((n) => n.endsWith('.ts') && !n.includes('test'));
  const code = /(?:StoreError\(\s*|code: |code === '[^']*' \? )'([a-z]+[_-][a-z0-9_-]+)'/g;
  return sources.flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(code)].map((match) => match[1] ?? ''),
  );
}

describe('explain', () => {
  it('has a sentence and a source for every id, and all kinds of ids', () => {
    const all = explainable();
    for (const one of all) {
      expect(one.says.length, one.id).toBeGreaterThan(5);
      expect(one.source.length, one.id).toBeGreaterThan(2);
    }
    const ids = all.map((one) => one.id);
    expect(ids).toEqual(expect.arrayContaining([...anomalies]));
    expect(ids).toEqual(
      expect.arrayContaining(['SSV2-S3-1', 'R4', 'ACC-5', 'torn_tail', 'json', 'ambiguous_gap']),
    );
  });

  it('leads to places that a format page has, or to a file', () => {
    const places = new Map(
      handbooks.map(({ page }) => [page, page === '' ? null : placesOf(page)]),
    );
    for (const { id, source, read = [] } of explainable()) {
      if (read.length === 0 && !/^promise S\d+$/.test(source)) {
        expect(existsSync(join(root, source)), `${id}: ${source}`).toBe(true);
      }
      for (const at of read) {
        const [page = '', place = ''] = at.split('#');
        expect(places.get(page)?.has(place), `${id}: ${at}`).toBe(true);
      }
    }
    const [first] = handbooks;
    expect(readAt(first!, 'format page, Decision table (R4)')).toEqual([`${first!.page}#R4`]);
  });

  const books = handbooks.filter(({ page }) => page !== '');

  it.each(books)('cites of $kind what its page has', (book) => {
    const { clauses, rows, accepts, codes, sections, promises } = book;
    for (const { source } of [...clauses, ...rows, ...accepts, ...codes]) {
      const found = citedIn(sections, source);
      expect(found.unknown, source).toEqual([]);
      expect(found.rows.filter((id) => rows.every((row) => row.id !== id))).toEqual([]);
      expect(found.promises.filter((id) => promises.every((one) => one.id !== id))).toEqual([]);
    }
    expect(promises.map(({ here }) => here.length > 10)).not.toContain(false);
  });

  it.each(books)('says of an operation of $kind codes that somebody explains', (book) => {
    const known = new Set([...book.codes.map(({ code }) => code), 'io-*']);
    expect(Object.keys(book.operations).length).toBeGreaterThan(5);
    for (const [op, { original, safe }] of Object.entries(book.operations)) {
      const named = [...(original?.codes ?? []), ...safe.codes];
      expect(named.filter((code) => !known.has(code)), op).toEqual([]); // prettier-ignore
    }
    expect(book.rows.filter(({ rules }) => rules.some((id) => !(id in book.rules)))).toEqual([]);
  });

  it.each(handbooks.filter(({ codes }) => codes.length > 0))(
    'knows every code that the safe store of $kind answers',
    ({ kind, codes }) => {
      const known = new Set(codes.map((one) => one.code));
      const found = codesIn(join(root, 'reference', kind));
      expect(found.length).toBeGreaterThan(15);
      expect(found.filter((one) => !known.has(one))).toEqual([]);
    },
  );

  it('explains, lists, and names what is near an unknown id with exit code 2', () => {
    const found = tearproof('explain', 'r4');
    expect([found.code, found.out.split('\n')[0]]).toEqual([
      0,
      'R4 (decision row of session-store-v2: what the original does with what it finds)',
    ]);
    const unknown = tearproof('explain', 'lost_ack\u001b[2J');
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('near: lost_acked');
    expect(unknown.err).not.toContain('\u001b');
  });

  it('explains every model and every rung by the names that options take', () => {
    const all = explainable();
    for (const { name, source } of models) {
      const found = all.filter(({ id }) => id === name);
      expect(found.map(({ more }) => more.find(([fact]) => fact === 'believed because'))).toEqual([
        ['believed because', source],
      ]);
    }
    const words = rungs.filter((rung) => rung !== 'none').map((rung) => rung.replaceAll(' ', '-'));
    expect(all.filter((one) => one.what.startsWith('rung ')).map(({ id }) => id)).toEqual(words);
    const found = tearproof('explain', 'One lost');
    expect(found.out.split('\n')[0]).toBe('one-lost (rung of the ladder of faults)');
  });

  it('ends with 2 for a wrong command line and 0 for help', () => {
    expect(tearproof('no-such-command').code).toBe(2);
    expect(tearproof('inspect').code).toBe(2);
    expect(tearproof('inspect', join(root, 'no-such-directory')).code).toBe(2);
    expect(tearproof('--help').code).toBe(0);
  });
});

describe('what the command line prints with', () => {
  it('shows control characters instead of obeying them', () => {
    expect(shown('a\u001b[2J\r\n\u202eb\ud800')).toBe('a\\u{1b}[2J\\u{d}\\u{a}\\u{202e}b\\u{d800}');
    expect(shownShort('x'.repeat(200), 10)).toBe('xxxxxxxxxx… (190 more)');
    expect([counted(1, 'entry', 'entries'), counted(2n, 'file')]).toEqual(['1 entry', '2 files']);
  });

  it('paints on a terminal only, and not where NO_COLOR is set', () => {
    const tty = { isTTY: true };
    expect(paintFor(tty, {})('red', 'x')).toBe('\u001b[31mx\u001b[39m');
    expect(paintFor(tty, { NO_COLOR: '1' })).toBe(plain);
    expect(paintFor(tty, { TERM: 'dumb' })).toBe(plain);
    expect(paintFor({}, {})).toBe(plain);
  });

  it('finds near names by case, beginning and few edits', () => {
    const names = ['lost_acked', 'lost_durable', 'R4', 'R40', 'SSV2-S3-1'];
    expect(nearest('ssv2 s3 1', names)).toEqual(['SSV2-S3-1']);
    expect(nearest('lost', names)).toEqual(['lost_acked', 'lost_durable']);
    expect(nearest('xyzxyzxyz', names)).toEqual([]);
  });
});

describe('the dictionary of flags', () => {
  it('says of every flag what it is and what is lost', () => {
    const file: { flags: Record<string, { says: string; loses: string }> } = JSON.parse(
      readFileSync(join(root, 'fixtures', 'flags.json'), 'utf8'),
    );
    for (const [id, { says, loses }] of Object.entries(file.flags)) {
      expect(id).toMatch(/^[a-z0-9_]+$/);
      expect([says.endsWith('.'), loses.endsWith('.')]).toEqual([true, true]);
    }
  });
});
