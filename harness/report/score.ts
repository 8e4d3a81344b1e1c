import type { Status } from '../verdicts/verdict.ts';
import type { Verdict } from '../results.ts';

/** Verdicts that stand outside the denominators. */
const aside: readonly Status[] = ['not_applicable', 'not_scored'];
const kept: readonly Status[] = ['pass', 'format_limit'];
/** Nothing was seen of these, good or bad. */
const unjudged: readonly Status[] = [
  'not_exercised', 'not_modelled', 'port_died', 'timeout', 'port_protocol', 'harness_error',
]; // prettier-ignore

/** The verdicts that count. */
export function scoring(verdicts: readonly Verdict[]): readonly Verdict[] {
  return verdicts.filter((one) => !aside.includes(one.status));
}

/**
 * What was kept of what counts, and what does not, as in `MUST 38/42 (2 not judged) · SHOULD 12/12
 * · known failing 2 · not applicable 3 · not scored 1 (1 broken)`.
 */
export function scoreText(verdicts: readonly Verdict[]): string {
  const count = (status: Status): number => verdicts.filter((v) => v.status === status).length;
  const levels = (['MUST', 'SHOULD'] as const).flatMap((level) => {
    const all = scoring(verdicts).filter((one) => one.level === level);
    const held = all.filter((one) => kept.includes(one.status));
    const open = all.filter((one) => unjudged.includes(one.status)).length;
    const note = open === 0 ? '' : ` (${open} not judged)`;
    return all.length === 0 ? [] : [`${level} ${held.length}/${all.length}${note}`];
  });
  const others = [
    ['known failing', 'xfail'], ['unexpected passes', 'xpass'], ['stale in the baseline', 'stale'],
    ['not applicable', 'not_applicable'], ['not scored', 'not_scored'],
  ] as const; // prettier-ignore
  const rest = others.flatMap(([name, status]) => {
    const n = count(status);
    const more = status === 'not_scored' ? brokenUnscored(verdicts) : '';
    return n === 0 ? [] : [`${name} ${n}${more}`];
  });
  return [...levels, ...rest].join(' · ') || 'nothing';
}

/** What does not count is told all the same. */
function brokenUnscored(verdicts: readonly Verdict[]): string {
  const broken = verdicts.filter(
    (v) => v.status === 'not_scored' && (v.measured === 'fail' || v.measured === 'warn'),
  );
  return broken.length === 0 ? '' : ` (broken: ${broken.map((v) => v.clause).join(', ')})`;
}
