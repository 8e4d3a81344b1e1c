export {
  listOriginal as listOriginalFastSegments,
  openOriginal as openOriginalFastSegment,
} from './fast-segment/original/store.ts';
export type { SafeSegment } from './fast-segment/store.ts';
export { listSafe as listFastSegments, openSafe as openFastSegment } from './fast-segment/store.ts';
export type { Entry as FastEntry, FastSegment, SegmentEnv } from './fast-segment/types.ts';
export { StoreError } from './lib/error.ts';
export type { FileStats, StoreEnv, StoreFs } from './lib/fs.ts';
export type {
  Limits as OriginalLimits,
  OriginalOptions,
} from './session-store-v2/original/index.ts';
export { inspectOriginal, openOriginal } from './session-store-v2/original/index.ts';
export { hasSidecar, sidecarPath } from './session-store-v2/sidecar.ts';
export type { SafeOptions } from './session-store-v2/store.ts';
export { inspectSafe, openSafe } from './session-store-v2/store.ts';
export type {
  Checkpoint,
  Entry,
  Frame,
  Head,
  Manifest,
  MigrationEvent,
  Notice,
  Opened,
  Repair,
  Row,
  SessionStore,
} from './session-store-v2/types.ts';
export * as walSegment from './wal-segment/index.ts';
