#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { UsageError, exit } from './lib/exit.ts';
import { packageVersion } from './lib/package.ts';
import { shown } from '../../harness/lib/shown.ts';

interface Subcommand {
  register(program: Command): void;
}

/** A subcommand's module is loaded only when it is asked for, or when help lists them all. */
const subcommands: Readonly<Record<string, () => Promise<Subcommand>>> = {
  check: () => import('./check.ts'),
  replay: () => import('./replay.ts'),
  inspect: () => import('./inspect.ts'),
  salvage: () => import('./salvage.ts'),
  explain: () => import('./explain.ts'),
  driver: () => import('./driver.ts'),
  init: () => import('./init.ts'),
  lint: () => import('./lint.ts'),
  doctor: () => import('./doctor.ts'),
  live: () => import('./live.ts'),
  zoo: () => import('./zoo.ts'),
};

/** Runs one command line (without `node` and the script) and answers the exit code. */
async function run(args: readonly string[]): Promise<number> {
  const program = new Command('tearproof')
    .description('Searches for a way to make an append-only store lose or invent data.')
    .version(packageVersion(), '-V, --version')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(text.split('\n').map(shown).join('\n')),
    });
  const asked = subcommands[args.find((arg) => !arg.startsWith('-')) ?? ''];
  const wanted = asked === undefined ? Object.values(subcommands) : [asked];
  for (const load of wanted) (await load()).register(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (thrown) {
    return exitOf(thrown);
  }
  return Number(process.exitCode ?? exit.conforms);
}

function exitOf(thrown: unknown): number {
  // Help and version end with 0; everything else that the parser refuses is a usage error.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exit.conforms : exit.usage;
  if (thrown instanceof UsageError) {
    process.stderr.write(`error: ${shown(thrown.message)}\n`);
    return exit.usage;
  }
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  process.stderr.write(`tearproof failed; this is a defect of tearproof itself.\n${text}\n`);
  return exit.harnessBug;
}

// A reader that closes the pipe early (head) has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? exit.conforms);
  throw error;
});
process.exitCode = await run(process.argv.slice(2));
