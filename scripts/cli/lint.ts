import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { counted, shown } from '../../harness/lib/shown.ts';
import type { Linted, LintReport } from '../../harness/lint/lint.ts';
import { makeWorkFolder } from '../../harness/remote/work.ts';
import { defaultMaxLineBytes } from '../../harness/wire/envelope.ts';
import { exit, UsageError } from './lib/exit.ts';
import type { Paint } from './lib/paint.ts';
import { paintFor } from './lib/paint.ts';

interface LintFlags {
  readonly json?: true;
  readonly timeoutFactor: number;
}

/** Adds `tearproof lint`. */
export function register(program: Command): void {
  program
    .command('lint')
    .description('test a driver itself: lines, calls, handles, processes; not its store')
    .argument('<port...>', 'after --, the program and its arguments, as they would be typed')
    .option('--timeout-factor <n>', 'multiplies every time that a port has', factor, 1)
    .option('--json', 'as JSON')
    .action(async (port: readonly string[], flags: LintFlags) => {
      process.exitCode = await runCommand(port, flags);
    });
}

async function runCommand(command: readonly string[], flags: LintFlags): Promise<number> {
  if (command.length === 0) throw new UsageError('name the port: tearproof lint -- PORT');
  const report = await lintPort(command, flags.timeoutFactor);
  const paint = paintFor(process.stdout, process.env);
  process.stdout.write(
    flags.json === true ? `${JSON.stringify(report, null, 2)}\n` : lintText(report, paint),
  );
  return lintExit(report);
}

/** Lints a port; whatever it wrote is gone afterwards. */
export async function lintPort(
  command: readonly string[],
  timeoutFactor: number,
): Promise<LintReport> {
  const { runLint } = await import('../../harness/lint/lint.ts');
  const work = makeWorkFolder();
  try {
    const options = {
      command,
      startMs: 20_000 * timeoutFactor,
      callMs: 10_000 * timeoutFactor,
      endMs: 3000 * timeoutFactor,
      maxLineBytes: defaultMaxLineBytes,
      folders: [work.dir],
    };
    return await runLint(options, work.dir, { told: progress() });
  } finally {
    work.remove();
  }
}

/** On a terminal the check that was just made, on one line that is taken away again. */
function progress(): (linted: Linted) => void {
  const { stderr } = process;
  if (!stderr.isTTY) return () => {};
  return ({ id }) => stderr.write(`\r\u001b[2K${id}\r`);
}

/** 1 where a MUST failed, 5 where one was not tried, 3 where nothing could be asked. */
export function lintExit(report: LintReport): number {
  if (report.is === 'cannot_start') return exit.cannotStart;
  const failed = report.checks.some(({ level, end }) => level === 'MUST' && end.is === 'failed');
  if (failed) return exit.violates;
  const open = report.checks.some(({ level, end }) => level === 'MUST' && end.is === 'not_tried');
  return open ? exit.inconclusive : exit.conforms;
}

/** What held in one line each, what failed last, with what to do. */
export function lintText(report: LintReport, paint: Paint): string {
  if (report.is === 'cannot_start') {
    const hints = [
      'Does the command run by itself? Its stderr is free for what goes wrong.',
      'Is stdout flushed after every line? It is a pipe, which most languages buffer.',
      'Does the first line that it writes answer `initialize` (ports/PROTOCOL.md, section 3)?',
    ];
    const lines = hints.map((hint) => `  ${hint}\n`).join('');
    return `${paint('red', 'the port cannot be started')}: ${shown(report.saw)}\n${lines}`;
  }
  const { port, kinds, checks, errors } = report;
  const held = checks.filter(({ end }) => end.is === 'held');
  const failed = checks.filter(({ end }) => end.is === 'failed');
  const lines = [
    `${paint('bold', shown(`${port.name} ${port.version}`))}: ${kinds.map(shown).join(', ')}`,
    `${paint('green', '✓')} ${held.length} held: ${held.map(({ id }) => id).join(', ')}`,
    ...checks.flatMap(({ id, end }) =>
      end.is === 'not_applicable' ? [`– ${id}: not applicable, ${end.why}`] : [],
    ),
    ...untriedLines(checks),
    `  ${errors.internal} of ${errors.all} errors of the store were internal`,
    ...failed.flatMap((one) => failure(one, paint)),
  ];
  const untried = checks.filter(({ end }) => end.is === 'not_tried').length;
  return `${lines.join('\n')}\n${verdict(failed, untried)}\n`;
}

/** What was not tried, by the reason: one line each. */
function untriedLines(checks: readonly Linted[]): readonly string[] {
  const byWhy = new Map<string, string[]>();
  for (const { id, end } of checks) {
    if (end.is === 'not_tried') byWhy.set(end.why, [...(byWhy.get(end.why) ?? []), id]);
  }
  return [...byWhy].map(([why, ids]) => `– not tested: ${ids.join(', ')}\n    ${shown(why)}`);
}

function failure({ id, level, sentence, cure, end }: Linted, paint: Paint): readonly string[] {
  const colour = level === 'MUST' ? 'red' : 'yellow';
  return [
    '',
    `${paint(colour, level === 'MUST' ? '✗' : '!')} ${id}  ${level}  ${sentence}`,
    `    saw:   ${shown(end.is === 'failed' ? end.saw : '')}`,
    `    to do: ${cure}`,
  ];
}

function verdict(failed: readonly Linted[], untried: number): string {
  const broken = failed.filter(({ level }) => level === 'MUST').length;
  if (failed.length + untried === 0)
    return '\nThe driver is right. Now its store: tearproof check -- PORT';
  if (failed.length === 0)
    return `\nNothing is wrong so far; ${counted(untried, 'check')} not tested, for want of a store.`;
  const should = failed.length - broken;
  return `\n${broken} of MUST failed, ${should} of SHOULD`;
}

function factor(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('a number above 0.');
  return value;
}
