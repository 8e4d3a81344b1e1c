import type { Command } from 'commander';
import { Option } from 'commander';
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
    .argument('<file>', 'a repro that check wrote')
    .option('--store <store>', 'on another of our stores: safe, original, or bug:<id>')
    .addOption(
      new Option('--layer <layer>', 'derive the state from its history, or use its image').choices([
        'made',
        'image',
      ]),
    )
    .action(async (file: string, flags: ReplayFlags) => {
      process.exitCode = await runReplay(file, flags);
    });
}

/**
 * Exit 1 where the clause breaks again, 0 where it no longer does, 2 where the file is no repro.
 */
async function runReplay(file: string, flags: ReplayFlags): Promise<number> {
  const repro = tryRead(file);
  if (typeof repro === 'string') {
    process.stderr.write(`tearproof replay: ${repro}\n`);
    return 2;
  }
  const maker = repro.made?.by;
  const store = flags.store ?? maker ?? 'safe';
  const layer = flags.layer ?? (store === maker ? 'made' : 'image');
  const replayed = await replayOn(repro, store, layer);
  for (const line of reproLines(repro, replayed, file)) process.stdout.write(`${line}\n`);
  const end = replayed.finding === null ? 'NOT BROKEN' : `BROKEN: ${replayed.finding.anomaly}`;
  process.stdout.write(`layer ${replayed.layer}, store ${store}: ${end}\n`);
  return replayed.finding === null ? 0 : 1;
}

function tryRead(file: string): ReturnType<typeof readRepro> | string {
  try {
    return readRepro(file);
  } catch (error) {
    return `${file}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
