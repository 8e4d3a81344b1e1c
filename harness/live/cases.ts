import type { Step } from '../../spec/lib/history.ts';
import type { Judged } from '../judge.ts';
import type { Kind } from '../kind.ts';
import type { LiveReader } from './readers.ts';

/** A read beside a writer that was judged. */
export interface LiveCase {
  /** Where the writer was when it ended, in words. */
  readonly where: string;
  readonly shown: number;
  readonly refused: boolean;
  /** The writer was within an operation while it was read. */
  readonly overlapped: boolean;
  readonly judged: readonly Judged[];
}

/** Steps of a writer by their places, both ends included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** True where one of these steps may take entries back. */
export function isCutIn<O, R>(
  kind: Pick<Kind<O, R>, 'nameOf'>,
  { cuts }: Pick<LiveReader<O>, 'cuts'>,
  steps: readonly Step<O, R>[],
  { from, to }: Span,
): boolean {
  return steps.slice(from, to + 1).some(({ op }) => cuts.includes(kind.nameOf(op)));
}

/** True where one of these steps failed half done: what a reader saw of it may have been undone. */
export function isUndoneIn<O, R>(steps: readonly Step<O, R>[], { from, to }: Span): boolean {
  return steps.slice(from, to + 1).some(({ outcome }) => outcome.is === 'info');
}

/** True where the store was opened with success by one of these steps: it is there. */
export function isBegun<O, R>(
  kind: Pick<Kind<O, R>, 'opens' | 'nameOf'>,
  steps: readonly Step<O, R>[],
): boolean {
  return steps.some(
    ({ op, outcome }) => kind.opens.includes(kind.nameOf(op)) && outcome.is === 'ok',
  );
}

/** The writer at a step, for a person. */
export function placeOf<O, R>(
  kind: Pick<Kind<O, R>, 'nameOf'>,
  steps: readonly Step<O, R>[],
  at: number,
): string {
  const step = steps[at];
  if (step === undefined) return 'the writer at rest';
  return `the writer at ${kind.nameOf(step.op)} (operation ${at + 1})`;
}
