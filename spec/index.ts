// What is right, as pure functions and data: what every kind shares, and one namespace a kind.
export { anomalyTexts } from './lib/anomalies.ts';
export {
  anomalies, type Anomaly, type Check, type Clause, type Evidence, type Finding, type Phase,
  type Seen,
} from './lib/clause.ts'; // prettier-ignore
export { dump, type DumpOptions, type Mark } from './lib/dump.ts';
export { survives, type History, type Holds, type Outcome, type Step } from './lib/history.ts';
export { bytesOf, differences, fileNode, nodesEqual } from './lib/image.ts';
export type { Image, Node, Path } from './lib/image.ts';
export type {
  Class, Judge, Key, Legal, Machine, Notice, Owes, Repair, View,
} from './lib/judge.ts'; // prettier-ignore
export type { Format } from './lib/layout.ts';
export { owes, type Owing } from './lib/ledger.ts';
export type { Claims, Policy, Port } from './lib/port.ts';
export * as promises from './lib/promises.ts';
export type { Walk, WalkStep } from './lib/walk.ts';
export * as appendLog from './append-log/index.ts';
export * as fastSegment from './fast-segment/index.ts';
export * as sessionStoreV2 from './session-store-v2/index.ts';
export * as walSegment from './wal-segment/index.ts';
