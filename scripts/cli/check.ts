import * as os from 'node:os';
import * as path from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { depths } from '../../harness/depth.ts';
import { reaches } from '../../harness/remote/request.ts';
import type { Remote } from '../../harness/remote/subject.ts';
import type { LintReport } from '../../harness/lint/lint.ts';
import { writeResults } from '../../harness/sink.ts';
import { subjectOf } from '../../harness/subjects.ts';
import type { CheckRequest } from '../../harness/engine.ts';
import type { Results } from '../../harness/results.ts';
import { inProfile } from '../../harness/verdicts/profile.ts';
import { updateBaseline } from './check-baseline.ts';
import { climb } from './check-ladder.ts';
import { clauseLines, planLines } from './check-plan.ts';
import { printResults, progressLine } from './check-print.ts';
import {
  defaultSeed,
  hangTimeoutOf,
  jobsOf,
  kindNames,
  portWords,
  requestOf,
  timeOf,
  type AskedPort,
  type CheckFlags,
} from './check-request.ts';
import { addSelectOptions, selected } from './check-select.ts';
import { UsageError, exit } from './lib/exit.ts';
import { makeFolder } from './lib/folder.ts';
import { lintPort } from './lint.ts';
import { onPort } from './check-port.ts';
import type { PortGiven } from './lib/show-repro.ts';
import { watchCheck } from './lib/watch.ts';

const defaultOut = path.join('.tearproof', 'last');

/** Adds `tearproof check`. */
export function register(program: Command): void {
  const command = program
    .command('check')
    .description('put stores under faults and judge them: the main job');
  addSelectOptions(command)
    .option('--update-baseline', 'write the --baseline that this run fits')
    .option('--ladder', 'step by step from plain to hard faults; stop at the first that fails')
    .option('--list', 'print the clauses and what would become of each; run nothing')
    .option('--dry-run', 'print what would be run; run nothing')
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
    .option('-j, --jobs <count>', 'workers; the files are the same whatever their number')
    .option('--seed <seed>', 'decimal, up to 64 bits', defaultSeed)
    .option('--out <dir>', 'where events, results and repros go', defaultOut)
    .option('--hang-timeout <ms>', 'how long a walk may give no sign of life', '30000')
    .addOption(
      new Option('--reach <reach>', 'how much of a port is seen')
        .choices(reaches)
        .default('images'),
    )
    .option('--timeout-factor <factor>', 'a port has so many times the usual time', '1')
    .option('--in-flight <count>', 'states at once in one process of a port; 1 is one by one')
    .argument('[port...]', 'behind --: a program that serves stores, and its arguments')
    .action(async (port: readonly string[], flags: CheckFlags) => {
      process.exitCode = await (port.length === 0
        ? runCheckCommand(flags)
        : onPort(port, flags, (asked, remote) => runCheckCommand(flags, { asked, remote })));
    });
}

/** A port in another process, as far as it is known before the run. */
interface OnPort {
  readonly asked: AskedPort;
  readonly remote: Remote;
}

async function runCheckCommand(flags: CheckFlags, on?: OnPort): Promise<number> {
  const request = selected(requestOf(flags, on?.asked), flags, () => new Date());
  const hangTimeoutMs = hangTimeoutOf(flags) * (on === undefined ? 1 : portPatience);
  const limits = { hangTimeoutMs, ms: timeOf(flags) };
  const jobs = jobsOf(flags, os.availableParallelism());
  if (flags.updateBaseline === true && flags.baseline === undefined) {
    throw new UsageError('--update-baseline needs the --baseline that it is to write');
  }
  if (flags.list === true || flags.dryRun === true) return tellPlan(request, flags, on?.remote);
  makeFolder(flags.out);
  line(`seed ${request.seed}`);
  const runOnce = (one: CheckRequest): Promise<Results | number> =>
    runTo(one, { ...limits, jobs, dir: flags.out });
  const report = (results: Results): Promise<void> =>
    printResults(results, flags.out, on === undefined ? undefined : givenOf(on));
  if (flags.ladder === true) {
    const lint = on === undefined ? {} : { lint: () => lintOf(on.asked.port) };
    return climb(request, runOnce, { line, report, ...lint });
  }
  const results = await runOnce(request);
  if (typeof results === 'number') return results;
  await report(results);
  if (flags.updateBaseline !== true) return results.exitCode;
  return updateBaseline(results, { request, file: flags.baseline!, dir: flags.out, line });
}

const lintOf = ({ command, timeoutFactor }: AskedPort['port']): Promise<LintReport> =>
  lintPort(command, timeoutFactor);

const line = (text: string): void => void process.stdout.write(`${text}\n`);

/**
 * Each call to a port has a time of its own, which names a hang; whoever watches the whole walk
 * waits for all of its calls.
 */
const portPatience = 20;

const givenOf = ({ asked, remote }: OnPort): PortGiven => ({
  remote,
  words: portWords(asked.port.reach, asked.port.command),
});

/** Prints what would be run. */
async function tellPlan(
  request: CheckRequest,
  { list }: CheckFlags,
  remote?: Remote,
): Promise<number> {
  const subjects = [];
  for (const { kind, store } of request.subjects) {
    subjects.push(
      remote === undefined
        ? inProfile(await subjectOf(kind, store, request.policy), request.select?.profile)
        : await remote.subject(kind, request.policy, { profile: request.select?.profile }),
    );
  }
  const lines = list === true ? clauseLines(request, subjects) : planLines(request, subjects);
  for (const one of lines) line(one);
  return exit.conforms;
}

interface RunLimits {
  readonly dir: string;
  readonly jobs: number;
  readonly hangTimeoutMs: number;
  readonly ms: number | null;
}

/** Runs a request to its end; answers an exit code where nothing was begun. */
async function runTo(
  request: CheckRequest,
  { dir, jobs, hangTimeoutMs, ms }: RunLimits,
): Promise<Results | number> {
  const progress = progressLine(request);
  const ended = await watchCheck(request, {
    dir,
    jobs,
    hangTimeoutMs,
    onEvent: progress.event,
    ...(ms !== null && { limit: { ms, now: clock() } }),
  });
  progress.clear();
  return writeResults(dir) ?? (ended === 'interrupted' ? exit.interrupted : exit.harnessBug);
}

/** Milliseconds since now. */
function clock(): () => number {
  const began = performance.now();
  return () => performance.now() - began;
}
