/**
 * What the original fast segments do with any image and operation (format page, Operations), as a
 * function over values.
 */
export { rowIds, rows } from './rows.ts';
export { does } from './table/does.ts';
export type { TableOptions } from './table/does.ts';
export { legalOpens } from './table/legal.ts';
export { ruleIds, rules } from './table/rules.ts';
export type { RuleId } from './table/rules.ts';
export { start } from './table/run.ts';
export type { World } from './table/run.ts';
