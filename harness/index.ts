// Puts a port under faults and judges it. `runConformance` is where most begin, `tryLog` where the
// port is a log of one's own.
export { checkKind, type CheckOptions } from './check.ts';
export { planOf, type Subject } from './plan.ts';
export {
  conformance, runConformance, type BrokenClause, type Conformance, type ConformanceOptions,
  type TestRunner,
} from './conformance.ts'; // prettier-ignore
export { depths, type Depth } from './depth.ts';
export { parseEvents, type RunEvent } from './events.ts';
export { defaultLimits, readImage, type ReadLimits } from './inspect/read.ts';
export { writeImage } from './inspect/write.ts';
export type { DiskMaker, Kind, PortMaker, StructuralDamage } from './kind.ts';
export { appendLog } from './kinds/append-log.ts';
export {
  logPort, type AppendLog, type LogClaims, type OpenAppendLog,
} from './kinds/append-log-port.ts'; // prettier-ignore
export { tryLog, type TryOptions } from './kinds/append-log-try.ts';
export { fastSegment } from './kinds/fast-segment.ts';
export { fastPort, type Fast, type FastEnv, type OpenFast } from './kinds/fast-segment-port.ts';
export { sessionStoreV2 } from './kinds/session-store-v2.ts';
export { makePortOf, type OpenStore } from './kinds/session-store-v2-port.ts';
export { walSegment } from './kinds/wal-segment.ts';
export { walPort, type OpenWal, type Wal } from './kinds/wal-segment-port.ts';
export { memfsDisk } from './module-mocking/memfs-disk.ts';
export { mockedFs } from './module-mocking/modules.ts';
export { onMockedFs } from './module-mocking/port.ts';
export { replay, type Replayed } from './replay.ts';
export { reproSchema, type Repro } from './repro.ts';
export { resultsOf, resultsSchema, type Results } from './results.ts';
export {
  BadExpectation, readBaseline, readWaivers, requireApart, type Expect, type Known,
} from './verdicts/expect.ts'; // prettier-ignore
export type { Select } from './verdicts/plan.ts';
export { findBug, zoos } from './zoo/index.ts';
export { loadBug } from './zoo/load.ts';
export type { Bug, BugFacts, PlantedBug, Zoo } from './zoo/types.ts';
