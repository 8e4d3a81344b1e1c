import type { Command } from 'commander';
import { Option } from 'commander';
import type { Repro } from '../../harness/repro.ts';
import { painted } from './check-print.ts';
import { paintFor } from './lib/paint.ts';
import { shown } from '../../harness/lib/shown.ts';
import { readRepro, replayOn, reproLines } from './lib/show-repro.ts';

interface ReplayFlags {
  readonly store?: string;
  readonly layer?: 'made' | 'image';
}

/** Adds `tearproof replay`. */
export function register(program: Command): void {
  program
    .command('replay')
    .description('run one repro again: history, fault, what was seen, what was owed')
    .argument('<file>', 'a repro that check wrote, or the `repro` of a broken clause')
    .option('--store <store>', 'on another of our stores: safe, original, or bug:<id>')
    .addOption(
      new Option('--layer <layer>', 'derive the state from its history, or use its image').choices([
        'made',
        'image',
      ]),
    )
    .addHelpText('after', '\nExit codes: 1 the clause breaks again, 0 it does not, 2 no repro.')
    .action(async (file: string, flags: ReplayFlags) => {
      process.exitCode = await runReplay(file, flags);
    });
}

/**
 * Exit 1 where the clause breaks again, 0 where it no longer does; `UsageError` (2) where the file
 * is no repro.
 */
async function runReplay(file: string, flags: ReplayFlags): Promise<number> {
  const paint = paintFor(process.stdout, process.env);
  const out = (line: string): void => void process.stdout.write(`${painted(line, paint)}\n`);
  const repro = readRepro(file);
  const store = flags.store ?? makerOf(repro) ?? 'safe';
  const layer = flags.layer ?? (store === repro.made?.by ? 'made' : 'image');
  const shownBy = await replayOn(repro, store, layer);
  const words = ['npx tearproof replay', file];
  if (flags.store !== undefined) words.push('--store', flags.store);
  if (flags.layer !== undefined) words.push('--layer', flags.layer);
  for (const line of await reproLines(repro, shownBy, words.join(' '))) out(line);
  const { replayed } = shownBy;
  const { finding } = replayed;
  out('');
  const by = repro.made?.by;
  if (by !== undefined && makerOf(repro) === null) {
    out(
      `made by «${shown(by)}», which cannot be run from here: ${store} was given its image instead`,
    );
  }
  out(`layer ${replayed.layer}, store ${store}, policy ${repro.policy}`);
  out(finding === null ? 'NOT BROKEN here' : `BROKEN: ${repro.clause} ${finding.anomaly}`);
  return finding === null ? 0 : 1;
}

/** The store of ours that made it; a port of somebody else's is not here, only its image. */
function makerOf({ made }: Repro): string | null {
  if (made === undefined) return null;
  const isOurs = made.by === 'safe' || made.by === 'original' || made.by.startsWith('bug:');
  return isOurs ? made.by : null;
}
