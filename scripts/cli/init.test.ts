import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { End } from '../../harness/lint/check.ts';
import { runLint } from '../../harness/lint/lint.ts';
import { connect } from '../../harness/wire/client.ts';
import { tutorialSteps, type Step } from '../dev/tutorial.ts';
import { init, languages } from './init.ts';

const root = join(import.meta.dirname, '../..');
const at = '2026-01-01T00:00:00.000Z';
const slow = 120_000;
let folder = '';

beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'tearproof-init-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Paths of all files below a directory, sorted. */
function filesIn(dir: string): readonly string[] {
  const found = fs.readdirSync(dir, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile() && !entry.name.endsWith('.pyc'));
  return files.map((entry) => relative(dir, join(entry.parentPath, entry.name))).toSorted();
}

describe.each(languages)('tearproof init --lang %s', (lang) => {
  it('copies every file of the template, with the name of the port', () => {
    const dir = join(folder, `${lang} 1 Überlog`);
    const said = init(lang, dir);
    const due = filesIn(join(root, 'ports/templates', lang));
    const plain = due.map((file) => (file === 'gitignore' ? '.gitignore' : file)).toSorted();
    expect(filesIn(dir)).toEqual(plain);
    const texts = plain.map((file) => fs.readFileSync(join(dir, file), 'utf8'));
    expect(texts.join('').includes('{{')).toBe(false);
    expect(texts[plain.indexOf('README.md')]).toMatch(new RegExp(`^# ${lang}-1-berlog\n`));
    // The commands that it names can be pasted: the words of a path with a blank are quoted.
    expect(said).toMatch(/^ {2}npx tearproof check -- .*'.* 1 Überlog\/.*' +# /m);
  });

  it('overwrites nothing', () => {
    const dir = join(folder, `${lang}-mine`);
    fs.mkdirSync(dir);
    fs.writeFileSync(join(dir, 'README.md'), 'mine');
    expect(() => init(lang, dir)).toThrow(/-mine is not empty \(README\.md\): name a directory/);
    expect(fs.readFileSync(join(dir, 'README.md'), 'utf8')).toBe('mine');
    expect(() => init(lang, join(dir, 'README.md'))).toThrow(
      /cannot make .*README\.md \(ENOTDIR\)/,
    );
    expect(() => init(lang, join(dir, 'README.md/x'))).toThrow(/cannot make .*x \(ENOTDIR\)/);
    expect(filesIn(dir)).toEqual(['README.md']);
  });
});

/** What runs without a build: how, and a log that somebody wrote there. */
const runs = [
  {
    lang: 'python',
    words: ['python3', 'driver.py'],
    store: ['store.py', () => writtenBy(tutorialSteps(read('README.md')), 'my-log/store.py')],
  },
  {
    lang: 'node',
    words: [process.execPath, 'driver.mjs'],
    store: ['store.mjs', () => read('scripts/cli/testing-logs/store.mjs')],
  },
] as const;

const read = (path: string): string => fs.readFileSync(join(root, path), 'utf8');

/** A file as a tutorial leaves it. */
function writtenBy(steps: readonly Step[], path: string): string {
  let text = '';
  for (const step of steps) {
    if (step.is === 'write' && step.path === path) ({ text } = step);
    if (step.is === 'edit' && step.path === path)
      text = text.replace(step.find, () => step.replace);
  }
  return text;
}

describe.each(runs)('the beginning in $lang', ({ lang, words: [program, script], store }) => {
  it('shakes hands, and names the line of each operation that is not written', async () => {
    const dir = join(folder, lang);
    init(lang, dir);
    const client = await connect({ command: [program, join(dir, script)], startMs: 60_000 });
    try {
      expect(client.hello.port.name).toBe(lang);
      expect(Object.keys(client.hello.kinds)).toEqual(['append-log']);
      const opened = await client.call('append-log/open', { h: 'a', dir: folder, at });
      expect(opened).toMatchObject({ is: 'error', code: 1 });
      const { data, message } = opened as { data: unknown; message: string };
      expect(data).toEqual({ code: 'not_supported', definite: true });
      const [, file = '', line = ''] = /^implement open in (\S+), line (\d+): /.exec(message) ?? [];
      const shown = fs.readFileSync(join(dir, file), 'utf8').split('\n')[Number(line) - 1];
      expect(shown).toMatch(/^ {4,8}(raise NotImplementedError|throw new Todo)\($/);
      expect(await client.call('append-log/append', { h: 'a', payload: 'AA==', at })).toMatchObject({
        data: { code: 'no-handle', definite: true },
      });
    } finally {
      await client.close();
    }
  }, slow); // prettier-ignore

  it('serves a log that is written there without a fault of the protocol', async () => {
    const dir = join(folder, `${lang}-written`);
    init(lang, dir);
    const [file, text] = store;
    fs.writeFileSync(join(dir, file), text());
    const scratch = join(folder, `${lang}-scratch`);
    fs.mkdirSync(scratch);
    const command = [program, join(dir, script)];
    const times = { startMs: 60_000, callMs: 60_000, endMs: 60_000 };
    const report = await runLint({ command, ...times, maxLineBytes: 8_388_608 }, scratch);
    if (report.is !== 'linted') throw new Error(report.saw);
    const ends = report.checks.map(({ id, end }) => [id, end]);
    const failed = ends.filter(([, end]) => !['held', 'not_applicable'].includes((end as End).is));
    expect(failed).toEqual([]);
    expect(ends.length).toBeGreaterThan(25);
  }, slow); // prettier-ignore
});
