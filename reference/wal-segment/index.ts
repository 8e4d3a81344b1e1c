export { frames, openWal, replay, replayStream, verify } from './store.ts';
export * as original from './original/store.ts';
export type {
  Closed,
  Frame,
  Link,
  Notice,
  Opened,
  Repair,
  ReplayOptions,
  Rotation,
  WalLog,
  WalOptions,
} from './types.ts';
