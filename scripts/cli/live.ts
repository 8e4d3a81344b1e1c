import * as path from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { CaseEvent, RunEvent } from '../../harness/events.ts';
import { shown } from '../../harness/lib/shown.ts';
import { liveClausesOf } from '../../harness/live/judge.ts';
import { liveStart, ourSubject } from '../../harness/live/plan.ts';
import type { LiveRequest, LiveSubject } from '../../harness/live/plan.ts';
import { isClaimed, liveReaderOf, noLiveReader } from '../../harness/live/readers.ts';
import { liveLines } from '../../harness/live/report.ts';
import { liveEvents } from '../../harness/live/run.ts';
import { verdictLine } from '../../harness/report/summary.ts';
import type { Results } from '../../harness/results.ts';
import { fileSink, runFiles, writeResults } from '../../harness/sink.ts';
import { kindNamed } from '../../harness/subjects.ts';
import { isMeant } from '../../harness/verdicts/plan.ts';
import { connect, type ClientOptions } from '../../harness/wire/client.ts';
import { PortFault } from '../../harness/wire/fault.ts';
import { claimsOf } from '../../harness/wire/stdio-port.ts';
import { painted } from './check-print.ts';
import { defaultSeed, kindNames, quoted, requireSeed, timeoutFactorOf } from './check-request.ts';
import { expectOf, selectOf, selectWords, type SelectFlags } from './check-select.ts';
import { exit, UsageError } from './lib/exit.ts';
import { makeFolder } from './lib/folder.ts';
import { packageVersion } from './lib/package.ts';
import { paintFor } from './lib/paint.ts';

interface LiveFlags extends Omit<SelectFlags, 'profile' | 'updateBaseline'> {
  readonly kind?: readonly string[];
  readonly seed: string;
  readonly histories: number;
  readonly operations: number;
  readonly timeoutFactor: string;
  readonly out: string;
}

const defaultOut = path.join('.tearproof', 'live');

/** Adds `tearproof live`. */
export function register(program: Command): void {
  program
    .command('live')
    .description('read a store in one process while another one writes it')
    .argument('[port...]', 'after --, the program and its arguments; our own stores without')
    .addOption(new Option('--kind <kind...>', 'only these kinds').choices(kindNames))
    .option('--clause <id...>', 'only these clauses of a live reader: SSV2-S3-8, SSV2-S3, S3')
    .option('--requirements <version>', 'run clauses of later versions without scoring them: 0.1')
    .option('--baseline <file>', 'failures that are known; anything else fails, a pass included')
    .option('--waivers <file>', 'clauses that are disputed, each until a day')
    .option('--today <date>', 'the day by which entries and waivers end, as 2026-12-31')
    .option('--histories <count>', 'histories a kind', positive, 3)
    .option('--operations <count>', 'operations a history', positive, 24)
    .option('--seed <seed>', 'decimal, up to 64 bits', defaultSeed)
    .option('--timeout-factor <factor>', 'a port has so many times the usual time', '1')
    .option('--out <dir>', 'where events and results go', defaultOut)
    .action(async (port: readonly string[], flags: LiveFlags) => {
      process.exitCode = await runLive(port, flags);
    });
}

async function runLive(port: readonly string[], flags: LiveFlags): Promise<number> {
  requireSeed(flags.seed);
  const kinds = readable(flags);
  const request = requestOf(port, flags, kinds);
  makeFolder(flags.out);
  line(`seed ${flags.seed}`);
  let subjects: readonly LiveSubject[];
  try {
    subjects = port.length === 0 ? await ours(kinds) : await served(port, kinds, flags);
  } catch (error) {
    if (!(error instanceof PortFault)) throw error;
    line(`CANNOT START: ${error.fault}: ${shown(error.message)}`);
    return exit.cannotStart;
  }
  if (subjects.length === 0) {
    line('NOT SHOWN: no kind of it has a live reader');
    return exit.usage;
  }
  const { results, cases } = await runTo(flags.out, request, subjects);
  for (const text of liveLines(results, cases)) line(text);
  line(`this run again: npx ${shown(request.command)}`);
  line(`results: ${path.join(flags.out, runFiles.results)}`);
  line(verdictLine(results));
  return results.exitCode;
}

