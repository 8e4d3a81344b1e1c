import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { shown } from '../../harness/lib/shown.ts';
import { UsageError } from './lib/exit.ts';
import { packageRoot } from './lib/package.ts';

interface Template {
  /** What it is called in a sentence. */
  readonly title: string;
  /** Paths in `ports/templates/<lang>/`; `gitignore` becomes `.gitignore`. */
  readonly files: readonly string[];
  /** The file whose operations the author writes. */
  readonly store: string;
  /** Words of the command that builds the port in a directory, and of the one that runs it. */
  readonly build?: (dir: string) => readonly string[];
  readonly run: (dir: string) => readonly string[];
}

const templates: Readonly<Record<string, Template>> = {
  python: {
    title: 'Python',
    files: ['README.md', 'driver.py', 'gitignore', 'store.py'],
    store: 'store.py',
    run: (dir) => ['python3', path.join(dir, 'driver.py')],
  },
  rust: {
    title: 'Rust',
    files: ['README.md', 'Cargo.toml', 'gitignore', 'src/main.rs', 'src/store.rs', 'src/wire.rs'],
    store: 'src/store.rs',
    build: (dir) => [
      'cargo',
      'build',
      '--release',
      '--manifest-path',
      path.join(dir, 'Cargo.toml'),
    ],
    run: (dir) => [path.join(dir, 'target/release/driver')],
  },
  node: {
    title: 'JavaScript',
    files: ['README.md', 'driver.mjs', 'gitignore', 'store.mjs'],
    store: 'store.mjs',
    run: (dir) => ['node', path.join(dir, 'driver.mjs')],
  },
};

/** The languages in which `init` makes a port. */
export const languages = Object.keys(templates);

/** Adds `tearproof init`. */
export function register(program: Command): void {
  program
    .command('init')
    .description('make the beginning of a port: a driver that is complete, and a log to write')
    .argument('<dir>', 'a name that is free, or an empty directory')
    .addOption(
      new Option('--lang <language>', `what it is written in: ${languages.join(', ')}`)
        .argParser(known)
        .makeOptionMandatory(),
    )
    .action((dir: string, { lang }: { readonly lang: string }) => {
      process.stdout.write(init(lang, dir));
    });
}

function known(language: string): string {
  if (languages.includes(language)) return language;
  throw new InvalidArgumentError(
    `Allowed choices are ${languages.join(', ')}. In any other language write a driver from ` +
      'ports/PROTOCOL.md, and try it with `tearproof lint`.',
  );
}

/**
 * Copies the template of a language to `dir`, and says what to do next. Throws a `UsageError` where
 * something stands there already: no file of anybody is ever overwritten.
 */
export function init(lang: string, dir: string): string {
  const template = templates[lang];
  if (template === undefined) throw new UsageError(`no template for ${lang}`);
  const from = path.join(packageRoot(), 'ports/templates', lang);
  const name = nameOf(dir);
  makeEmpty(dir);
  for (const file of template.files) {
    const text = fs.readFileSync(path.join(from, file), 'utf8');
    const to = path.join(dir, file === 'gitignore' ? '.gitignore' : file);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.writeFileSync(to, text.replaceAll('{{name}}', name), { flag: 'wx' });
  }
  return said(template, dir);
}

/** What the port calls itself: the directory's name in letters that every language takes. */
function nameOf(dir: string): string {
  const plain = path
    .basename(path.resolve(dir))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  const name = plain.replace(/^[^a-z]+|-+$/g, '').slice(0, 40);
  return name === '' ? 'my-log' : name;
}

function makeEmpty(dir: string): void {
  try {
    makeLevels(path.resolve(dir));
    const found = fs.readdirSync(dir);
    if (found.length > 0) {
      const some = found.toSorted().slice(0, 3).join(', ');
      throw new UsageError(`${dir} is not empty (${some}): name a directory that is not there yet`);
    }
    fs.accessSync(dir, fs.constants.W_OK | fs.constants.X_OK);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`cannot make ${dir} (${code})`);
  }
}

/** Level by level: making them in one call never returns where the system refuses names (/proc). */
function makeLevels(dir: string): void {
  if (fs.existsSync(dir)) return;
  makeLevels(path.dirname(dir));
  fs.mkdirSync(dir);
}

function said({ title, files, store, build, run }: Template, dir: string): string {
  const command = quoted(run(dir));
  const steps: readonly (readonly [string, string])[] = [
    ...(build ? [[quoted(build(dir)), 'builds it'] as const] : []),
    [`npx tearproof lint -- ${command}`, 'the protocol: it is complete'],
    [`npx tearproof check -- ${command}`, 'the log: fails, and says where to begin'],
  ];
  const width = Math.max(...steps.map(([words]) => words.length));
  return [
    `made ${shown(dir)}: a port in ${title} (${files.filter((file) => file !== 'gitignore').join(', ')})`,
    '',
    ...steps.map(([words, why]) => `  ${words.padEnd(width)}   # ${why}`),
    '',
    `Write the log in ${shown(path.join(dir, store))}; ${shown(path.join(dir, 'README.md'))} says how.`,
    '',
  ].join('\n');
}

/** Words as a shell takes them. */
function quoted(words: readonly string[]): string {
  const one = (word: string): string =>
    /^[\w./:=@%+-]+$/.test(word) ? word : `'${shown(word).replaceAll("'", String.raw`'\''`)}'`;
  return words.map(one).join(' ');
}
