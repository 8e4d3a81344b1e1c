export { blake3Hex, frameBytes, headerBytesOf, keyOf, keyText, noHash } from './bytes.ts';
export { clauses } from './clauses.ts';
export { codeOfMessage, codes, type Code, type CodeName } from './codes.ts';
export { structuralDamage, tearsOfWrite, uncoveredBytes, type Uncovered } from './damage.ts';
export { drafts, plainer, resolve, type Draft } from './drafts.ts';
export { format } from './layout.ts';
export { defaults, machine, payloadTypes, type State } from './machine.ts';
export { opNames } from './ops.ts';
export type { Closed, Frame, Link, Op, Opened, Rotation, Value, Values } from './ops.ts';
export {
  does, legalOpens, rowIds, rows, ruleIds, rules,
  type DecisionRow, type RowId, type RuleId, type TableOptions, type TableResult, type World,
} from './table.ts'; // prettier-ignore
export { walk } from './walk.ts';