/** The kinds that are asked for and have a reader; the others are named. */
function readable({ kind }: LiveFlags): readonly string[] {
  return (kind ?? kindNames).filter((name) => {
    if (liveReaderOf(name) !== null) return true;
    if (kind !== undefined) {
      throw new UsageError(`nobody reads ${name} beside a writer: ${noLiveReader(name)}`);
    }
    line(`- ${name}: no reader of its own: ${noLiveReader(name)}`);
    return false;
  });
}

function requestOf(
  port: readonly string[],
  flags: LiveFlags,
  kinds: readonly string[],
): LiveRequest {
  const { seed, histories, operations } = flags;
  const subjects = kinds.map((kind) => ({ kind, store: 'safe' }));
  const select = selectOf(flags, { subjects, policy: 'safe' });
  for (const asked of select.clauses ?? []) requireLive(asked, kinds);
  const words = [
    'tearproof live',
    ...(flags.kind === undefined ? [] : ['--kind', ...flags.kind]),
    ...selectWords(flags),
    `--histories ${histories} --operations ${operations} --seed ${seed}`,
    ...(flags.timeoutFactor === '1' ? [] : ['--timeout-factor', flags.timeoutFactor]),
    ...(port.length === 0 ? [] : ['--', ...port.map(quoted)]),
  ];
  const expect = expectOf(flags, () => new Date());
  const version = packageVersion();
  return { version, command: words.join(' '), seed, histories, operations, select, expect };
}

/** Throws `UsageError` where the word means only clauses that `check` asks. */
function requireLive(asked: string, kinds: readonly string[]): void {
  const all = kinds.flatMap((kind) => liveClausesOf(kindNamed(kind)));
  if (all.some((clause) => isMeant(clause, asked))) return;
  const ids = all.map(({ id }) => id).join(', ');
  throw new UsageError(`${asked} is no clause of a live reader; those are ${ids}`);
}

/** Our own stores: in a second process they are served as `tearproof driver` serves them. */
function ours(kinds: readonly string[]): Promise<readonly LiveSubject[]> {
  const own = [process.execPath, ...process.execArgv, process.argv[1] ?? '', 'driver', '--kind'];
  const startMs = 60_000;
  return Promise.all(kinds.map((kind) => ourSubject(kind, { command: [...own, kind], startMs })));
}

/** What a port serves of these kinds. Rejects with a `PortFault` where it cannot be asked. */
async function served(
  command: readonly string[],
  kinds: readonly string[],
  flags: LiveFlags,
): Promise<readonly LiveSubject[]> {
  const client: ClientOptions = { command, timeFactor: timeoutFactorOf(flags) };
  const asked = await connect(client);
  await asked.close();
  return kinds.flatMap((kind) => {
    try {
      const claims = claimsOf(asked, kind);
      if (!isClaimed(kindNamed(kind), claims.ops)) {
        throw new PortFault('not-served', `${kind}: a live reader is not claimed`);
      }
      return [{ kind, by: `${claims.name} ${claims.version}`, claims, client, isOurs: false }];
    } catch (error) {
      if (!(error instanceof PortFault) || flags.kind !== undefined) throw error;
      line(`- ${kind}: not applicable: ${shown(error.message)}`);
      return [];
    }
  });
}

async function runTo(
  dir: string,
  request: LiveRequest,
  subjects: readonly LiveSubject[],
): Promise<{ readonly results: Results; readonly cases: readonly CaseEvent[] }> {
  const sink = fileSink(dir);
  const cases: CaseEvent[] = [];
  const event = (one: RunEvent): void => {
    if (one.is === 'case') cases.push(one);
    sink.event(one);
  };
  event(liveStart(request, subjects));
  for (const subject of subjects) {
    for await (const one of liveEvents(subject, request)) event(one);
  }
  event({ is: 'end', reason: 'done' });
  sink.close();
  return { results: writeResults(dir)!, cases };
}

function line(text: string): void {
  process.stdout.write(`${painted(text, paintFor(process.stdout, process.env))}\n`);
}

function positive(text: string): number {
  if (/^[1-9][0-9]{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It takes a positive number.');
}
