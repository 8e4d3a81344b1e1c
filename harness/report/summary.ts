import type { KindResults, Results, Verdict } from '../results.ts';
import { visible } from '../lib/show.ts';

const thousands = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/**
 * A run as lines of text: kinds, denominators, what was done, what was not; failures come last,
 * elsewhere.
 */
export function summaryLines(results: Results): string[] {
  return [
    `tearproof ${results.tearproof} · depth ${results.depth} · policy ${results.policy} · seed ${results.seed}`,
    ...results.kinds.flatMap(kindLines),
  ];
}

function kindLines(kind: KindResults): string[] {
  const { totals, faults } = kind;
  const total = (name: string): string => thousands(totals[name] ?? 0);
  const inside = thousands(faults['kill inside a write'] ?? 0);
  return [
    '',
    `${kind.kind} (${visible(kind.port)})`,
    `  clauses exercised  ${scores(kind.verdicts)}`,
    `  histories          ${kind.histories.done} of ${kind.histories.planned}, ${total('operations')} operations`,
    `  kill cuts          ${total('cuts')}, of them ${inside} inside a write`,
    `  damaged images     ${total('damaged')}`,
    `  states walked      ${total('walked')} (${total('generated')} generated, the rest merged as equal)`,
    `  findings           ${findingCount(kind.verdicts)}`,
    ...(kind.agreement.compared === 0 ? [] : [`  agreement          ${agreementText(kind)}`]),
    `  not tested         ${kind.notTested.join('; ')}`,
  ];
}

function agreementText({ agreement }: KindResults): string {
  const { same, compared } = agreement;
  return `opens ${thousands(same)} of ${thousands(compared)} states as the original does (not scored)`;
}

function scores(verdicts: readonly Verdict[]): string {
  return (['MUST', 'SHOULD'] as const)
    .map((level) => {
      const all = verdicts.filter((v) => v.level === level);
      const passed = all.filter((v) => v.status === 'pass').length;
      const idle = all.filter((v) => v.status === 'not_exercised').length;
      const note = idle === 0 ? '' : ` (${idle} not exercised)`;
      return `${level} ${passed}/${all.length}${note}`;
    })
    .join(' · ');
}

function findingCount(verdicts: readonly Verdict[]): string {
  const broken = verdicts.filter((v) => v.status === 'fail' || v.status === 'warn');
  if (broken.length === 0) return 'none';
  const states = broken.reduce((sum, v) => sum + v.failed, 0);
  return `${broken.length} clauses broken, in ${thousands(states)} states`;
}

/** The last line of a run. */
export function verdictLine(results: Results): string {
  const verdicts = results.kinds.flatMap((k) => k.verdicts);
  const failed = verdicts.filter((v) => v.status === 'fail').length;
  const idle = verdicts.filter((v) => v.status === 'not_exercised');
  if (results.exitCode === 0) return 'CONFORMS';
  if (failed > 0) return `VIOLATES: ${failed} MUST ${failed === 1 ? 'clause' : 'clauses'} broken`;
  if (!results.complete) return 'INCONCLUSIVE: the run did not end';
  if (idle.length > 0) return `NOT SHOWN: not exercised: ${idle.map((v) => v.clause).join(', ')}`;
  return `exit code ${results.exitCode}`;
}
