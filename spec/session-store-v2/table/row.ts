import type { Trace } from './facts.ts';
import type { RuleId } from './rules.ts';

/** One row of the original's decision table. */
export interface DecisionRow {
  readonly id: string;
  /** The damage that opening finds, and what comes of it. */
  readonly text: string;
  readonly source: string;
  /** The decisions that make the row what it is: inverting one of them changes the row's result. */
  readonly rules: readonly RuleId[];
  /** True where a run went this way. Damage that leads to the same bytes leads to the same rows. */
  readonly when: (trace: Trace) => boolean;
}

export type RowId = string;

/** A row of the table (format page, Decision table). */
export const row = (
  number: string,
  text: string,
  rules: readonly RuleId[],
  when: (trace: Trace) => boolean,
): DecisionRow => ({
  id: `R${number}`,
  text,
  source: `format page, Decision table (R${number})`,
  rules,
  when,
});
