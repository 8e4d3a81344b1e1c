import { visible } from '../lib/show.ts';
import type { KindResults, Results, Verdict } from '../results.ts';

const thousands = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

/** A number of things in words: `1 clause`, `2,000 clauses`. */
const counted = (n: number, one: string): string => `${thousands(n)} ${n === 1 ? one : `${one}s`}`;

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
    `  findings           ${findingText(kind.verdicts)}`,
    ...(kind.agreement.compared === 0 ? [] : [`  agreement          ${agreementText(kind)}`]),
    ...neverFired(kind).map((name) => `  never injected     ${name}`),
    ...kind.notTested.map(
      (what, i) => `  ${i === 0 ? 'not tested' : '          '}         ${what}`,
    ),
  ];
}

function agreementText({ agreement }: KindResults): string {
  const { same, compared } = agreement;
  return `opens ${thousands(same)} of ${thousands(compared)} sampled states as the original does (not scored)`;
}

/** Fault classes that were selected and never hit: what they would have shown is unknown. */
function neverFired(kind: KindResults): string[] {
  return Object.entries(kind.faults).flatMap(([name, hits]) => (hits === 0 ? [name] : []));
}

function scores(verdicts: readonly Verdict[]): string {
  return (['MUST', 'SHOULD'] as const)
    .flatMap((level) => {
      const all = verdicts.filter((v) => v.level === level);
      const idle = all.filter((v) => v.status === 'not_exercised').map((v) => v.clause);
      const note = idle.length === 0 ? '' : ` (not: ${idle.join(', ')})`;
      return all.length === 0 ? [] : [`${level} ${all.length - idle.length}/${all.length}${note}`];
    })
    .join(' · ');
}

function findingText(verdicts: readonly Verdict[]): string {
  const broken = verdicts.filter((v) => v.status === 'fail' || v.status === 'warn');
  if (broken.length === 0) return 'none';
  const must = broken.filter((v) => v.status === 'fail').length;
  const levels =
    must === broken.length ? 'all MUST' : `${must} MUST, ${broken.length - must} SHOULD`;
  return `${counted(broken.length, 'clause')} broken (${levels}), shown below`;
}

/** The last line of a run. */
export function verdictLine(results: Results): string {
  const verdicts = results.kinds.flatMap((k) => k.verdicts);
  const failed = verdicts.filter((v) => v.status === 'fail').length;
  const idle = verdicts.filter((v) => v.status === 'not_exercised').map((v) => v.clause);
  if (results.exitCode === 0) return 'CONFORMS';
  if (results.ended === 'harness_error') return `HARNESS ERROR: ${visible(results.detail ?? '')}`;
  if (results.ended === 'interrupted') return 'INTERRUPTED: what was found until then is above';
  if (results.ended === 'hang') return `VIOLATES: ${results.hang?.kind ?? 'a port'} hangs`;
  if (failed > 0) return `VIOLATES: ${counted(failed, 'MUST clause')} broken`;
  if (!results.complete) return 'INCONCLUSIVE: the run did not end';
  if (idle.length > 0) return `NOT SHOWN: not exercised: ${idle.join(', ')}`;
  const never = results.kinds.flatMap(neverFired);
  return `INCONCLUSIVE: never injected: ${never.join(', ')}`;
}
