import { describe } from '../../faults/damage.ts';
import type { Clause, Evidence } from '../../spec/lib/clause.ts';
import type { Key, Owes } from '../../spec/lib/judge.ts';
import type { Fault, KillPoint } from '../fault.ts';
import type { Run } from '../drive.ts';
import { show, visible } from '../lib/show.ts';
import type { Hit } from '../shrink.ts';
import { callLines } from './calls.ts';

/** What a counterexample needs beside the hit: the clause, and the command that replays it. */
export interface Shown<O, R, S> {
  readonly clause: Clause;
  readonly hit: Hit<O, R, S>;
  readonly replay: string;
  /** Annotated bytes of a file around what matters, one line an item, where the kind can say. */
  readonly bytes?: readonly string[];
}

/** A counterexample as lines of text: what was lost in words, the history, the fault, what was seen, what was legal. */
export function counterexampleLines<O, R, S>(shown: Shown<O, R, S>): string[] {
  const { clause, hit } = shown;
  const { finding, evidence, run } = hit;
  return [
    `✗ ${clause.id}  ${clause.level}  ${clause.text}`,
    `  what a user loses: ${clause.loses}`,
    `  what happened:     ${visible(finding.say)} (${finding.anomaly}, seen at ${finding.phase})`,
    '',
    '  history',
    ...historyLines(run, hit.case.fault),
    ...damageLines(hit.case.fault),
    '',
    '  what the walk then saw',
    ...seenLines(evidence),
    '',
    ...legalLines(evidence),
    ...(shown.bytes === undefined ? [] : ['', ...shown.bytes.map((line) => `  ${line}`)]),
    '',
    `  replay: ${shown.replay}`,
  ];
}

function historyLines<O, R, S>(run: Run<O, R, S>, fault: Fault): string[] {
  const kill = fault.is === 'none' ? null : fault.kill;
  const lines: string[] = [];
  run.steps.forEach((step, index) => {
    if (kill !== null && index > kill.step) return;
    const flying = kill !== null && index === kill.step && kill.inFlight;
    const end = flying ? 'in flight' : show(step.outcome.is === 'ok' ? 'ok' : step.outcome, 80);
    lines.push(`  ${String(index + 1).padStart(4)}  ${show(step.op, 160)}  ->  ${end}`);
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
  return [
    ...done,
    `          ⚡ killed after ${kill.partialBytes} bytes of: ${next ?? 'the write'}`,
  ];
}

function damageLines(fault: Fault): string[] {
  if (fault.is !== 'damage') return [];
  return fault.damage.map((damage) => `     ⚡  damage at rest: ${visible(describe(damage))}`);
}

function seenLines(evidence: Evidence): string[] {
  return evidence.seen
    .filter((s) => s.phase === 'open' || s.view !== undefined || s.outcome.is !== 'ok' || s.adds)
    .slice(0, 24)
    .map((s) => {
      const keys = s.view === undefined || s.phase === 'open' ? '' : `  ${keysText(s.view.keys)}`;
      const end = s.outcome.is === 'ok' ? 'ok' : show(s.outcome, 100);
      const probe = s.probe === undefined ? '' : ` (${s.probe})`;
      return `  ${s.phase.padStart(8)}  ${s.op}${probe} -> ${end}${keys}`;
    });
}

function legalLines(evidence: Evidence): string[] {
  const owed = evidence.owes.slice(0, 4).map((o) => `  owed: ${owedText(o)}`);
  const classes = evidence.classes
    .filter((c) => c.is !== 'valid')
    .slice(0, 6)
    .map((c) => `  ${c.file} [${c.from}, ${c.to}) is ${c.is}: ${visible(c.why)}`);
  return [...owed, ...classes];
}

function owedText(owes: Owes): string {
  const may = owes.may.length === 0 ? '' : `, then perhaps ${keysText(owes.may)}`;
  return `${keysText(owes.must)}${may}`;
}

/** Keys shortened to what a person recognises: the first is enough to tell entries apart. */
export function keysText(keys: readonly Key[]): string {
  if (keys.length === 0) return 'nothing';
  const some = keys.length > 8 ? [...keys.slice(0, 3), '…', ...keys.slice(-3)] : keys;
  return `${keys.length} [${some.map((key) => visible(key).slice(0, 28)).join(' | ')}]`;
}
