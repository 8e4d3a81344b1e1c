import type { Command } from 'commander';
import { leftOutPath, salvage } from '../../harness/salvage/salvage.ts';
import { SalvageError } from '../../harness/salvage/types.ts';
import type { Reason, Report } from '../../harness/salvage/types.ts';
import { UsageError, exit } from './lib/exit.ts';
import { counted, shown } from '../../harness/lib/shown.ts';

/**
 * Adds `tearproof salvage`. Ends with 1 where something was found and nothing of it could be kept.
 */
export function register(program: Command): void {
  program
    .command('salvage')
    .description(
      'make a new session-store-v2 of every entry in DIR that verifies and whose parents do; DIR is only read',
    )
    .argument('<dir>', 'the damaged store')
    .argument('<out>', 'where the new store goes: a name that is free, or an empty directory')
    .addHelpText(
      'after',
      '\nWhat is left out is listed, with its place in DIR, in OUT.left-out.jsonl. Exit code 1 where there' +
        '\nwas something and none of it could be kept.',
    )
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

/** The reasons for a person; an entry without its parents would be a conversation without sense. */
const inWords: Readonly<Record<Reason, string>> = {
  bad_line: 'a line that is no frame, or fails its hash',
  too_long: 'a line longer than a reader takes',
  unread: 'bytes that could not be read',
  duplicate_id: 'an id that an earlier entry has',
  parent_lost: 'verifies, but an entry that it follows on is lost',
  parent_cycle: 'verifies, but its parents go in a circle',
  rewritten: 'kept, in canonical spelling',
  witness_disagrees: 'kept, though the old index says otherwise',
  set_aside: 'a file that a store had put aside',
  not_a_file: 'a link, a directory or a device in the place of a file',
  checkpoint_stale: 'its head is not in the new store',
  checkpoint_unreadable: 'a checkpoint that cannot be read',
  manifest_unverified: 'a manifest that does not verify',
  event_unreadable: 'a ledger line that is no event',
  rollback_unfinished: 'kept, though a rollback of it had begun',
};

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
    const where = `${counted(places.length, 'place')}, ${counted(bytes, 'byte')}`;
    lines.push(`${verb}: ${reason} (${inWords[reason]}), ${where}`);
  }
  if (report.leftOut.length > 0) lines.push(`each place: ${leftOutPath(out)}`);
  return lines.map(shown).join('\n');
}
