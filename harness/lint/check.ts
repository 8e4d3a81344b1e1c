import { Gone, Seen, Unready } from './session.ts';
import type { Lint } from './context.ts';
import type { Tour } from './tours.ts';

/** What a check came to; `saw` is one sentence in ASCII. */
export type End =
  | { readonly is: 'held' }
  | { readonly is: 'failed'; readonly saw: string; readonly silent?: true }
  | { readonly is: 'not_applicable'; readonly why: string }
  | { readonly is: 'not_tried'; readonly why: string };

/** One sentence that a driver must or should keep, whatever its store does. */
export interface LintCheck {
  /** Never used for anything else again. */
  readonly id: string;
  readonly level: 'MUST' | 'SHOULD';
  readonly sentence: string;
  /** What to do where it fails. */
  readonly cure: string;
  readonly run: (lint: Lint) => Promise<End>;
}

/** The first finding of a check's work, or that it held; what stops it is a finding too. */
export async function endOf(work: () => Promise<string | null>): Promise<End> {
  try {
    const saw = await work();
    return saw === null ? { is: 'held' } : { is: 'failed', saw };
  } catch (error) {
    if (!(error instanceof Seen)) throw error;
    if (error instanceof Unready) return { is: 'not_tried', why: error.message };
    const silent = error instanceof Gone && error.by === 'silence';
    return { is: 'failed', saw: error.message, ...(silent ? { silent } : {}) };
  }
}

/** A check that is asked of every kind that the port serves. */
export function ofEachKind(
  work: (lint: Lint, tour: Tour) => Promise<string | null>,
): LintCheck['run'] {
  return async (lint) => {
    if (lint.tours.length === 0) return { is: 'not_applicable', why: 'no known kind is served' };
    let untried: End | null = null;
    for (const tour of lint.tours) {
      const end = await endOf(() => work(lint, tour));
      if (end.is === 'failed') return { ...end, saw: `${tour.kind}: ${end.saw}` };
      if (end.is === 'not_tried') untried ??= { ...end, why: `${tour.kind}: ${end.why}` };
    }
    return untried ?? { is: 'held' };
  };
}

/** A check that asks nothing of a store. */
export function ofPort(work: (lint: Lint) => Promise<string | null>): LintCheck['run'] {
  return (lint) => endOf(() => work(lint));
}
