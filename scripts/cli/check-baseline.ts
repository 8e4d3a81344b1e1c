import * as fs from 'node:fs';
import * as path from 'node:path';
import type { CheckRequest } from '../../harness/engine.ts';
import { parseEvents, type RunEvent } from '../../harness/events.ts';
import { counted } from '../../harness/report/numbers.ts';
import { verdictLine } from '../../harness/report/summary.ts';
import { resultsOf, type Results } from '../../harness/results.ts';
import { runFiles } from '../../harness/sink.ts';
import { keyOfEntry } from '../../harness/verdicts/expect.ts';
import type { ExpectedEntry } from '../../harness/verdicts/schemas.ts';
import { baselineText, updatedBaseline } from '../../harness/verdicts/update.ts';
import { exit, UsageError } from './lib/exit.ts';

/** Where a baseline is written, and from what. */
export interface UpdateOptions {
  readonly request: CheckRequest;
  readonly file: string;
  /** The folder of the run. */
  readonly dir: string;
  readonly line: (text: string) => void;
}

/**
 * Writes the baseline that a run fits over the one that it was held against; answers the exit code
 * that the run has with it. A run that did not come to its end changes nothing.
 */
export function updateBaseline(
  results: Results,
  { request, file, dir, line }: UpdateOptions,
): number {
  if (!results.complete) {
    line(`the run did not come to its end: ${file} is left as it is`);
    return results.exitCode;
  }
  const before = request.expect?.baseline ?? [];
  const { baseline, added, removed, unexplained } = updatedBaseline(results, before);
  write(file, baselineText(baseline));
  const count = counted(baseline.entries.length, 'entry', 'entries');
  line(`${file}: ${count}, ${added} added, ${removed} removed, ${unexplained} unexplained`);
  const events = parseEvents(fs.readFileSync(path.join(dir, runFiles.events), 'utf8'));
  const past = new Set(before.filter((one) => one.expired === true).map(keyOfEntry));
  const known = baseline.entries.map((one): ExpectedEntry =>
    past.has(keyOfEntry(one)) ? { ...one, expired: true } : one,
  );
  const held = events.map((event): RunEvent =>
    event.is === 'start' ? { ...event, baseline: known } : event,
  );
  const fitted = resultsOf(held);
  if (fitted === null) return exit.harnessBug;
  line(`with it: ${verdictLine(fitted)}`);
  return fitted.exitCode;
}

function write(file: string, text: string): void {
  const temporary = `${file}.tmp`;
  try {
    fs.writeFileSync(temporary, text);
    fs.renameSync(temporary, file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`cannot write the baseline ${file} (${code})`);
  }
}
