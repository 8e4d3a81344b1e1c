// Does what the tutorial in README.md says, in a fresh folder: `npx tsx scripts/dev/tutorial.ts`,
// after a build (or with the path of another build's main.js). Writes its files, runs its commands,
// and asks for the exit codes and the output that it shows. Ends with 1 at the first that differs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repository } from './sources.ts';

/** One thing that the reader is told to do, or to see. */
export type Step =
  | { readonly is: 'run'; readonly words: readonly string[]; readonly exitCode: number }
  | { readonly is: 'write'; readonly path: string; readonly text: string }
  | {
      readonly is: 'edit';
      readonly path: string;
      readonly find: string;
      readonly replace: string;
    }
  | { readonly is: 'see'; readonly lines: readonly string[] };

const [begin, end] = [
  '<!-- tutorial: npx tsx scripts/dev/tutorial.ts follows it -->',
  '<!-- end of tutorial -->',
];

/**
 * The steps of the tutorial in a README. A block of `sh` holds commands, with `exit code N` in the
 * comment behind one that does not end with 0; a block that follows `<!-- file: PATH -->` is that
 * file, a block of `diff` that follows `<!-- edit: PATH -->` a change of it; a block of `text` is
 * seen in the output of the command before it, but for lines of `…` and what a `…` ends.
 * Throws where there is none.
 */
export function tutorialSteps(readme: string): readonly Step[] {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md lacks ${begin} or ${end}`);
  const blocks = readme
    .slice(from, to)
    .matchAll(/(?:<!-- (?:file|edit): (\S+) -->\n\n)?^```(\w+)\n(.*?)\n```$/gms);
  return [...blocks].flatMap(([, path, language, text = '']): readonly Step[] => {
    if (path !== undefined && language === 'diff') return [{ is: 'edit', path, ...sides(text) }];
    if (path !== undefined) return [{ is: 'write', path, text: `${text}\n` }];
    if (language === 'sh') return text.split('\n').flatMap(commandOf);
    return language === 'text' ? [{ is: 'see', lines: text.split('\n') }] : [];
  });
}

/** What a diff without places finds, and what stands there afterwards. */
function sides(diff: string): { find: string; replace: string } {
  const side = (marks: string): string =>
    diff
      .split('\n')
      .filter((line) => line === '' || marks.includes(line[0] ?? ''))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  return { find: side(' -'), replace: side(' +') };
}

function commandOf(line: string): readonly Step[] {
  const [command = '', comment = ''] = line.split(/(?:^|\s+)#\s/);
  if (command.trim() === '') return [];
  const exitCode = Number(/exit code (\d+)/.exec(comment)?.[1] ?? 0);
  return [{ is: 'run', words: command.trim().split(/\s+/), exitCode }];
}

/** The first line of `lines` that `output` does not hold behind those before it, or null. */
export function unseen(lines: readonly string[], output: string): string | null {
  const found = output.split('\n').map((line) => line.trim());
  let at = 0;
  for (const line of lines.map((shown) => shown.trim())) {
    if (line === '' || line === '…') continue;
    const fits = (one: string): boolean =>
      line.endsWith('…') ? one.startsWith(line.slice(0, -1)) : one === line;
    const next = found.findIndex((one, i) => i >= at && fits(one));
    if (next < 0) return line;
    at = next + 1;
  }
  return null;
}

function follow(steps: readonly Step[], folder: string, cli: string): void {
  let output = '';
  for (const step of steps) {
    if (step.is === 'write') {
      mkdirSync(dirname(join(folder, step.path)), { recursive: true });
      writeFileSync(join(folder, step.path), step.text);
    } else if (step.is === 'edit') {
      const file = join(folder, step.path);
      const [before, after, ...more] = readFileSync(file, 'utf8').split(step.find);
      if (before === undefined || after === undefined || more.length > 0) {
        throw new Error(`does not stand once in ${step.path}:\n${step.find}`);
      }
      writeFileSync(file, `${before}${step.replace}${after}`);
    } else if (step.is === 'see') {
      const missing = unseen(step.lines, output);
      if (missing !== null) throw new Error(`not in the output: ${missing}\n${output}`);
    } else {
      const command = step.words.join(' ');
      process.stdout.write(`$ ${command}\n`);
      const ran = run(step.words, folder, cli);
      output = ran.output;
      if (ran.code !== step.exitCode) {
        throw new Error(`${command} ended with ${ran.code}, not ${step.exitCode}\n${output}`);
      }
    }
  }
}

function run(
  words: readonly string[],
  cwd: string,
  cli: string,
): { readonly code: number | null; readonly output: string } {
  const isOurs = words[0] === 'npx' && words[1] === 'tearproof';
  const [program = '', ...args] = isOurs ? [process.execPath, cli, ...words.slice(2)] : words;
  const options = { cwd, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } } as const;
  const ran = spawnSync(program, args, options);
  if (ran.error) throw ran.error;
  return { code: ran.status, output: `${ran.stdout}${ran.stderr}` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const cli = resolve(process.argv[2] ?? join(repository, 'dist/scripts/cli/main.js'));
  const folder = mkdtempSync(join(tmpdir(), 'tearproof-tutorial-'));
  try {
    const steps = tutorialSteps(readFileSync(join(repository, 'README.md'), 'utf8'));
    follow(steps, folder, cli);
    process.stdout.write(`${steps.length} steps: as README.md says\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
