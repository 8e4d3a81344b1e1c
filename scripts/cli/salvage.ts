import type { Command } from 'commander';
import { leftOutPath, salvage } from '../../harness/salvage/salvage.ts';
import { SalvageError } from '../../harness/salvage/types.ts';
import type { Reason, Report } from '../../harness/salvage/types.ts';
import { UsageError, exit } from './lib/exit.ts';
import { counted, shown } from './lib/shown.ts';

/**
 * Adds `tearproof salvage`. Ends with 1 where something was found and nothing of it could be kept.
 */
export function register(program: Command): void {
  program
    .command('salvage')
    .description('make a new session-store-v2 of everything in DIR that verifies; DIR is only read')
    .argument('<dir>', 'the damaged store')
    .argument('<out>', 'where the new store goes: a name that is free, or an empty directory')
    .action((dir: string, out: string) => {
      const report = run(dir, out);
      process.stdout.write(`${textOf(report, out)}\n`);
      process.exitCode =
        report.kept === 0 && report.leftOut.length > 0 ? exit.violates : exit.conforms;
    });
}

function run(dir: string, out: string): Report {
  try {
    return salvage(dir, out);
  } catch (error) {
    if (error instanceof SalvageError && error.code !== 'result_refused') {
      throw new UsageError(`${error.code}: ${error.message}`);
    }
    throw error;
  }
}

const keptWithDoubt = new Set<Reason>(['rewritten', 'witness_disagrees', 'rollback_unfinished']);

function textOf(report: Report, out: string): string {
  const { kept, framesFound, segments, checkpoints, events } = report;
  const lines = [
    `kept ${kept} of ${counted(framesFound, 'frame')} that verify, in ${counted(segments, 'segment')}: ${out}`,
    `chain ${report.chainHash}`,
    `with ${counted(checkpoints, 'checkpoint')}, ${counted(events, 'ledger event')}, ` +
      (report.manifest ? 'a manifest' : 'no manifest'),
  ];
  for (const reason of new Set(report.leftOut.map((left) => left.reason))) {
    const places = report.leftOut.filter((left) => left.reason === reason);
    const bytes = places.reduce((sum, { from, to }) => sum + to - from, 0);
    const verb = keptWithDoubt.has(reason) ? 'noted' : 'left out';
    lines.push(`${verb}: ${reason}, ${counted(places.length, 'place')}, ${counted(bytes, 'byte')}`);
  }
  if (report.leftOut.length > 0) lines.push(`each place: ${leftOutPath(out)}`);
  return lines.map(shown).join('\n');
}
