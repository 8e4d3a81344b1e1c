import { redundantLines } from '../advise/redundant.ts';
import { visible } from '../lib/show.ts';
import type { KindResults, Results, Verdict } from '../results.ts';
import { ladderLines, unexploredLines } from './ladder-table.ts';
import { counted, thousands } from './numbers.ts';
import { reportedLines } from './reported.ts';
import { scoreText, scoring } from './score.ts';
import { isPart, missedOf } from '../verdicts/exit.ts';
import { standingFaults, standingNotes } from './standing.ts';

/**
 * A run as lines of text: kinds, denominators, what was done, what was not; failures come last,
 * elsewhere.
 */
export function summaryLines(results: Results): string[] {
  const { tearproof, depth, policy, seed, reach, requirements } = results;
  const where = reach === undefined ? '' : ` · reach ${reach}`;
  const frozen = requirements === undefined ? '' : ` · requirements ${visible(requirements)}`;
  return [
    `tearproof ${tearproof} · depth ${depth} · policy ${policy}${where}${frozen} · seed ${seed}`,
    ...results.kinds.flatMap((kind) => kindLines(kind, results)),
  ];
}

function kindLines(kind: KindResults, results: Results): string[] {
  const { totals, histories } = kind;
  const total = (name: string): string => thousands(totals[name] ?? 0);
  return [
    '',
    `${kind.kind} (${visible(kind.port)})`,
    `  clauses exercised  ${scores(scoring(kind.verdicts))}`,
    `  clauses kept       ${scoreText(kind.verdicts)}`,
    ...listed('not applicable', asideLines(kind.verdicts, 'not_applicable')),
    ...listed('not scored', asideLines(kind.verdicts, 'not_scored')),
    `  histories          ${histories.done} of ${histories.planned}, ${total('operations')} operations`,
    `  states walked      ${total('walked')} of ${thousands(generatedBy(kind))} generated; the rest equal, or left out`,
    ...ladderLines(kind),
    `  findings           ${findingText(kind.verdicts)}`,
    ...listed('reported', reportedLines(kind)),
    ...listed('syncs in vain', redundantLines(kind.syncs)),
    ...(kind.agreement.compared === 0 ? [] : [`  agreement          ${agreementText(kind)}`]),
    ...listed('never injected', joined(neverFired(kind))),
    ...listed('not explored', unexploredLines(kind, results)),
    ...listed('not tested', untestedLines(kind.notTested)),
  ];
}

/** Clauses that stand outside the denominators, those with the same reason in a line. */
function asideLines(verdicts: readonly Verdict[], status: Verdict['status']): string[] {
  const own = verdicts.filter((one) => one.status === status);
  const reasons = [...new Set(own.map((one) => one.why ?? ''))];
  return reasons.map((why) => {
    const ids = own.filter((one) => (one.why ?? '') === why).map((one) => one.clause);
    return visible(`${ids.join(', ')} (${why})`);
  });
}

/** Clauses that cannot be seen, those with the same reason in a line; all else as it stands. */
function untestedLines(items: readonly string[]): string[] {
  const lines = new Map<string, string[]>();
  for (const item of items) {
    const [, id, why] = /^([A-Z0-9]+-[A-Z]+[0-9]*-[0-9]+) \((.*)\)$/s.exec(item) ?? [];
    if (id === undefined || why === undefined) lines.set(item, []);
    else lines.set(` (${why})`, [...(lines.get(` (${why})`) ?? []), id]);
  }
  return [...lines].map(([text, ids]) => `${ids.join(', ')}${text}`);
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
      const idle = all.filter(isIdle).map((v) => v.clause);
      const note = idle.length === 0 ? '' : ` (not: ${idle.join(', ')})`;
      return all.length === 0 ? [] : [`${level} ${all.length - idle.length}/${all.length}${note}`];
    })
    .join(' · ');
}

/** Nothing was seen of it, whatever kept it from being tried. */
const isIdle = ({ states, anomalies }: Verdict): boolean =>
  states === 0 && Object.keys(anomalies).length === 0;

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
  const { ended, exitCode } = results;
  const verdicts = results.kinds.flatMap((k) => k.verdicts);
  const named = (status: Verdict['status']): string[] =>
    verdicts.filter((v) => v.status === status).map((v) => v.clause);
  const idle = named('not_exercised');
  if (exitCode === 0) return conforms(results, idle);
  const detail = visible(results.detail ?? '');
  if (ended === 'harness_error') return `HARNESS ERROR: ${detail}`;
  if (ended === 'cannot_start') return `CANNOT START: ${detail}`;
  if (ended === 'interrupted') return 'INTERRUPTED: what was found until then is above';
  if (ended === 'hang') return `VIOLATES: ${results.hang?.kind ?? 'a port'} hangs`;
  if (exitCode === 4) return 'HARNESS ERROR: tearproof itself spoke wrongly to the port';
  const broken = named('fail').length;
  const others = standingFaults(results);
  if (broken > 0) return violates([`${counted(broken, 'MUST clause')} broken`, ...others]);
  if (others.length > 0) return violates(others);
  const short = results.kinds.filter((k) => k.histories.done < k.histories.least);
  if (ended === 'time' && short.length > 0) return outOfTime(short);
  if (!results.complete && ended !== 'time') return 'INCONCLUSIVE: the run did not end';
  const missed = missedOf(results.kinds, results.only);
  if (missed.length > 0) return `NOT SHOWN: there was no state of ${missed.join(', ')}`;
  if (exitCode === 2) return 'NOT SHOWN: no MUST clause that counts was exercised';
  const calls = results.kinds.flatMap((k) => k.notModelled ?? []).map((one) => one.call);
  if (calls.length > 0)
    return `INCONCLUSIVE: not modelled: ${visible([...new Set(calls)].join(', '))}`;
  if (idle.length > 0 && !isPart(results.only))
    return `NOT SHOWN: not exercised: ${idle.join(', ')}`;
  const never = results.kinds.flatMap(neverFired);
  return `INCONCLUSIVE: never injected: ${never.join(', ')}`;
}

const violates = (what: readonly string[]): string => `VIOLATES: ${what.join('; ')}`;

/**
 * A part of a run shows no more than that part, and a reach no more than it sees: the line says so.
 */
function conforms(results: Results, idle: readonly string[]): string {
  const { only, ended, reach } = results;
  const verdict = reach === undefined ? 'CONFORMS' : `CONFORMS at reach ${reach}`;
  const parts = [
    ...(only?.clauses === undefined ? [] : [`clauses ${only.clauses.join(', ')}`]),
    ...(only?.profile === undefined ? [] : [`profile ${only.profile}`]),
    ...(only?.rungs === undefined ? [] : [`rungs ${only.rungs.join(', ')}`]),
    ...(only?.models === undefined ? [] : [`models ${only.models.join(', ')}`]),
    ...(ended === 'time' ? ['the time that was given'] : []),
  ];
  const notes = standingNotes(results);
  const but = notes.length === 0 ? '' : ` but for ${notes.join(' and ')}`;
  if (parts.length === 0) return `${verdict}${but}`;
  const left = idle.length === 0 ? '' : ` (${counted(idle.length, 'clause')} not exercised)`;
  return visible(`${verdict} within ${parts.join(' and ')}${left}${but}`);
}

function outOfTime(kinds: readonly KindResults[]): string {
  const each = kinds.map(({ kind, histories }) => `${kind} ${histories.done}/${histories.least}`);
  return `INCONCLUSIVE: the time was up before the least number of histories: ${each.join(', ')}`;
}
