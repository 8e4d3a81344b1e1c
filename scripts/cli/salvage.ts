import type { Command } from 'commander';
import { leftOutPath, salvage } from '../../harness/salvage/salvage.ts';
import type { Report } from '../../harness/salvage/salvage.ts';
import { SalvageError } from '../../harness/salvage/salvager.ts';
import { UsageError, exit } from './lib/exit.ts';
import { counted, shown } from '../../harness/lib/shown.ts';

/**
 * Adds `tearproof salvage`. Ends with 1 where something was found and nothing of it could be kept.
 */
export function register(program: Command): void {
  program
    .command('salvage')
    .description(
      'make a new store of every entry in DIR that verifies with all its parents; DIR is only read',
    )
    .argument('<dir>', 'the damaged store')
    .argument('<out>', 'where the new store goes: a name that is free, or an empty directory')
    .option('--kind <kind>', 'the kind of the store; by default what its names speak for')
    .addHelpText(
      'after',
      '\nWhat is left out is listed, with its place in DIR, in OUT.left-out.jsonl. Exit code 1 where there' +
        '\nwas something and none of it could be kept.',
    )
    .action(async (dir: string, out: string, { kind }: { readonly kind?: string }) => {
      const report = await run(dir, out, kind ?? null);
      process.stdout.write(`${textOf(report, out)}\n`);
      process.exitCode =
        report.kept === 0 && report.leftOut.length > 0 ? exit.violates : exit.conforms;
    });
}

async function run(dir: string, out: string, kind: string | null): Promise<Report> {
  try {
    return await salvage(dir, out, kind);
  } catch (error) {
    if (error instanceof SalvageError && error.code !== 'result_refused') {
      throw new UsageError(`${error.code}: ${error.message}`);
    }
    throw error;
  }
}

function textOf(report: Report, out: string): string {
  const { kept, framesFound, words, leftOut, reasons } = report;
  const lines = [`kept ${kept} of ${counted(framesFound, 'frame')} that verify: ${out}`, ...words];
  for (const reason of new Set(leftOut.map((left) => left.reason))) {
    const places = leftOut.filter((left) => left.reason === reason);
    const bytes = places.reduce((sum, { from, to }) => sum + to - from, 0);
    const verb = reasons[reason]?.keeps === true ? 'noted' : 'left out';
    const where = `${counted(places.length, 'place')}, ${counted(bytes, 'byte')}`;
    lines.push(`${verb}: ${reason} (${reasons[reason]?.says ?? ''}), ${where}`);
  }
  if (leftOut.length > 0) lines.push(`each place: ${leftOutPath(out)}`);
  return lines.map(shown).join('\n');
}
