import { models as allModels } from '../../faults/models/index.ts';
import { killModel } from '../narrow.ts';
import type { KindResults, Results, RungResult } from '../results.ts';
import { rungs, type Rung } from '../rungs.ts';
import { counted, thousands } from './numbers.ts';

/** Titles of the columns, and each column's width. */
const columns = ['generated', 'unique', 'walked'] as const;
const width = 11;
const names = 20;

/**
 * A line a rung: states, by their number, and whether it was finished. The models behind it are
 * together, since each leaves much the same states; `results.json` has them one by one.
 */
export function ladderLines(kind: KindResults): string[] {
  const head = columns.map((title) => title.padStart(width)).join('');
  const tried = rungs.filter((rung) => rung !== 'none' && kind.planned.rungs.includes(rung));
  return [
    `  ${'states by rung'.padEnd(names)}${head}`,
    ...tried.map((rung) => rungLine(kind, rung)),
  ];
}

function rungLine(kind: KindResults, rung: Rung): string {
  const own = kind.rungs.filter((one) => one.rung === rung);
  const name = `    ${rung}`.padEnd(names + 2);
  if (own.length === 0) return `${name}${''.padStart(3 * width)}  no history has such a state`;
  const total = (of: (one: RungResult) => number): string =>
    thousands(own.reduce((sum, one) => sum + of(one), 0)).padStart(width);
  const numbers = `${total((r) => r.generated)}${total((r) => r.unique)}${total((r) => r.walked)}`;
  return `${name}${numbers}  ${howFar(own)}${modelsText(kind, own)}`;
}

/** Rungs that have no last state. */
const drawn: readonly Rung[] = ['random', 'damage at rest'];

/** How far one rung went, under one model or several, in words. */
export function howFar(own: readonly RungResult[]): string {
  // A rung is tried under one model after the other, in the same histories.
  const histories = Math.max(...own.map((one) => one.histories));
  const stopped = Math.max(...own.map((one) => one.stopped));
  if (stopped === 0) return own.some((one) => drawn.includes(one.rung)) ? 'drawn' : 'finished';
  return `a sample in ${thousands(stopped)} of ${counted(histories, 'history', 'histories')}`;
}

function modelsText({ planned }: KindResults, own: readonly RungResult[]): string {
  const cutting = planned.models.filter((name) => own.some((one) => one.model === name));
  if (cutting.length === 0) return '';
  return ` · ${cutting.length > 3 ? `${cutting.length} models` : cutting.join(', ')}`;
}

/** What was not explored, a line each: a run is a search within these bounds. */
export function unexploredLines(kind: KindResults, results: Results): string[] {
  const { planned, histories } = kind;
  const missing = rungs.filter((rung) => rung !== 'none' && !planned.rungs.includes(rung));
  const left = allModels
    .map((model) => model.name)
    .filter((name) => name !== killModel && !planned.models.includes(name));
  const sampled = [...new Set(kind.rungs.filter((one) => !one.finished).map((one) => one.rung))];
  const unwalked = kind.rungs
    .filter((one) => !one.finished)
    .reduce((sum, one) => sum + one.generated - one.walked, 0);
  const seen = results.reach === undefined ? '' : ` and reach ${results.reach}`;
  const narrowed = results.only === undefined ? ` at this depth${seen}` : '';
  return [
    ...(histories.done < histories.planned
      ? [
          `${counted(histories.planned - histories.done, 'history', 'histories')}${whyNot(results, kind)}`,
        ]
      : []),
    ...(unwalked === 0
      ? []
      : [
          `up to ${thousands(unwalked)} states of the ${counted(sampled.length, 'rung')} with a sample`,
        ]),
    ...(missing.length === 0 ? [] : [`rungs: ${missing.join(', ')}${narrowed}`]),
    ...(left.length === 0 ? [] : [`models: ${left.join(', ')}${narrowed}`]),
  ];
}

function whyNot({ ended }: Results, { histories: { lost = 0 } }: KindResults): string {
  if (lost > 0) return `: the port broke off ${thousands(lost)}`;
  return ended === 'time' ? ': the time was up' : '';
}
