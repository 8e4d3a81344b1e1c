import type { OpLog } from '../../faults/oplog.ts';
import type { Kind } from '../kind.ts';
import type { WalkRun } from '../nested.ts';
import { plural } from './words.ts';

/** A stretch of an op log that a person can find again: an operation, or a step of the walk. */
export interface Part {
  /** As in `call 3 of operation 2`. */
  readonly title: string;
  /** What was asked, as it stands in the history: `append`, `open`. */
  readonly op: string;
  /** The same, with the phase of a walk where that says more: `open: create`. */
  readonly label: string;
  /** Events [began, ended) of the log. */
  readonly began: number;
  readonly ended: number;
}

/** The operations of a history as parts, counted from 1. */
export function operationParts<O>(
  steps: readonly { readonly op: O; readonly began: number; readonly ended: number }[],
  kind: Pick<Kind<O, never>, 'nameOf'>,
): Part[] {
  return steps.map(({ op, began, ended }, i) => {
    const name = kind.nameOf(op);
    return { title: `operation ${i + 1}`, op: name, label: name, began, ended };
  });
}

/** The steps of a walk as parts, behind those of the history that its log goes on from. */
export function walkParts(
  { steps, seen }: Pick<WalkRun, 'steps' | 'seen'>,
  history: readonly Part[],
): Part[] {
  const began = steps[0]?.began ?? 0;
  const before = history
    .filter((part) => part.began < began)
    .map((part) => ({ ...part, ended: Math.min(part.ended, began) }));
  const own = steps.map((step, i) => {
    const { phase = 'open', op = 'a step' } = seen[i] ?? {};
    const { began: from, ended } = step;
    const label = phase === op ? op : `${phase}: ${op}`;
    return { title: `step ${i + 1} of the walk`, op, label, began: from, ended };
  });
  return [...before, ...own];
}

/** Where an event stands: `call 3 of operation 2`. Calls are counted from 1. */
export function spotText(log: OpLog, parts: readonly Part[], event: number): string {
  const part = partAt(parts, event);
  return part === null ? `event ${event}` : `call ${callNumber(log, part, event)} of ${part.title}`;
}

/** The part that an event belongs to, or null where it belongs to none. */
export function partAt(parts: readonly Part[], event: number): Part | null {
  return parts.find((part) => part.began <= event && event < part.ended) ?? null;
}

/** The number of a call within its part, from 1. */
export function callNumber(log: OpLog, part: Part, event: number): number {
  const before = log.events.slice(part.began, event + 1);
  return before.filter((e) => e.is === 'call').length;
}

/** The calls of a part up to an event, in words. */
export function callCountText(log: OpLog, part: Part, until = part.ended): string {
  const calls = log.events.slice(part.began, Math.min(part.ended, until));
  return plural(calls.filter((e) => e.is === 'call').length, 'file call');
}
