import type { Trace } from './table/facts.ts';
import type { DecisionRow, RowId } from './table/row.ts';
import { indexRows } from './table/rows-index.ts';
import { segmentsRows } from './table/rows-segments.ts';
import { orderRows } from './table/rows-order.ts';
import { meaningRows } from './table/rows-meaning.ts';
import { numbersRows } from './table/rows-numbers.ts';

export type { DecisionRow, RowId } from './table/row.ts';

/** Every row of the original's decision table, in its order. */
export const rows: readonly DecisionRow[] = [
  ...indexRows,
  ...segmentsRows,
  ...orderRows,
  ...meaningRows,
  ...numbersRows,
];

/** The ids of all rows. */
export const rowIds: readonly RowId[] = rows.map(({ id }) => id);

/** The rows that a run went through. */
export function rowsOf(trace: Trace): readonly RowId[] {
  return rows.filter(({ when }) => when(trace)).map(({ id }) => id);
}
