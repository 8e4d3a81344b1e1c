import { visible } from '../lib/show.ts';
import type { Results } from '../results.ts';
import type { Problem } from '../verdicts/expected.ts';
import type { WaiverResult } from '../verdicts/waived.ts';
import { counted } from './numbers.ts';

/** A list that a run prints shows so many; the whole of it is in `results.json`. */
const linesMost = 20;
/** The end of what a port wrote to stderr: so many lines. */
const stderrMost = 8;

/**
 * What stands beside the findings of a run: what the port did wrong as a program, what could not be
 * modelled, how the run stands to its baseline and its waivers.
 */
export function standingLines(results: Results): string[] {
  return [
    ...results.kinds.flatMap((kind) => faultLines(kind)),
    ...results.kinds.flatMap((kind) =>
      (kind.notModelled ?? []).map(
        ({ call, times, id, say }) =>
          `? ${kind.kind}  not modelled: ${call}, ${counted(times, 'time')}, first in ${id}: ${say}`,
      ),
    ),
    ...baselineLines(results),
    ...cutTo((results.waivers ?? []).map(waiverLine)),
  ].map(visible);
}

function faultLines({ kind, portFaults = [] }: Results['kinds'][number]): string[] {
  return portFaults.flatMap(({ fault, times, id, say, stderr = '' }) => {
    const written = stderr.split('\n').filter((line) => line.trim() !== '');
    return [
      `✗ ${kind}  ${fault === 'suite' ? 'a defect of tearproof' : `the port: ${fault}`}, ${counted(times, 'time')}, first in ${id}: ${say}`,
      ...written.slice(-stderrMost).map((line) => `    stderr: ${line}`),
    ];
  });
}

const problemWords: Readonly<Record<Problem['is'], string>> = {
  xpass: 'unexpected pass',
  stale: 'stale entry',
  changed: 'changed failure',
  unexpected: 'one more failure',
  expired: 'expired entry',
};

function baselineLines({ baseline }: Results): string[] {
  if (baseline === undefined) return [];
  const { entries, matched, elsewhere, problems } = baseline;
  const other = elsewhere === 0 ? '' : `, ${elsewhere} of other runs`;
  return [
    `baseline: ${counted(entries, 'entry', 'entries')}, ${matched} as expected${other}`,
    ...cutTo(
      problems.map(
        ({ is, kind, clause, anomaly, say }) =>
          `✗ ${clause}  ${kind}  ${problemWords[is]}: ${anomaly}: ${say}`,
      ),
    ),
  ];
}

function waiverLine({ kind, clause, reason, until, state, measured, issue }: WaiverResult): string {
  const more = issue === undefined ? '' : ` (${issue})`;
  if (state === 'expired')
    return `✗ ${clause}  ${kind}  its waiver ended ${until}: ${reason}${more}`;
  if (state === 'elsewhere') return `waived, not part of this run: ${clause} of ${kind}${more}`;
  const seen = measured === undefined ? '' : `; here it is ${measured}`;
  return `waived until ${until}: ${clause} of ${kind}: ${reason}${more}${seen}`;
}

function cutTo(lines: readonly string[]): readonly string[] {
  if (lines.length <= linesMost) return lines;
  return [...lines.slice(0, linesMost), `… ${lines.length - linesMost} more in results.json`];
}

/** What fails a run beside broken clauses, in few words; none where nothing does. */
export function standingFaults(results: Results): readonly string[] {
  const faults = results.kinds.flatMap((kind) => kind.portFaults ?? []);
  const times = (name: string): number =>
    faults.filter((one) => one.fault === name).reduce((sum, one) => sum + one.times, 0);
  const names = [...new Set(faults.map((one) => one.fault))].map(
    (name) => `${name} ${times(name)}`,
  );
  const problems = results.baseline?.problems ?? [];
  const kinds = [...new Set(problems.map((one) => one.is))];
  const counts = kinds.map(
    (is) => `${problemWords[is]} ${problems.filter((one) => one.is === is).length}`,
  );
  const late = (results.waivers ?? []).filter((one) => one.state === 'expired').length;
  return [
    ...(names.length === 0 ? [] : [`the port failed as a program (${names.join(', ')})`]),
    ...(counts.length === 0 ? [] : [`the baseline does not fit (${counts.join(', ')})`]),
    ...(late === 0 ? [] : [`${counted(late, 'waiver')} ended`]),
  ];
}

/** What a run that conforms leaves out of that, in few words. */
export function standingNotes(results: Results): readonly string[] {
  const matched = results.baseline?.matched ?? 0;
  const waived = (results.waivers ?? []).filter((one) => one.state === 'holds').length;
  return [
    ...(matched === 0 ? [] : [counted(matched, 'known failure')]),
    ...(waived === 0 ? [] : [counted(waived, 'waived clause')]),
  ];
}
