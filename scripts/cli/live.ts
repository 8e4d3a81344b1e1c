import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { shown } from '../../harness/lib/shown.ts';
import { liveReaderOf, noLiveReader } from '../../harness/live/readers.ts';
import { liveInMemory, liveInTwo, type LiveReads } from '../../harness/live/run.ts';
import { counted, thousands } from '../../harness/report/numbers.ts';
import { PortFault } from '../../harness/wire/fault.ts';
import { painted } from './check-print.ts';
import { defaultSeed, kindNames, requireSeed } from './check-request.ts';
import { exit, UsageError } from './lib/exit.ts';
import { paintFor } from './lib/paint.ts';

interface LiveFlags {
  readonly kind?: readonly string[];
  readonly seed: string;
  readonly histories: number;
  readonly operations: number;
  readonly timeoutFactor: number;
}

/** Adds `tearproof live`. */
export function register(program: Command): void {
  program
    .command('live')
    .description('read a store in one process while another one writes it')
    .argument('[port...]', 'after --, the program and its arguments; our own stores without')
    .addOption(new Option('--kind <kind...>', 'only these kinds').choices(kindNames))
    .option('--histories <count>', 'histories a kind', positive, 3)
    .option('--operations <count>', 'operations a history', positive, 24)
    .option('--seed <seed>', 'decimal, up to 64 bits', defaultSeed)
    .option('--timeout-factor <n>', 'multiplies every time that a port has', positive, 1)
    .action(async (port: readonly string[], flags: LiveFlags) => {
      process.exitCode = await runLive(port, flags);
    });
}

async function runLive(port: readonly string[], flags: LiveFlags): Promise<number> {
  requireSeed(flags.seed);
  const asked = flags.kind ?? kindNames.filter((kind) => liveReaderOf(kind) !== null);
  for (const kind of asked) {
    if (liveReaderOf(kind) !== null) continue;
    throw new UsageError(`nobody reads ${kind} beside a writer: ${noLiveReader(kind)}`);
  }
  line(`seed ${flags.seed}`);
  const all: LiveReads[] = [];
  let left = 0;
  for (const kind of asked) {
    try {
      all.push(
        ...(port.length === 0 ? await ofOurs(kind, flags) : await ofPort(kind, port, flags)),
      );
    } catch (error) {
      if (!(error instanceof PortFault)) throw error;
      if (isNotClaimed(error) && flags.kind === undefined) {
        line(`- ${kind}: not applicable: ${shown(error.message)}`);
        left++;
        continue;
      }
      line(`✗ the port: ${error.fault}: ${shown(error.message)}`);
      return isNotClaimed(error) || error.fault === 'start' ? exit.cannotStart : exit.violates;
    }
  }
  for (const one of all) for (const text of linesOf(one)) line(text);
  return ended(all, left);
}

const isNotClaimed = ({ fault }: PortFault): boolean =>
  fault === 'not-served' || fault === 'handshake';

async function ofOurs(kind: string, flags: LiveFlags): Promise<readonly LiveReads[]> {
  const own = [process.execPath, ...process.execArgv, process.argv[1] ?? ''];
  const two = await liveInTwo(kind, { command: [...own, 'driver', '--kind', kind] }, flags);
  return [...(await liveInMemory(kind, 'safe', flags)), two];
}

async function ofPort(
  kind: string,
  command: readonly string[],
  flags: LiveFlags,
): Promise<readonly LiveReads[]> {
  return [await liveInTwo(kind, { command, timeFactor: flags.timeoutFactor }, flags)];
}

/** More findings than this are counted only. */
const findingsMost = 10;

function linesOf({
  kind,
  how,
  reads,
  overlapped,
  refused,
  between,
  shown: n,
  findings,
}: LiveReads): string[] {
  const beside = overlapped === 0 ? '' : `, ${thousands(overlapped)} while the writer went on`;
  const none = refused === 0 ? '' : `, ${thousands(refused)} refused`;
  const half = between === 0 ? '' : `, ${thousands(between)} saw a rollback half done`;
  const rest = findings.length - findingsMost;
  return [
    `${kind}  ${how}: ${counted(reads, 'read')}${beside}${none}${half}, ${thousands(n)} entries shown`,
    ...findings
      .slice(0, findingsMost)
      .map(({ anomaly, say, where }) => shown(`✗ ${kind}  ${anomaly}: ${say} (${where})`)),
    ...(rest > 0 ? [`… ${rest} more`] : []),
  ];
}

/** A run in which no read met a writer at work shows nothing. */
function ended(all: readonly LiveReads[], left: number): number {
  const broken = all.filter((one) => one.findings.length > 0);
  const idle = all.filter((one) => one.shown === 0 || (one.how !== 'at each moment' && one.overlapped === 0)); // prettier-ignore
  if (broken.length > 0) {
    const kinds = [...new Set(broken.map((one) => one.kind))];
    line(`VIOLATES: what a reader of ${kinds.join(', ')} sees is not what the log was`);
    return exit.violates;
  }
  if (all.length === 0 || idle.length > 0) {
    const why = all.length === 0 ? `${left} kinds have no such reader` : 'no read met the writer';
    line(`NOT SHOWN: ${why}`);
    return all.length === 0 ? exit.usage : exit.inconclusive;
  }
  line('CONFORMS');
  return exit.conforms;
}

function line(text: string): void {
  process.stdout.write(`${painted(text, paintFor(process.stdout, process.env))}\n`);
}

function positive(text: string): number {
  if (/^[1-9][0-9]{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It takes a positive number.');
}
