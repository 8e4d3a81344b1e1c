export { clauses } from './clauses.ts';
export { drafts, plainer, resolve, type Draft } from './drafts.ts';
export { levelsOf, machine, type Levels, type State } from './machine.ts';
export { opNames, type Durability, type Op, type Value, type Values } from './ops.ts';
export { fills, keyOf, payloadBytes, type Fill, type PayloadDraft } from './payload.ts';
export { walk } from './walk.ts';
