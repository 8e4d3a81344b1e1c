import { describe } from '../../faults/damage.ts';
import type { Clause, Evidence, Finding } from '../../spec/lib/clause.ts';
import type { Key, Legal } from '../../spec/lib/judge.ts';
import type { Run } from '../drive.ts';
import type { Fault, KillPoint } from '../fault.ts';
import type { Kind } from '../kind.ts';
import { visible } from '../lib/show.ts';
import { callLines } from './calls.ts';
import { focusLines, focusOf } from './focus.ts';
import { keysSeen, nearestLegal, nearestOwed } from './nearest.ts';
import { seenLines } from './seen.ts';
import { keysText, opText, outcomeText, sayText, type KeyText } from './words.ts';

/** What is told: the finding with its evidence; the history and fault where they were run again. */
export interface Told<O, R, S> {
  readonly finding: Finding;
  readonly evidence: Evidence;
  readonly case?: { readonly fault: Fault };
  readonly run?: Run<O, R, S>;
}

/** The kind's words, the clause and the finding; where it can be run again, the command. */
export interface Shown<O, R, S> {
  readonly kind: Pick<Kind<O, R>, 'nameOf' | 'keyText' | 'dump'>;
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
  const { finding, evidence, run } = hit;
  const fault = hit.case?.fault;
  const say = sayText(finding.say, keysOf(evidence), kind.keyText);
  const bytes = focusLines(focusOf(evidence, fault, run), evidence.start, kind.dump);
  const history = run === undefined ? [] : historyLines(kind, run, fault ?? { is: 'none' });
  return [
    `✗ ${clause.id}  ${clause.level}  ${clause.text}`,
    `  what a user loses: ${clause.loses}`,
    `  what happened:     ${say} (${finding.anomaly}, ${finding.phase})`,
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

function keysOf(evidence: Evidence): Key[] {
  return [
    ...evidence.owes.flatMap((o) => [...o.must, ...o.may, ...o.never]),
    ...evidence.seen.flatMap((s) => [
      ...(s.view?.keys ?? []),
      ...(s.adds === undefined ? [] : [s.adds]),
    ]),
    ...evidence.legal.flatMap((l) => (l.open === 'ok' ? l.keys : l.readable)),
  ];
}

function historyLines<O, R, S>(
  kind: Pick<Kind<O, R>, 'nameOf'>,
  run: Run<O, R, S>,
  fault: Fault,
): string[] {
  const kill = fault.is === 'none' ? null : fault.kill;
  const lines: string[] = [];
  run.steps.forEach((step, index) => {
    if (kill !== null && index > kill.step) return;
    const flying = kill !== null && index === kill.step && kill.inFlight;
    const end = flying ? 'in flight' : outcomeText(step.outcome);
    lines.push(
      `  ${String(index + 1).padStart(4)}  ${opText(kind.nameOf(step.op), step.op)}  ->  ${end}`,
    );
    if (kill !== null && index === kill.step) lines.push(...killLines(run, kill));
  });
  return lines;
}

function killLines<O, R, S>(run: Run<O, R, S>, kill: KillPoint): string[] {
  const { began } = run.steps[kill.step]!;
  const end = began + kill.calls;
  const done = callLines(run.log, began, end).map((line) => `          ${line}`);
  const next = callLines(run.log, end, end + 1)[0];
  if (kill.partialBytes === undefined) return [...done, '          ⚡ killed here'];
  const bytes = kill.partialBytes === 1 ? '1 byte' : `${kill.partialBytes} bytes`;
  return [...done, `          ⚡ killed after ${bytes} of: ${next ?? 'the write'}`];
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
