import type { CrashChoice } from '../crash.ts';
import type { Ino, OpLog } from '../oplog.ts';
import { replayOf } from '../replay.ts';
import type { Unit } from '../units.ts';
import type { PersistenceModel } from './model.ts';

/**
 * What a model says about one log: which units each unit waits for, and which syncs made durable.
 */
export interface Rules {
  readonly model: PersistenceModel;
  readonly units: readonly Unit[];
  /** For each unit, the indexes of earlier units without which it is never kept. */
  readonly waitsFor: readonly (readonly number[])[];
  /** The indexes of units that are durable at a cut after that many events. */
  durableAt(cut: number): ReadonlySet<number>;
}

/**
 * Works out a model's rules for the units of a log; the units must be cracked at the model's
 * granule.
 */
export function rulesOf(log: OpLog, units: readonly Unit[], model: PersistenceModel): Rules {
  const waitsFor = units.map((unit, i) => earlier(units, i, (e) => waits(model, unit, e)));
  const forced = barriers(log, units, model);
  return {
    model,
    units,
    waitsFor,
    durableAt: (cut) => {
      const durable = new Set<number>();
      const keep = (i: number): void => {
        if (durable.has(i)) return;
        durable.add(i);
        for (const before of waitsFor[i]!) keep(before);
      };
      for (const barrier of forced) if (barrier.event < cut) barrier.units.forEach(keep);
      return durable;
    },
  };
}

/** Whether the model lets a power cut make this choice. */
export function allows(rules: Rules, choice: CrashChoice): boolean {
  const { model, units, waitsFor } = rules;
  const lost = new Map(choice.lost.map((l) => [l.unit, l.left]));
  const durable = rules.durableAt(choice.cut);
  const kept = (i: number): boolean => !lost.has(units[i]!.id);
  let known = 0;
  for (const [i, unit] of units.entries()) {
    if (unit.event >= choice.cut) break;
    const left = lost.get(unit.id);
    if (left === undefined) {
      if (!waitsFor[i]!.every(kept)) return false;
      continue;
    }
    known++;
    if (durable.has(i)) return false;
    const alphabet = unit.is === 'extension' ? model.lost.extension : model.lost.overwrite;
    if (left !== 'old' && (unit.is === 'size' || !alphabet.includes(left))) return false;
  }
  return known === lost.size;
}

function earlier(units: readonly Unit[], i: number, test: (unit: Unit) => boolean): number[] {
  const found: number[] = [];
  for (let k = 0; k < units.length && k !== i; k++) if (test(units[k]!)) found.push(k);
  return found;
}

const isName = (unit: Unit): boolean => unit.is === 'name' || unit.is === 'rename';

function waits(model: PersistenceModel, unit: Unit, before: Unit): boolean {
  if (unit.needs.includes(before.id)) return true;
  const has = (order: PersistenceModel['order'][number]): boolean => model.order.includes(order);
  if (has('everything')) return true;
  if (isName(unit)) {
    if (isName(before)) return namesWait(model, unit, before);
    const replaces = unit.is === 'rename' && unit.replaces === true;
    return replaces && has('data before replacing rename') && before.ino === unit.ino;
  }
  if (isName(before) || before.ino !== unit.ino) return false;
  if (unit.is === 'extension' && has('extension after earlier writes')) return true;
  if (unit.is === 'size' && has('size after earlier writes')) return true;
  const sized = (u: Unit): boolean => u.is !== 'data';
  if (has('sizes of a file') && sized(unit) && sized(before)) return true;
  return has('same block') && sameBlock(model.blockBytes, unit, before);
}

function namesWait(model: PersistenceModel, unit: Unit, before: Unit): boolean {
  if (model.names === 'free') return false;
  if (model.names === 'total') return true;
  const dirs = dirsOf(before);
  return dirsOf(unit).some((dir) => dirs.includes(dir));
}

function dirsOf({ call }: Unit): string[] {
  const paths = call.do === 'rename' ? [call.from, call.to] : call.do === 'name' ? [call.at] : [];
  return paths.map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))));
}

function sameBlock(blockBytes: number | 'call', a: Unit, b: Unit): boolean {
  if (blockBytes === 'call') return true;
  if (a.call.do !== 'write' || b.call.do !== 'write') return false;
  return Math.floor(a.call.from / blockBytes) === Math.floor(b.call.from / blockBytes);
}

interface Barrier {
  readonly event: number;
  readonly units: readonly number[];
}

function barriers(log: OpLog, units: readonly Unit[], model: PersistenceModel): Barrier[] {
  const replay = replayOf(log);
  const found: Barrier[] = [];
  for (const [event, entry] of log.events.entries()) {
    if (entry.is === 'call' && entry.call.do === 'sync' && entry.failed === undefined) {
      const { ino } = entry.call;
      const dir = ino === 1 ? '' : replay.pathOf(ino);
      const isDir = ino === 1 || (dir !== null && replay.image().get(dir)?.is === 'dir');
      const test = isDir ? dirForces(model, dir ?? '') : fileForces(model, ino);
      const before = units.findIndex((unit) => unit.event >= event);
      const upTo = before === -1 ? units.length : before;
      found.push({ event, units: earlier(units, upTo, test) });
    }
    replay.apply(entry);
  }
  return found;
}

function dirForces(model: PersistenceModel, dir: string): (unit: Unit) => boolean {
  return (unit) => model.fsync.dir === 'names' && isName(unit) && dirsOf(unit).includes(dir);
}

function fileForces(model: PersistenceModel, ino: Ino): (unit: Unit) => boolean {
  const { file } = model.fsync;
  return (unit) => {
    if (isName(unit)) {
      return file.includes('all names') || (file.includes('own name') && unit.ino === ino);
    }
    return unit.ino === ino && file.includes(unit.is === 'size' ? 'size' : 'data');
  };
}
