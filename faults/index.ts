export * from './damage.ts';
export { createDisk, defaultOutside, type Disk, type DiskOptions } from './disk.ts';
export type { DiskFs } from './disk/shape.ts';
export type { DiskFileHandle, DiskPromises } from './disk/promises.ts';
export { applyCut, applyCuts, killCuts, type Cut, type KillOptions } from './kill.ts';
export {
  isChange,
  ROOT_INO,
  type Call,
  type Event,
  type Ino,
  type Made,
  type OpLog,
} from './oplog.ts';
export { randomFrom, type Random } from './random.ts';
export { imageAfter, prefixes, replayOf, type Replay } from './replay.ts';
