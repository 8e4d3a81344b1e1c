import { redundantLines } from '../advise/redundant.ts';
import { visible } from '../lib/show.ts';
import type { KindResults, Results, Verdict } from '../results.ts';
import { ladderLines, unexploredLines } from './ladder-table.ts';
import { counted, thousands } from './numbers.ts';
import { reportedLines } from './reported.ts';

/**
 * A run as lines of text: kinds, denominators, what was done, what was not; failures come last,
 * elsewhere.
 */
export function summaryLines(results: Results): string[] {
  return [
    `tearproof ${results.tearproof} · depth ${results.depth} · policy ${results.policy} · seed ${results.seed}`,
    ...results.kinds.flatMap((kind) => kindLines(kind, results)),
  ];
}

function kindLines(kind: KindResults, results: Results): string[] {
  const { totals, histories } = kind;
  const total = (name: string): string => thousands(totals[name] ?? 0);
  return [
    '',
    `${kind.kind} (${visible(kind.port)})`,
    `  clauses exercised  ${scores(kind.verdicts)}`,
    `  histories          ${histories.done} of ${histories.planned}, ${total('operations')} operations`,
    `  states walked      ${total('walked')} of ${thousands(generatedBy(kind))} generated; the rest equal, or left out`,
    ...ladderLines(kind),
    `  findings           ${findingText(kind.verdicts)}`,
    ...listed('reported', reportedLines(kind)),
    ...listed('syncs in vain', redundantLines(kind.syncs)),
    ...(kind.agreement.compared === 0 ? [] : [`  agreement          ${agreementText(kind)}`]),
    ...listed('never injected', joined(neverFired(kind))),
    ...listed('not explored', unexploredLines(kind, results)),
    ...listed('not tested', kind.notTested),
  ];
}

function joined(items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [items.join(', ')];
}

function generatedBy({ rungs }: KindResults): number {
  return rungs.reduce((sum, one) => sum + one.generated, 0);
}

/** A list beside its name, an item a line; nothing where it is empty. */
function listed(name: string, items: readonly string[]): string[] {
  return items.map((item, i) => `  ${(i === 0 ? name : '').padEnd(19)}${item}`);
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
  if (results.exitCode === 0) return conforms(results, idle);
  if (results.ended === 'harness_error') return `HARNESS ERROR: ${visible(results.detail ?? '')}`;
  if (results.ended === 'interrupted') return 'INTERRUPTED: what was found until then is above';
  if (results.ended === 'hang') return `VIOLATES: ${results.hang?.kind ?? 'a port'} hangs`;
  if (failed > 0) return `VIOLATES: ${counted(failed, 'MUST clause')} broken`;
  const short = results.kinds.filter((k) => k.histories.done < k.histories.least);
  if (results.ended === 'time' && short.length > 0) return outOfTime(short);
  if (!results.complete && results.ended !== 'time') return 'INCONCLUSIVE: the run did not end';
  if (idle.length > 0 && results.only === undefined)
    return `NOT SHOWN: not exercised: ${idle.join(', ')}`;
  const never = results.kinds.flatMap(neverFired);
  return `INCONCLUSIVE: never injected: ${never.join(', ')}`;
}

/** A part of a run shows no more than that part: the line says so. */
function conforms({ only, ended }: Results, idle: readonly string[]): string {
  const parts = [
    ...(only?.rungs === undefined ? [] : [`rungs ${only.rungs.join(', ')}`]),
    ...(only?.models === undefined ? [] : [`models ${only.models.join(', ')}`]),
    ...(ended === 'time' ? ['the time that was given'] : []),
  ];
  if (parts.length === 0) return 'CONFORMS';
  const left = idle.length === 0 ? '' : ` (${counted(idle.length, 'clause')} not exercised)`;
  return `CONFORMS within ${parts.join(' and ')}${left}`;
}

function outOfTime(kinds: readonly KindResults[]): string {
  const each = kinds.map(({ kind, histories }) => `${kind} ${histories.done}/${histories.least}`);
  return `INCONCLUSIVE: the time was up before the least number of histories: ${each.join(', ')}`;
}
