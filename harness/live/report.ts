import type { CaseEvent } from '../events.ts';
import { shown } from '../lib/shown.ts';
import { counted, thousands } from '../report/numbers.ts';
import { scoreText } from '../report/score.ts';
import { standingLines } from '../report/standing.ts';
import type { KindResults, Results } from '../results.ts';
import { kindNamed } from '../subjects.ts';
import type { Verdict } from '../verdicts/verdict.ts';
import { classOf, type How } from './plan.ts';

/** A run beside writers as lines of text: kinds, how often a writer was met, what is broken. */
export function liveLines(results: Results, cases: readonly CaseEvent[]): string[] {
  return [
    ...results.kinds.flatMap((kind) =>
      kindLines(
        kind,
        cases.filter((one) => one.kind === kind.kind),
      ),
    ),
    ...results.kinds.flatMap((kind) => kind.verdicts.flatMap((one) => brokenLines(kind, one))),
    ...standingLines(results),
  ];
}

function kindLines(kind: KindResults, cases: readonly CaseEvent[]): string[] {
  const hows = [...new Set(cases.map(howOf))];
  return [
    `${kind.kind} (${shown(kind.port)})`,
    ...hows.map((how) =>
      readLine(
        how,
        cases.filter((one) => howOf(one) === how),
      ),
    ),
    `  clauses kept       ${scoreText(kind.verdicts)}`,
    '',
  ];
}

/** What is behind the name of the history. */
const howOf = ({ id }: CaseEvent): How => id.slice(id.indexOf(' ') + 1) as How;

function readLine(how: How, cases: readonly CaseEvent[]): string {
  const sum = (of: (one: CaseEvent) => number | undefined): number =>
    cases.reduce((total, one) => total + (of(one) ?? 0), 0);
  const reads = counted(sum((one) => one.walked), 'read'); // prettier-ignore
  const within = thousands(sum((one) => one.faults[classOf(how)]));
  const refused = sum((one) => one.phases['refused']);
  const none = refused === 0 ? '' : `, ${thousands(refused)} refused`;
  const entries = counted(
    sum((one) => one.phases['shown']),
    'entry',
    'entries',
  );
  return `  ${how.padEnd(18)} ${reads}, ${within} while the writer was within an operation${none}; ${entries} shown`;
}

function brokenLines({ kind }: KindResults, verdict: Verdict): string[] {
  const { clause, level, status, anomalies, failed, say = '' } = verdict;
  if (status !== 'fail' && status !== 'warn') return [];
  const known = kindNamed(kind).clauses.find(({ id }) => id === clause);
  return [
    `✗ ${clause}  ${level}  ${known?.text ?? ''}`,
    `  what a user loses: ${known?.loses ?? ''}`,
    `  ${Object.keys(anomalies).join(', ')}, ${counted(failed, 'read')}: ${shown(say)}`,
    '',
  ];
}
