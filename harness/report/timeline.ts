import type { CallMade } from '../../faults/errors/types.ts';
import type { OpLog } from '../../faults/oplog.ts';
import { powerOf } from '../../faults/power.ts';
import type { Run } from '../drive.ts';
import type { Fault, Faultable, Kill, KillPoint, PowerCut } from '../fault.ts';
import type { Kind } from '../kind.ts';
import type { WalkRun } from '../nested.ts';
import { callLines, callsOf } from './calls.ts';
import { failureLines } from './failures.ts';
import { fatesOf, type Fates } from './fates.ts';
import { lossesOf } from './losses.ts';
import { callCountText, callNumber, operationParts, walkParts, type Part } from './parts.ts';
import { opText, outcomeText } from './words.ts';

/** A history with what was done to it; `walked` is the walk that a second fault came into. */
export interface Timeline<O, R, S> {
  readonly kind: Pick<Kind<O, R>, 'nameOf'>;
  readonly run: Run<O, R, S>;
  readonly fault: Fault;
  readonly walked?: WalkRun | null;
  /** Events of the last log that had to be kept for the finding. */
  readonly kept?: readonly number[];
}

/** A log with the spans of its steps. */
type Made = Pick<Faultable, 'log' | 'steps'>;

const margin = '          ';

/** The history as lines of text: what its file calls did, and where each fault came. */
export function timelineLines<O, R, S>(told: Timeline<O, R, S>): string[] {
  const { fault, run, kind, walked } = told;
  const operations = operationParts(run.steps, kind);
  const heads = run.steps.map((step) => opText(kind.nameOf(step.op), step.op));
  const ends = run.steps.map((step) => outcomeText(step.outcome));
  const first = fault.is === 'nested' ? fault.first : fault;
  const kept = told.kept ?? [];
  const of = fault.is === 'nested' ? [] : kept;
  const lines = stepLines(run, first, {
    parts: operations,
    heads,
    ends,
    calls: run.calls,
    kept: of,
  });
  if (fault.is !== 'nested' || walked == null) return lines;
  const parts = walkParts(walked, operations);
  const own = parts.slice(-walked.steps.length);
  const rows: Rows = {
    parts: own,
    all: parts,
    calls: walked.calls,
    kept,
    heads: own.map((part) => part.label),
    ends: walked.seen.map((seen) => outcomeText(seen.outcome)),
  };
  return [...lines, '', '  the walk over what was left', ...stepLines(walked, fault.second, rows)];
}

/** The steps of a history or a walk in words. */
interface Rows {
  readonly parts: readonly Part[];
  /** With the parts before them, where the log has any. */
  readonly all?: readonly Part[];
  readonly heads: readonly string[];
  readonly ends: readonly string[];
  readonly calls: readonly CallMade[];
  readonly kept: readonly number[];
}

function stepLines(on: Made, fault: Fault, rows: Rows): string[] {
  const { parts, all, heads, ends, kept } = rows;
  const kill = fault.is === 'none' || fault.is === 'nested' ? null : fault.kill;
  const named = all ?? parts;
  const fates = fault.is === 'power' ? fatesOf(on, fault, named, kept) : null;
  return parts.flatMap((part, i) => {
    if (kill !== null && i > kill.step) return [];
    const isLast = i === kill?.step;
    const end = isLast && kill.inFlight ? 'in flight' : ends[i];
    const line = `  ${String(i + 1).padStart(4)}  ${heads[i]}  ->  ${end}`;
    const failed = failureLines(rows.calls, i).map((text) => `${margin}${text}`);
    const head = [line, ...failed];
    if (fates !== null) {
      const cut = isLast ? powerLines(on, fault as PowerCut, named) : [];
      return [...head, ...fateLines(on.log, part, fates, isLast), ...cut];
    }
    if (isLast && kill !== null) return [...head, ...killLines(on, { is: 'kill', kill })];
    return [...head, ...revertLines(on.log, part)];
  });
}

/** The calls of a step up to a kill, and where the kill came. */
function killLines(on: Made, { kill }: Kill): string[] {
  const { end, lines } = doneBy(on, kill);
  const next = callLines(on.log, end, end + 1)[0];
  if (kill.partialBytes === undefined) return [...lines, `${margin}⚡ killed here`];
  const bytes = kill.partialBytes === 1 ? '1 byte' : `${kill.partialBytes} bytes`;
  return [...lines, `${margin}⚡ killed after ${bytes} of: ${next ?? 'the write'}`];
}

function doneBy(
  { log, steps }: Made,
  kill: KillPoint,
): { readonly end: number; readonly lines: string[] } {
  const { began } = steps[kill.step]!;
  const end = began + kill.calls;
  return { end, lines: callLines(log, began, end).map((line) => `${margin}${line}`) };
}

/** The calls of a step on which the finding rests, each with its fate; of others their number. */
function fateLines(log: OpLog, part: Part, fates: Fates, isLast: boolean): string[] {
  const rows = callsOf(log, part.began, Math.min(part.ended, fates.cut));
  if (rows.length === 0) return [];
  const isTold = rows.some(({ event }) => fates.telling.has(event) || hasFailed(log, event));
  if (!isTold && !isLast) {
    const changes = rows.filter(({ event }) => fates.of.has(event));
    const durable = changes.filter(({ event }) => fates.durable.has(event)).length;
    const count = callCountText(log, part, fates.cut);
    if (changes.length === 0) return [`${margin}${count}`];
    const of = durable === changes.length ? 'all' : `${durable} of ${changes.length} changes`;
    return [`${margin}${count}, ${of} durable when power failed`];
  }
  const wide = Math.min(60, Math.max(...rows.map(({ text }) => text.length)));
  return rows.map(({ event, text }) => {
    const number = String(callNumber(log, part, event)).padStart(2);
    const fate = fates.of.get(event);
    return `${margin}${number}  ${fate === undefined ? text : `${text.padEnd(wide)}  ${fate}`}`;
  });
}

/** Where power failed, and what was lost by it. */
function powerLines(on: Made, fault: PowerCut, parts: readonly Part[]): string[] {
  const { units } = powerOf(on.log);
  const losses = lossesOf({ log: on.log, units, parts }, fault.lost);
  const lost = losses.map(({ what, spot, left }) => {
    return `${margin}  lost: ${what} (${spot})${left === '' ? '' : `: ${left}`}`;
  });
  return [`${margin}⚡ power fails here (${fault.model})`, ...lost];
}

/** What the file system did that nobody had asked for. */
function revertLines(log: OpLog, part: Part): string[] {
  return callsOf(log, part.began, part.ended)
    .filter(({ event }) => isRevert(log, event))
    .map(({ text }) => `${margin}${text}`);
}

function isRevert(log: OpLog, event: number): boolean {
  const at = log.events[event];
  return at?.is === 'call' && at.reverts === true;
}

function hasFailed(log: OpLog, event: number): boolean {
  const at = log.events[event];
  return at?.is === 'call' && (at.failed !== undefined || at.reverts === true);
}
