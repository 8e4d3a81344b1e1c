import * as path from 'node:path';
import type { CheckRequest } from '../../harness/engine.ts';
import type { RunEvent } from '../../harness/events.ts';
import { standingLines } from '../../harness/report/standing.ts';
import { summaryLines, verdictLine } from '../../harness/report/summary.ts';
import type { Results, Verdict } from '../../harness/results.ts';
import { paintFor, type Paint } from './lib/paint.ts';
import { showRepro, type PortGiven } from './lib/show-repro.ts';
import { shown } from '../../harness/lib/shown.ts';

/** More findings than this are in `results.json` only. */
const briefMost = 40;

/** A sentence that names a power cut, what was lost by it and in which call fits in this. */
const sayMost = 320;

/** One line that says where a run is: on a terminal only, gone before anything else is printed. */
export function progressLine(request: CheckRequest): {
  readonly event: (event: RunEvent) => void;
  readonly clear: () => void;
} {
  const { isTTY } = process.stderr;
  const total = request.depth.histories * request.subjects.length;
  let done = 0;
  let states = 0;
  return {
    event: (event) => {
      if (event.is !== 'case') return;
      done++;
      states += event.walked;
      const line = `${done} of ${total} histories · ${states} states · ${event.id}`;
      if (isTTY) process.stderr.write(`\r\u001b[K${line}`);
    },
    clear: () => {
      if (isTTY) process.stderr.write('\r\u001b[K');
    },
  };
}

/**
 * Prints the summary, then what failed: the worst finding whole, the others a line each; the
 * verdict is last.
 */
export async function printResults(results: Results, dir: string, port?: PortGiven): Promise<void> {
  const paint = paintFor(process.stdout, process.env);
  const out = (line: string): void => void process.stdout.write(`${painted(line, paint)}\n`);
  const verdicts = results.kinds.flatMap((kind) => kind.verdicts);
  const broken = verdicts.filter((v) => v.status === 'fail' || v.status === 'warn');
  const sorted = broken.toSorted((a, b) => badness(a) - badness(b));
  const worst = sorted.find((v) => v.repro !== undefined);
  for (const line of summaryLines(results)) out(line);
  if (worst?.repro !== undefined) {
    out('');
    for (const line of await showRepro(path.join(dir, worst.repro), port)) out(line);
  }
  const others = sorted.filter((v) => v !== worst);
  if (others.length > 0) out('');
  for (const verdict of others.slice(0, briefMost)) out(brief(verdict, dir, port));
  if (others.length > briefMost) out(`… ${others.length - briefMost} more in results.json`);
  for (const line of hangLines(results, dir)) out(line);
  const standing = standingLines(results);
  if (standing.length > 0) out('');
  for (const line of standing) out(line);
  out('');
  out(`this run again: npx ${results.command}`);
  out(`results: ${path.join(dir, 'results.json')}`);
  out(verdictLine(results));
}

/** What is as plain as a power cut stands between these. */
const plain = ['none', 'all prefixes', 'damage at rest'];
const involved = ['error sweep', 'nested'];

/** A MUST before a SHOULD, then what needs less to go wrong: it is easier to understand. */
function badness({ status, rung = 'nested' }: Verdict): number {
  const between = plain.length + 1 + involved.indexOf(rung);
  return (status === 'fail' ? 0 : 10) + (plain.includes(rung) ? plain.indexOf(rung) : between);
}

function hangLines({ hang }: Results, dir: string): string[] {
  if (hang === undefined) return [];
  const file = hang.file === undefined ? '' : ` (${path.join(dir, hang.file)})`;
  return [
    '',
    `✗ ${hang.kind}  hang: ${shown(hang.say)}${file}`,
    '  what a user loses: Availability: the program waits for ever on this store.',
  ];
}

function brief(verdict: Verdict, dir: string, port?: PortGiven): string {
  const mark = verdict.status === 'fail' ? '✗' : '!';
  const names = Object.keys(verdict.anomalies).join(', ');
  const say = shown(verdict.say ?? '');
  const short = say.length > sayMost ? `${say.slice(0, sayMost - 1)}…` : say;
  const on = port === undefined ? '' : ` ${port.words}`;
  const file =
    verdict.repro === undefined
      ? ''
      : `\n    npx tearproof replay ${path.join(dir, verdict.repro)}${on}`;
  return `${mark} ${verdict.clause}  ${verdict.level}  ${names}: ${short}${file}`;
}

/** Colours by how a line begins; the text is the same with and without. */
export function painted(line: string, paint: Paint): string {
  if (/^✗|^VIOLATES|^BROKEN|^CANNOT START/.test(line)) return paint('red', line);
  if (/^[!?] |^INCONCLUSIVE|^INTERRUPTED|^NOT SHOWN|^ +⚡/.test(line)) return paint('yellow', line);
  return /^CONFORMS(?: at reach [a-z]+)?$|^✓/.test(line) ? paint('green', line) : line;
}
