import { describe } from '../../faults/damage.ts';
import type { Clause, Evidence, Finding } from '../../spec/lib/clause.ts';
import type { Legal } from '../../spec/lib/judge.ts';
import type { Advice } from '../advise/advise.ts';
import type { Run } from '../drive.ts';
import type { Fault } from '../fault.ts';
import type { Kind } from '../kind.ts';
import { visible } from '../lib/show.ts';
import type { WalkRun } from '../nested.ts';
import { adviceLines, firstCutLines } from './advice.ts';
import { focusLines, focusOf } from './focus.ts';
import { keysIn, keysSeen, nearestLegal, nearestOwed } from './nearest.ts';
import { seenLines } from './seen.ts';
import { sentenceOf } from './sentence.ts';
import { timelineLines } from './timeline.ts';
import { keysText, sayText, type KeyText } from './words.ts';

/** What is told: the finding with its evidence; the history and fault where they were run again. */
export interface Told<O, R, S> {
  readonly finding: Finding;
  readonly evidence: Evidence;
  readonly case?: { readonly fault: Fault };
  readonly run?: Run<O, R, S>;
  /** The walk that a second fault came into. */
  readonly walked?: WalkRun | null;
  /** What was found out beyond it, where a power cut is the fault. */
  readonly advice?: Advice | null;
}

/** The kind's words, the clause and the finding; where it can be run again, the command. */
export interface Shown<O, R, S> {
  readonly kind: Pick<Kind<O, R>, 'nameOf' | 'adds' | 'keyText' | 'dump'>;
  readonly clause: Clause;
  readonly hit: Told<O, R, S>;
  readonly replay?: string;
}

/**
 * A counterexample as lines of text: what was lost in words, the history with its fault, what was
 * seen, what was owed, the nearest legal result, the bytes that matter, and how to see it again.
 */
export function counterexampleLines<O, R, S>(shown: Shown<O, R, S>): string[] {
  const { clause, hit, kind } = shown;
  const { finding, evidence, run, advice } = hit;
  const fault = hit.case?.fault;
  const bytes = focusLines(focusOf(evidence, fault, hit), evidence.start, kind.dump);
  const kept = advice?.kept ?? [];
  const made = { kind, fault: fault ?? { is: 'none' }, walked: hit.walked ?? null, kept } as const;
  const history = run === undefined ? [] : timelineLines({ ...made, run });
  return [
    `✗ ${clause.id}  ${clause.level}  ${clause.text}`,
    `  what a user loses: ${clause.loses}`,
    `  what happened:     ${happened(shown)} (${finding.anomaly}, ${finding.phase})`,
    ...aboutLines(shown),
    ...(history.length === 0 ? [] : ['', '  the history', ...history]),
    ...damageLines(fault),
    '',
    '  what was then seen',
    ...seenLines(evidence, finding, kind.keyText),
    '',
    ...owedLines(hit, kind.keyText),
    ...(bytes.length === 0 ? [] : ['', ...bytes.map((line) => `  ${visible(line)}`)]),
    ...(shown.replay === undefined ? [] : ['', `  replay: ${shown.replay}`]),
  ];
}

/** Where it happens and what would prevent it, as far as that was asked for. */
function aboutLines<O, R, S>({ hit: { advice, run, case: made } }: Shown<O, R, S>): string[] {
  if (advice != null) return adviceLines(advice);
  if (run === undefined || made === undefined) return [];
  return firstCutLines(run.log, run.steps, made.fault);
}

/** In one sentence where the history was run again, else in the words of the clause. */
function happened<O, R, S>({ hit, kind }: Shown<O, R, S>): string {
  const { finding, evidence, run, walked = null, advice } = hit;
  const fault = hit.case?.fault;
  if (run === undefined || fault === undefined) {
    return sayText(finding.say, keysIn(evidence), kind.keyText);
  }
  const kept = advice?.kept ?? [];
  return sentenceOf({ kind, run, fault, finding, evidence, walked, kept });
}

/** What was done to the files afterwards, a line a damage. */
export function damageLines(fault: Fault | undefined): string[] {
  if (fault?.is !== 'damage') return [];
  return fault.damage.map((damage) => `     ⚡  damage at rest: ${visible(describe(damage))}`);
}

/** What was owed and what was legal; of several the nearest, with how many there are. */
function owedLines<O, R, S>(hit: Told<O, R, S>, keyText: KeyText): string[] {
  const { evidence, finding } = hit;
  const seen = keysSeen(evidence, finding);
  const lines: string[] = [];
  const owed = nearestOwed(evidence.owes, seen);
  if (owed !== null) {
    const may = owed.may.length === 0 ? '' : `, then perhaps ${keysText(owed.may, keyText)}`;
    const never = owed.never.length === 0 ? '' : `, never ${keysText(owed.never, keyText)}`;
    const of =
      evidence.owes.length > 1 ? `  (the nearest of ${evidence.owes.length} that are right)` : '';
    lines.push(`  owed at open:  ${keysText(owed.must, keyText)}${may}${never}${of}`);
    const books = (owed.books ?? []).filter(({ oneOf }) => oneOf !== 'any' && oneOf[0] !== null);
    const names = books.map(({ name }) => visible(name)).join(', ');
    if (names !== '') lines.push(`  owed beside:   ${names}, as last acknowledged or later`);
  }
  const legal = nearestLegal(evidence.legal, seen);
  if (legal !== null) {
    const of =
      evidence.legal.length > 1 ? `  (the nearest of ${evidence.legal.length} that are right)` : '';
    lines.push(`  legal at open: ${legalText(legal, keyText)}${of}`);
  }
  const classes = evidence.classes.filter((c) => c.is !== 'valid').slice(0, 6);
  for (const c of classes) {
    lines.push(`  bytes: ${c.file} [${c.from}, ${c.to}) is ${c.is}: ${visible(c.why)}`);
  }
  return lines.length === 0
    ? ['  owed at open:  nothing: this history and this state ask for no entry']
    : lines;
}

function legalText(legal: Legal, keyText: KeyText): string {
  if (legal.open === 'ok') return `opens and shows ${keysText(legal.keys, keyText)}`;
  return `refuses to open (${legal.codes.join(' or ')}), readable ${keysText(legal.readable, keyText)}`;
}
