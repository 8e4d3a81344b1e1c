export type RowId = string;
export const rowIds: readonly RowId[] = [];
export function rowsOf(_: unknown): readonly RowId[] {
  return [];
}
