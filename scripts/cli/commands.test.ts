import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomFrom } from '../../faults/random.ts';
import { writeImage } from '../../harness/inspect/write.ts';
import { imageFromJson, reproSchema } from '../../harness/repro.ts';
import { resultsSchema } from '../../harness/results.ts';
import { buildCli, type BuiltCli } from './testing-cli.ts';
import { killedAfter } from './testing-killed.ts';

const root = join(import.meta.dirname, '../..');
let cli: BuiltCli;
let folder = '';
beforeAll(() => {
  cli = buildCli();
  folder = mkdtempSync(join(tmpdir(), 'tearproof-commands-'));
});
afterAll(() => {
  cli.remove();
  rmSync(folder, { recursive: true, force: true });
});

const small = ['--kind', 'append-log', '--histories', '1'];
/** Short histories, and more of them than any test waits for. */
const endless = [
  'check',
  '--kind',
  'append-log',
  '--histories',
  '100000',
  '--rung',
  'all-prefixes',
];

describe('tearproof check', () => {
  it('ends with 0 where a store conforms, quietly in a pipe, the verdict last', () => {
    const { code, out, err } = cli.run(['check', '--kind', 'append-log', '--histories', '10'], {
      cwd: folder,
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^seed 20260101\n/);
    expect(out).toMatch(/clauses exercised {2}MUST ([0-9]+)\/\1\n/);
    expect(out).toMatch(/findings {11}none\n/);
    expect(out).toMatch(/\nCONFORMS\n$/);
    expect(out.includes('\u001b')).toBe(false);
    const files = readdirSync(join(folder, '.tearproof/last')).toSorted();
    const counted = files.filter((name) => !name.endsWith('-reported.repro.json'));
    expect(counted).toEqual(['events.jsonl', 'results.json']);
  });

  it('ends with 1 where one does not: says what was lost within the first screen', () => {
    const { code, out } = cli.run(['check', ...small, '--bug', 'keeps-torn-tail'], { cwd: folder });
    expect(code).toBe(1);
    const screen = out.split('\n').slice(0, 50).join('\n');
    expect(screen).toContain('what a user loses: Everything written from then on');
    expect(screen).toContain('⚡ killed after');
    expect(screen).toContain('bytes of log');
    expect(out).toMatch(/VIOLATES: [1-9] MUST clauses? broken\n$/);
    const [, words = ''] = /replay: npx tearproof (.*)\n/.exec(out) ?? [];
    const again = cli.run(words.split(' '), { cwd: folder });
    expect(again.code).toBe(1);
    expect(again.out).toMatch(/BROKEN: LOG-S3-4 continuation_broken\n$/);
    expect(again.out).toContain(
      screen.slice(screen.indexOf('  the history'), screen.indexOf('  owed')),
    );
  });

  it('says the same with the same seed, and keeps what is not its own', () => {
    const out = join(folder, 'same');
    mkdirSync(out);
    writeFileSync(join(out, 'mine.repro.json'), '{}');
    const args = ['check', ...small, '--seed', '18446744073709551615', '--out', out];
    const first = cli.run(args);
    const events = readFileSync(join(out, 'events.jsonl'), 'utf8');
    expect(cli.run(args).out).toBe(first.out);
    expect(readFileSync(join(out, 'events.jsonl'), 'utf8')).toBe(events);
    expect(existsSync(join(out, 'mine.repro.json'))).toBe(true);
  });

  it('writes the same files whatever the number of workers, which no file tells', () => {
    const [one, three] = ['1', '3'].map((jobs) => {
      const out = join(folder, `jobs-${jobs}`);
      const args = ['check', '--kind', 'append-log', '--histories', '3', '--jobs', jobs];
      cli.run([...args, '--bug', 'keeps-torn-tail', '--out', out]);
      const names = readdirSync(out).toSorted();
      return names.map((name) => [name, readFileSync(join(out, name), 'utf8')]);
    });
    expect(one!.length).toBeGreaterThan(2);
    expect(three).toEqual(one);
  });

  it('is narrowed to rungs and models, and says so', () => {
    const narrow = ['--rung', 'one-lost', 'all prefixes', '--model', 'seq', 'xfs'];
    const { code, out } = cli.run(['check', ...small, ...narrow], { cwd: folder });
    expect(code).toBe(0);
    expect(out).toMatch(/ all prefixes +[0-9]+ +[0-9]+ +[0-9]+ {2}a sample in 1 of 1 history\n/);
    expect(out).toMatch(/ one lost .* seq, xfs\n/);
    expect(out).not.toMatch(/ (nested|damage at rest) +[0-9]/);
    expect(out).toMatch(/not explored[^]*rungs: .*nested.*\n/);
    expect(out).toContain('--model seq xfs --rung one-lost all-prefixes\n');
    expect(out).toMatch(/\nCONFORMS within rungs one lost, all prefixes and models seq, xfs /);
  });

  it('begins no history when its time is up, and ends with 5 where too few were run', () => {
    const late = ['--kind', 'append-log', '--depth', 'deep', '--time', '1s'];
    const { code, out } = cli.run(['check', ...late], { cwd: folder });
    expect(code).toBe(5);
    expect(out).toMatch(/not explored +[0-9]+ histories: the time was up\n/);
    expect(out).toMatch(/\nINCONCLUSIVE: the time was up before the least number of histories: /);
  });

  it.each([
    [
      'an unknown bug, with its neighbour',
      ['--bug', 'keeps-torn-tial'],
      /Did you mean keeps-torn-tail/,
    ],
    [
      'a bug of another kind',
      ['--kind', 'append-log', '--bug', 'cuts-in-silence'],
      /no planted bug/,
    ],
    ['a bug and a store', ['--bug', 'keeps-torn-tail', '--store', 'safe'], /leave --store out/],
    ['a seed that is no number', ['--seed', '0x1'], /decimal number of up to 64 bits/],
    [
      'a seed beyond 64 bits',
      ['--seed', '18446744073709551616'],
      /decimal number of up to 64 bits/,
    ],
    ['no histories', ['--histories', '0'], /positive number/],
    ['an unknown kind', ['--kind', 'nothing'], /Allowed choices/],
    ['an unknown depth', ['--depth', 'abyss'], /Allowed choices/],
    ['the original of any log', ['--kind', 'append-log', '--store', 'original'], /no original/],
    ['a folder that cannot be made', ['--out', '/dev/null/x'], /cannot write to --out/],
    ['a file for a folder', ['--out', process.execPath], /cannot write to --out .*ENOTDIR/],
    ['a timeout that is no number', ['--hang-timeout', 'soon'], /milliseconds/],
    ['an unknown model', ['--model', 'fat32'], /no model is called "fat32"; known: .*ext4-ordered/],
    ['an unknown rung', ['--rung', 'top'], /no rung is called "top"; known: .*all-prefixes/],
    ['a time that is none', ['--time', 'soon'], /60s, 10m or 1h/],
    ['no workers', ['--jobs', '0'], /a number from 1 to 99/],
    ['an unknown clause', ['--clause', 'LOG-S3-9'], /Did you mean LOG-S3-1 /],
    ['nothing that counts', ['--requirements', '0.0'], /nothing is selected/],
  ])('ends with 2 and a sentence for %s', (_name, flags, says) => {
    const { code, out, err } = cli.run(['check', ...flags], { cwd: folder });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(says);
    expect(err).not.toMatch(/\n {4}at /);
  });

  it('ends with 130 where it is interrupted, with results of what was done', async () => {
    const out = join(folder, 'interrupted');
    const child = cli.start([...endless, '--out', out], { cwd: folder });
    const events = join(out, 'events.jsonl');
    const isShort = (): boolean => !existsSync(events) || statSync(events).size < 4000;
    while (child.exitCode === null && isShort()) await wait(20);
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    const results = resultsSchema.parse(
      JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')),
    );
    expect([code, results.ended, results.exitCode]).toEqual([130, 'interrupted', 130]);
    expect(results.kinds[0]!.histories.done).toBeGreaterThan(0);
  });
});

describe('a killed check', () => {
  it('loses at most the case in flight, at 50 random times', async () => {
    const random = randomFrom('7');
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    const left: number[] = [];
    const one = async (index: number): Promise<void> => {
      const out = join(folder, `killed-${index}`);
      const at = { cases: random.below(4), delayMs: random.below(200) };
      const cases = await killedAfter({ cli, folder, temporary, args: endless }, out, at);
      left.push(cases);
    };
    for (let i = 0; i < 50; i += 2) await Promise.all([one(i), one(i + 1)]);
    expect(left).toHaveLength(50);
    expect(left.filter((cases) => cases > 0).length).toBeGreaterThan(10);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe('tearproof replay', () => {
  const kept = join(root, 'fixtures/repros/v1-append-log-keeps-torn-tail.repro.json');

  it('tells the history of a port that is not here', () => {
    const repro = JSON.parse(readFileSync(kept, 'utf8')) as { made: object };
    const file = join(folder, 'foreign.json');
    writeFileSync(file, JSON.stringify({ ...repro, made: { ...repro.made, by: 'my log' } }));
    const { code, out } = cli.run(['replay', file]);
    expect(code).toBe(0);
    expect(out).toMatch(/1 {2}open durability=none[\s\S]*⚡ {2}killed in operation/);
    expect(out).toContain('made by «my log», which cannot be run from here');
  });

  it('takes another store and either layer', () => {
    expect(cli.run(['replay', kept]).out).toMatch(/layer made, store bug:keeps-torn-tail/);
    const image = cli.run(['replay', kept, '--layer', 'image']);
    expect([image.code, image.out.includes('layer image')]).toEqual([1, true]);
    const safe = cli.run(['replay', kept, '--store', 'safe']);
    expect([safe.code, safe.out.endsWith('NOT BROKEN here\n')]).toEqual([0, true]);
  });

  it.each([
    ['no JSON', 'hello', /cannot read/],
    ['no repro', '{"version":1}', /is no repro/],
    ['a version to come', JSON.stringify({ version: 3 }), /no repro at version/],
    ['an unknown clause', withMember({ clause: 'LOG-X-1' }), /no clause is called/],
    ['an unknown kind', withMember({ kind: 'nothing' }), /no kind is called/],
  ])('ends with 2 for %s', (_name, text, says) => {
    const file = join(folder, 'bad.json');
    writeFileSync(file, text);
    const { code, err } = cli.run(['replay', file]);
    expect(code).toBe(2);
    expect(err).toMatch(says);
    expect(err).not.toMatch(/\n {4}at /);
  });

  it('ends with 2 where there is no file, or an unknown store', () => {
    expect(cli.run(['replay', join(folder, 'missing')]).code).toBe(2);
    expect(cli.run(['replay', folder]).code).toBe(2);
    expect(cli.run(['replay', kept, '--store', 'nothing']).code).toBe(2);
  });

  function withMember(member: object): string {
    return JSON.stringify({ ...(JSON.parse(readFileSync(kept, 'utf8')) as object), ...member });
  }
});

/** What each command of the README ends with; 0 where it is not listed. */
const endsWith: Readonly<Record<string, number>> = { '--bug': 1, replay: 1 };
/** What a README cannot wait for, or what runs elsewhere: `.ci/run` and the tests of `driver`. */
const elsewhere = /^npm ci|tearproof driver/;

describe('the README', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  // The tutorial is followed step by step by a script of its own, `scripts/dev/tutorial.ts`, in CI.
  const rest = text.replace(/<!-- tutorial[\s\S]*<!-- end of tutorial -->/, '');
  const fences = [...rest.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, body = '']) => body);
  const lines = fences.flatMap((body) => body.trim().split('\n'));
  const commands = lines
    .map((line) => line.replace(/ +#.*/, ''))
    .filter((line) => !elsewhere.test(line));

  it('holds commands, and no placeholder', () => {
    expect(commands.length).toBeGreaterThanOrEqual(6);
    expect(text).not.toMatch(/@@/);
    expect(rest.length).toBeLessThan(text.length);
  });

  it('holds commands that do what it says', () => {
    const repro = join(root, 'fixtures/repros/v1-session-store-v2-original-damage.repro.json');
    const { image } = reproSchema.parse(JSON.parse(readFileSync(repro, 'utf8')));
    const at = join(folder, 'readme');
    mkdirSync(join(at, 'DIR'), { recursive: true });
    writeImage(join(at, 'DIR'), imageFromJson(image));
    for (const command of commands) {
      const [npx, name, ...words] = command.split(' ');
      expect([npx, name]).toEqual(['npx', 'tearproof']);
      const { code, out, err } = cli.run(words, { cwd: at });
      const key = words.find((word) => word in endsWith);
      const expected = words[0] === 'inspect' ? [0, 1] : [key === undefined ? 0 : endsWith[key]];
      expect(expected, `${command}\n${out}${err}`).toContain(code);
    }
  });
});
