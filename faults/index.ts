export { applyChoice, type CrashChoice } from './crash.ts';
export * from './damage.ts';
export { createDisk, defaultOutside, type Disk, type DiskOptions } from './disk.ts';
export type { DiskFileHandle, DiskPromises } from './disk/promises.ts';
export type { DiskFs } from './disk/shape.ts';
export { applyCut, applyCuts, killCuts, type Cut, type KillOptions } from './kill.ts';
export { allows, rulesOf, type Rules } from './models/allows.ts';
export { modelNamed, models } from './models/index.ts';
export type { Left, Order, PersistenceModel } from './models/model.ts';
export { choicesAt, crashStates, type CrashState } from './models/states.ts';
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
export { unitsOf, type CrackOptions, type Unit } from './units.ts';
