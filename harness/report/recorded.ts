import type { Clause, Evidence } from '../../spec/lib/clause.ts';
import type { Left } from '../../faults/crash.ts';
import type { Fault, SingleFault } from '../fault.ts';
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
  const bytes = focusLines(focusOf(evidence, made?.fault) ?? whole, evidence.start, kind.dump);
  return [
    `${clause.id}  ${clause.level}  ${clause.text}`,
    `  what a user loses: ${clause.loses}`,
    `  as recorded:       ${visible(repro.say)} (${repro.anomaly})`,
    ...(history.length === 0 ? [] : ['', '  the history', ...history]),
    ...(made === null ? [] : faultLines(made.fault)),
    ...damageLines(made?.fault),
    ...(bytes.length === 0 ? [] : ['', ...bytes.map((line) => `  ${visible(line)}`)]),
  ];
}

function opLine<O, R>(index: number, op: O, kind: Pick<Kind<O, R>, 'nameOf'>): string {
  return `  ${String(index + 1).padStart(4)}  ${opText(kind.nameOf(op), op)}`;
}

/** Where each fault came, as far as it can be told without running the history again. */
function faultLines(fault: Fault): string[] {
  if (fault.is === 'nested') {
    return [
      ...momentLines(fault.first, 'operation'),
      ...momentLines(fault.second, 'step', ' of the walk'),
    ];
  }
  return momentLines(fault, 'operation');
}

function momentLines(fault: SingleFault, word: string, of = ''): string[] {
  if (fault.is === 'none' || (fault.is === 'damage' && fault.kill === null)) return [];
  const { step, calls, partialBytes } = fault.kill!;
  const done = calls === 0 ? [] : [calls === 1 ? '1 call' : `${calls} calls`];
  if (partialBytes !== undefined) {
    done.push(`${partialBytes === 1 ? '1 byte' : `${partialBytes} bytes`} of the next write`);
  }
  const after = done.length === 0 ? 'before its first call' : `after ${done.join(' and ')}`;
  const how = fault.is === 'power' ? `power fails (${fault.model})` : 'killed';
  const lost = fault.is === 'power' ? fault.lost : [];
  return [
    `     ⚡  ${how} in ${word} ${step + 1}${of}, ${after}`,
    ...lost.map(({ unit, left }) => `         lost: ${visible(unit)}${leftText(left)}`),
  ];
}

function leftText(left: Left): string {
  if (left === 'old') return '';
  if (typeof left !== 'object') return `, which left ${left}`;
  return `, of which the ${left.keeps} of ${left.bytes} bytes arrived, the rest ${left.rest}`;
}
