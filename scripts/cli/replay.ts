import type { Command } from 'commander';
import { Option } from 'commander';
import { isOurs } from '../../harness/remote/replayer.ts';
import { reaches, type Reach } from '../../harness/remote/request.ts';
import type { Remote } from '../../harness/remote/subject.ts';
import type { Repro } from '../../harness/repro.ts';
import { painted } from './check-print.ts';
import { paintFor } from './lib/paint.ts';
import { shown } from '../../harness/lib/shown.ts';
import { onPort } from './check-port.ts';
import { portWords } from './check-request.ts';
import { exit, UsageError } from './lib/exit.ts';
import {
  readRepro,
  replayOn,
  replayOnPort,
  reproLines,
  type Shown as ReproShown,
} from './lib/show-repro.ts';

interface ReplayFlags {
  readonly store?: string;
  readonly layer?: 'made' | 'image';
  readonly reach?: Reach;
  readonly timeoutFactor?: string;
}

/** Adds `tearproof replay`. */
export function register(program: Command): void {
  program
    .command('replay')
    .description('run one repro again: history, fault, what was seen, what was owed')
    .argument('<file>', 'a repro that check wrote, or the `repro` of a broken clause')
    .argument('[port...]', 'behind --: a program that serves stores, and its arguments')
    .option('--store <store>', 'on another of our stores: safe, original, or bug:<id>')
    .addOption(
      new Option('--layer <layer>', 'derive the state from its history, or use its image').choices([
        'made',
        'image',
      ]),
    )
    .addOption(
      new Option('--reach <reach>', 'how much of a port is seen')
        .choices(reaches)
        .default('images'),
    )
    .option('--timeout-factor <factor>', 'a port has so many times the usual time', '1')
    .addHelpText(
      'after',
      '\nExit codes: 1 the clause breaks again, 0 it does not, 2 no repro, 3 the port cannot start, ' +
        '5 it needs --reach traced.',
    )
    .action(async (file: string, port: readonly string[], flags: ReplayFlags) => {
      process.exitCode = await (port.length === 0
        ? runReplay(file, flags)
        : onPort(port, flags, (_asked, remote) => replayOnGiven(file, flags, { remote, port })));
    });
}

/** The same on a port in another process. */
async function replayOnGiven(
  file: string,
  { layer, store, reach = 'images' }: ReplayFlags,
  { remote, port }: { readonly remote: Remote; readonly port: readonly string[] },
): Promise<number> {
  if (store !== undefined)
    throw new UsageError('--store is a store of ours: leave it or the port out');
  const repro = readRepro(file);
  const shownBy = await replayOnPort(repro, remote, layer);
  const words = ['npx tearproof replay', file, ...(layer === undefined ? [] : ['--layer', layer])];
  if (shownBy.replayed.layer === 'made' && (repro.made?.reach ?? reach) !== reach) {
    // Whatever shows here is not what the repro tells of: the calls of the port are not seen.
    print('INCONCLUSIVE: this history was made at --reach traced, and is played again only there');
    return exit.inconclusive;
  }
  const command = [...words, portWords(reach, port)].join(' ');
  for (const line of await reproLines(repro, shownBy, command)) print(line);
  return verdictOf(repro, shownBy, `port ${shown(port.join(' '))}`);
}

/**
 * Exit 1 where the clause breaks again, 0 where it no longer does; `UsageError` (2) where the file
 * is no repro.
 */
async function runReplay(file: string, flags: ReplayFlags): Promise<number> {
  const repro = readRepro(file);
  const store = flags.store ?? makerOf(repro) ?? 'safe';
  const layer = flags.layer ?? (store === repro.made?.by ? 'made' : 'image');
  const shownBy = await replayOn(repro, store, layer);
  const words = ['npx tearproof replay', file];
  if (flags.store !== undefined) words.push('--store', flags.store);
  if (flags.layer !== undefined) words.push('--layer', flags.layer);
  for (const line of await reproLines(repro, shownBy, words.join(' '))) print(line);
  return verdictOf(repro, shownBy, `store ${store}`);
}

/** The last lines: what was used, and whether the clause broke again. */
function verdictOf(repro: Repro, { replayed }: ReproShown, who: string): number {
  const { finding, layer, prevented } = replayed;
  print('');
  const by = repro.made?.by;
  if (by !== undefined && layer === 'image' && makerOf(repro) === null) {
    print(`made by «${shown(by)}», which cannot be run from here: its image was given instead`);
  }
  print(`layer ${layer}, ${who}, policy ${repro.policy}`);
  if (prevented) print('what the power cut lost is durable here by then');
  print(finding === null ? 'NOT BROKEN here' : `BROKEN: ${repro.clause} ${finding.anomaly}`);
  return finding === null ? 0 : 1;
}

function print(line: string): void {
  process.stdout.write(`${painted(line, paintFor(process.stdout, process.env))}\n`);
}

/** The store of ours that made it; a port of somebody else's is not here, only its image. */
function makerOf({ made }: Repro): string | null {
  return made !== undefined && isOurs(made.by) ? made.by : null;
}
