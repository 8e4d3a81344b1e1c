import type { Clause, Evidence } from '../../spec/lib/clause.ts';
import type { Fault } from '../fault.ts';
import type { Kind } from '../kind.ts';
import { visible } from '../lib/show.ts';
import { caseOf, type Repro } from '../repro.ts';
import { damageLines } from './counterexample.ts';
import { focusLines, focusOf } from './focus.ts';
import { opText } from './words.ts';

/**
 * A repro as it was recorded, for whoever cannot run the port that made it: nothing in these lines
 * was seen again, so they hold no outcomes.
 */
export function recordedLines<O, R>(
  repro: Repro,
  clause: Clause,
  evidence: Evidence,
  kind: Pick<Kind<O, R>, 'nameOf' | 'dump'>,
): string[] {
  const made = caseOf<O>(repro);
  const history = made === null ? [] : made.ops.map((op, i) => opLine(i, op, kind));
  const file = [...evidence.start].find(([, node]) => node.is === 'file')?.[0];
  const whole = file === undefined ? null : { file, from: 0, to: 1, why: 'as it was left' };
  const bytes = focusLines(
    focusOf(evidence, made?.fault, null) ?? whole,
    evidence.start,
    kind.dump,
  );
  return [
    `${clause.id}  ${clause.level}  ${clause.text}`,
    `  what a user loses: ${clause.loses}`,
    `  as recorded:       ${visible(repro.say)} (${repro.anomaly})`,
    ...(history.length === 0 ? [] : ['', '  the history', ...history]),
    ...(made === null ? [] : killLines(made.fault)),
    ...damageLines(made?.fault),
    ...(bytes.length === 0 ? [] : ['', ...bytes.map((line) => `  ${visible(line)}`)]),
  ];
}

function opLine<O, R>(index: number, op: O, kind: Pick<Kind<O, R>, 'nameOf'>): string {
  return `  ${String(index + 1).padStart(4)}  ${opText(kind.nameOf(op), op)}`;
}

function killLines(fault: Fault): string[] {
  const kill = fault.is === 'none' ? null : fault.kill;
  if (kill === null) return [];
  const { step, calls, partialBytes } = kill;
  const done = calls === 0 ? [] : [calls === 1 ? '1 call' : `${calls} calls`];
  if (partialBytes !== undefined) {
    done.push(`${partialBytes === 1 ? '1 byte' : `${partialBytes} bytes`} of the next write`);
  }
  const after = done.length === 0 ? 'before its first call' : `after ${done.join(' and ')}`;
  return [`     ⚡  killed in operation ${step + 1}, ${after}`];
}
