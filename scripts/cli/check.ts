import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { depths } from '../../harness/depth.ts';
import { writeResults } from '../../harness/sink.ts';
import { printResults, progressLine } from './check-print.ts';
import {
  defaultSeed,
  hangTimeoutOf,
  jobsOf,
  kindNames,
  requestOf,
  timeOf,
  type CheckFlags,
} from './check-request.ts';
import { UsageError, exit } from './lib/exit.ts';
import { watchCheck } from './lib/watch.ts';

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
    .option('--model <model...>', 'power cuts under these persistence models only')
    .option('--rung <rung...>', 'only these rungs of the ladder, as they are printed')
    .option('--time <time>', 'begin no history after this time: 60s, 10m, 1h')
    .option('--jobs <count>', 'workers; the files are the same whatever their number')
    .option('--seed <seed>', 'decimal, up to 64 bits', defaultSeed)
    .option('--out <dir>', 'where events, results and repros go', defaultOut)
    .option('--hang-timeout <ms>', 'how long a walk may give no sign of life', '30000')
    .action(async (flags: CheckFlags) => {
      process.exitCode = await runCheckCommand(flags);
    });
}

async function runCheckCommand(flags: CheckFlags): Promise<number> {
  const request = requestOf(flags);
  const hangTimeoutMs = hangTimeoutOf(flags);
  const jobs = jobsOf(flags, os.availableParallelism());
  const ms = timeOf(flags);
  makeFolder(flags.out);
  process.stdout.write(`seed ${request.seed}\n`);
  const progress = progressLine(request);
  const ended = await watchCheck(request, {
    dir: flags.out,
    jobs,
    hangTimeoutMs,
    onEvent: progress.event,
    ...(ms !== null && { limit: { ms, now: clock() } }),
  });
  progress.clear();
  const results = writeResults(flags.out);
  if (results === null) return ended === 'interrupted' ? exit.interrupted : exit.harnessBug;
  await printResults(results, flags.out);
  return results.exitCode;
}

/** Milliseconds since now. */
function clock(): () => number {
  const began = performance.now();
  return () => performance.now() - began;
}

function makeFolder(dir: string): void {
  try {
    makeLevels(path.resolve(dir));
    if (!fs.statSync(dir).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    fs.accessSync(dir, fs.constants.W_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`cannot write to --out ${dir} (${code})`);
  }
}

/** Level by level: making them in one call never returns where the system refuses names (/proc). */
function makeLevels(dir: string): void {
  if (fs.existsSync(dir)) return;
  makeLevels(path.dirname(dir));
  fs.mkdirSync(dir);
}
