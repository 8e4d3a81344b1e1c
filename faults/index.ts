export { applyChoice, type CrashChoice, type Left, type LostUnit, type Tear } from './crash.ts';
export * from './damage.ts';
export { createDisk, defaultOutside, type Disk, type DiskOptions } from './disk.ts';
export type { DiskFileHandle, DiskPromises } from './disk/promises.ts';
export type { DiskFs } from './disk/shape.ts';
export {
  injectionKinds,
  injectionsOf,
  sweep,
  type InjectionKind,
  type Sweep,
  type SweepOptions,
} from './errors/sweep.ts';
export type { CallMade, CallSite, Injection } from './errors/types.ts';
export { injectionText } from './errors/words.ts';
export { applyCut, applyCuts, killCuts, type Cut, type KillOptions } from './kill.ts';
export { cutIn, fullySynced, withoutEvent, withSync } from './barriers.ts';
export { allows } from './models/allows.ts';
export { modelNamed, models } from './models/index.ts';
export type { Forced, Loses, Order, PersistenceModel } from './models/model.ts';
export { rulesOf, type Rules } from './models/rules.ts';
export {
  isChange,
  ROOT_INO,
  type Call,
  type Event,
  type Failed,
  type Ino,
  type Made,
  type OpLog,
} from './oplog.ts';
export { choicesOf, leftOut, powerRungs, type LadderOptions, type PowerRung } from './ladder.ts';
export { powerOf, type Power } from './power.ts';
export { randomFrom, type Random } from './random.ts';
export { imageAfter, prefixes, replayOf, type Replay } from './replay.ts';
export { unitsOf, type Unit } from './units.ts';
