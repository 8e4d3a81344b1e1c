import * as path from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { depths, type Depth } from '../../harness/depth.ts';
import type { CheckRequest } from '../../harness/engine.ts';
import type { RunEvent } from '../../harness/events.ts';
import { summaryLines, verdictLine } from '../../harness/report/summary.ts';
import type { Results, Verdict } from '../../harness/results.ts';
import { writeResults } from '../../harness/sink.ts';
import { version } from '../../harness/version.ts';
import { showRepro } from './lib/show-repro.ts';
import { watchCheck } from './lib/watch.ts';

interface CheckFlags {
  readonly kind?: readonly string[];
  readonly policy: 'original' | 'safe';
  readonly store?: string;
  readonly bug?: string;
  readonly depth: keyof typeof depths;
  readonly histories?: string;
  readonly seed: string;
  readonly out: string;
  readonly hangTimeout: string;
}

/** The seed of a run that names none: a run without options is the same run everywhere. */
const defaultSeed = '20260101';
const kindNames = ['session-store-v2', 'append-log'];
const defaultOut = path.join('.tearproof', 'last');

/** Adds `tearproof check`. */
export function register(program: Command): void {
  program
    .command('check')
    .description('put stores under faults and judge them: the main job')
    .addOption(new Option('--kind <kind...>', 'only these kinds').choices(kindNames))
    .addOption(
      new Option('--policy <policy>', 'by what a store is judged')
        .choices(['safe', 'original'])
        .default('safe'),
    )
    .addOption(
      new Option('--store <store>', 'which of our stores runs').choices(['safe', 'original']),
    )
    .option('--bug <id>', 'run the copy of the safe store that has this planted bug')
    .addOption(
      new Option('--depth <depth>', 'how far to go').choices(Object.keys(depths)).default('quick'),
    )
    .option('--histories <count>', 'histories a kind, instead of the number of the depth')
    .option('--seed <seed>', 'decimal, up to 64 bits', defaultSeed)
    .option('--out <dir>', 'where events, results and repros go', defaultOut)
    .option('--hang-timeout <ms>', 'how long a walk may give no sign of life', '30000')
    .action(async (flags: CheckFlags) => {
      process.exitCode = await runCheckCommand(flags);
    });
}

async function runCheckCommand(flags: CheckFlags): Promise<number> {
  const request = requestOf(flags);
  if (typeof request === 'string') {
    process.stderr.write(`tearproof check: ${request}\n`);
    return 2;
  }
  process.stdout.write(`seed ${request.seed}\n`);
  const progress = progressLine(request);
  await watchCheck(request, {
    dir: flags.out,
    hangTimeoutMs: Number(flags.hangTimeout),
    onEvent: progress.event,
  });
  progress.clear();
  const results = writeResults(flags.out);
  if (results === null) return 4;
  await print(results, flags.out, request.command);
  return results.exitCode;
}

function requestOf(flags: CheckFlags): CheckRequest | string {
  if (!/^[0-9]{1,20}$/.test(flags.seed) || BigInt(flags.seed) >= 1n << 64n) {
    return `--seed takes a decimal number of up to 64 bits, not "${flags.seed}"`;
  }
  const depth = depthOf(flags);
  if (typeof depth === 'string') return depth;
  if (!/^[1-9][0-9]{0,8}$/.test(flags.hangTimeout)) return '--hang-timeout takes milliseconds';
  const { policy, seed } = flags;
  const command = commandOf(flags);
  const subjects = subjectsOf(flags);
  return typeof subjects === 'string'
    ? subjects
    : { version, command, seed, depth, policy, subjects };
}

function depthOf(flags: CheckFlags): Depth | string {
  const depth = depths[flags.depth];
  if (flags.histories === undefined) return depth;
  if (!/^[1-9][0-9]{0,8}$/.test(flags.histories)) return '--histories takes a positive number';
  return { ...depth, histories: Number(flags.histories) };
}

function subjectsOf(flags: CheckFlags): CheckRequest['subjects'] | string {
  const store = flags.bug === undefined ? (flags.store ?? flags.policy) : `bug:${flags.bug}`;
  const wanted = flags.kind ?? kindNames;
  // Nothing of an unknown log's original is known: append-log is judged by the promises alone.
  const able = wanted.filter(
    (kind) => kind !== 'append-log' || (store !== 'original' && flags.policy === 'safe'),
  );
  if (able.length === 0) return 'append-log has no original and no policy `original`';
  return able.map((kind) => ({ kind, store }));
}

function commandOf(flags: CheckFlags): string {
  const words = ['tearproof', 'check', '--depth', flags.depth, '--seed', flags.seed];
  if (flags.kind !== undefined) words.push('--kind', ...flags.kind);
  if (flags.policy !== 'safe') words.push('--policy', flags.policy);
  if (flags.store !== undefined) words.push('--store', flags.store);
  if (flags.bug !== undefined) words.push('--bug', flags.bug);
  if (flags.histories !== undefined) words.push('--histories', flags.histories);
  return words.join(' ');
}

/** One line that says where the run is, on a terminal only. */
function progressLine(request: CheckRequest): { event: (e: RunEvent) => void; clear: () => void } {
  const { isTTY } = process.stderr;
  const total = request.depth.histories * request.subjects.length;
  let done = 0;
  return {
    event: (event) => {
      if (event.is !== 'case') return;
      done++;
      if (isTTY) process.stderr.write(`\r\u001b[K${done} of ${total} histories · ${event.id}`);
    },
    clear: () => {
      if (isTTY) process.stderr.write('\r\u001b[K');
    },
  };
}

/**
 * The summary, then what failed: the first finding of a MUST whole, the others in a line each, the
 * verdict last.
 */
async function print(results: Results, dir: string, command: string): Promise<void> {
  const out = (line: string): void => void process.stdout.write(`${line}\n`);
  const verdicts = results.kinds.flatMap((kind) => kind.verdicts);
  const broken = verdicts.filter((v) => v.status === 'fail' || v.status === 'warn');
  const worst = broken.find((v) => v.status === 'fail' && v.repro) ?? broken.find((v) => v.repro);
  for (const line of summaryLines(results)) out(line);
  if (worst?.repro !== undefined) {
    out('');
    for (const line of await showRepro(path.join(dir, worst.repro))) out(line);
  }
  for (const verdict of broken.filter((v) => v !== worst)) out(brief(verdict, dir));
  out('');
  out(`this run again: npx ${command}`);
  out(`results: ${path.join(dir, 'results.json')}`);
  out(verdictLine(results));
}

function brief(verdict: Verdict, dir: string): string {
  const mark = verdict.status === 'fail' ? '✗' : '!';
  const names = Object.keys(verdict.anomalies).join(', ');
  const file =
    verdict.repro === undefined ? '' : `  (tearproof replay ${path.join(dir, verdict.repro)})`;
  return `${mark} ${verdict.clause}  ${verdict.level}  ${names}: ${verdict.say ?? ''}${file}`;
}
