export { does, type TableOptions, type TableResult } from './table/does.ts';
export { legalOpens } from './table/legal.ts';
export { rowIds, rows, type DecisionRow, type RowId } from './table/rows.ts';
export { ruleIds, rules, type RuleId } from './table/rules.ts';
export { start, type World } from './table/run.ts';
