export { accepts, type Accept, type AcceptVector } from './accepts.ts';
export { assess, classify, type Assessment, type AssessOptions } from './classify.ts';
export { clauses } from './clauses.ts';
export { codeOfMessage, errorTexts, type ErrorText } from './codes.ts';
export { structuralDamage, tearsOfWrite, type Damage } from './damage.ts';
export { drafts, resolve, type Draft } from './drafts.ts';
export { entryOfFrame, frameArgsOf, sidecarPath } from './helpers.ts';
export { keyOf, type Identity } from './key.ts';
export { format } from './layout.ts';
export { machine, type State } from './machine.ts';
export type * from './ops.ts';
export { plainer } from './plainer.ts';
export { safeCodes, type SafeCode } from './safe-codes.ts';
export {
  does, legalOpens, originalLimits, rowIds, rows, ruleIds, rules,
  type DecisionRow, type RowId, type RuleId, type TableOptions, type TableResult, type World,
} from './table.ts'; // prettier-ignore
export { walk } from './walk.ts';
