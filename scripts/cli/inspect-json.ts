import type { Inspection } from '../../harness/inspect/inspect.ts';

/** Files and problems that are listed one by one; the counts beside them go on. */
const listed = 1000;

/**
 * An inspection as JSON: 64-bit integers as decimal strings, control characters escaped as JSON
 * does, lists cut at 1,000 with the number left out beside them.
 */
export function asJson(found: Inspection): string {
  const { survey } = found;
  const report = {
    schema: 'tearproof.inspect.v1',
    kind: found.kind,
    verdict: found.verdict,
    files: survey.files.slice(0, listed),
    filesLeftOut: Math.max(0, survey.files.length - listed),
    entries: survey.entries,
    entriesLeftOut: survey.entryCount - survey.entries.length,
    entryCount: survey.entryCount,
    verified: survey.verified,
    ...survey.own,
    problems: survey.problems,
    problemsLeftOut: survey.wrong + survey.odd - survey.problems.length,
    wrong: survey.wrong,
    odd: survey.odd,
    unread: found.unread.slice(0, listed),
    unreadLeftOut: Math.max(0, found.unread.length - listed),
    unchecked: survey.unchecked,
    policies: found.policies,
  };
  const text = JSON.stringify(
    report,
    (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
    2,
  );
  // JSON leaves these as they are; a terminal may act on them.
  const unsafe = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g;
  const hex = (c: string): string => c.charCodeAt(0).toString(16).padStart(4, '0');
  return `${text.replace(unsafe, (c) => `\\u${hex(c)}`)}\n`;
}
