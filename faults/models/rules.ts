import { ROOT_INO, type Event, type Ino, type OpLog } from '../oplog.ts';
import { TOP_INO } from '../units-tree.ts';
import type { Unit } from '../units.ts';
import { groupsOf, waits, type Group } from './groups.ts';
import type { Loses, Order, PersistenceModel } from './model.ts';

/** What a model says about one log. Groups are what it keeps or loses whole. */
export interface Rules {
  readonly model: PersistenceModel;
  readonly log: OpLog;
  readonly units: readonly Unit[];
  /** Index of a unit by its id. */
  readonly indexOf: ReadonlyMap<string, number>;
  readonly groups: readonly Group[];
  /** Index of the group of each unit. */
  readonly groupOf: Int32Array;
  /**
   * For each group the earlier ones, not yet durable when it was made, without which it is not
   * kept.
   */
  readonly waitsFor: readonly (readonly number[])[];
  /** The event that made each group durable, or Infinity. */
  readonly durableFrom: Float64Array;
  /** The failed sync from which on a group is not written any more, or Infinity. */
  readonly forgottenFrom: Float64Array;
  /** The groups that a power cut after that many events may lose, in program order. */
  pendingAt(cut: number): readonly number[];
}

interface Building {
  readonly log: OpLog;
  readonly units: readonly Unit[];
  readonly groups: readonly Group[];
  readonly waitsFor: number[][];
  readonly durableFrom: Float64Array;
  readonly forgottenFrom: Float64Array;
  readonly dirs: ReadonlySet<Ino>;
  /** Of renames that may be torn, the directories synced since. */
  readonly halves: Map<number, Set<Ino>>;
  /** Groups that the next sync may force. */
  pending: number[];
}

/** Works out a model's rules for the units of a log. */
export function rulesOf(log: OpLog, units: readonly Unit[], model: PersistenceModel): Rules {
  const { loses } = model;
  const groups = groupsOf(log, units, loses ?? WHOLE);
  const building: Building = {
    log,
    units,
    groups,
    waitsFor: [],
    durableFrom: new Float64Array(groups.length).fill(Infinity),
    forgottenFrom: new Float64Array(groups.length).fill(Infinity),
    dirs: dirsOf(log),
    halves: new Map(),
    pending: [],
  };
  const oldest = follow(building, loses);
  const groupOf = new Int32Array(units.length);
  groups.forEach((group, g) => group.units.forEach((unit) => (groupOf[unit] = g)));
  const { waitsFor, durableFrom, forgottenFrom } = building;
  return {
    model,
    log,
    units,
    indexOf: new Map(units.map((unit, i) => [unit.id, i])),
    groups,
    groupOf,
    waitsFor,
    durableFrom,
    forgottenFrom,
    pendingAt: (cut) => {
      const found: number[] = [];
      for (let g = oldest[Math.min(cut, log.events.length)] ?? 0; g < groups.length; g++) {
        if (groups[g]!.event >= cut) break;
        if (durableFrom[g]! >= cut) found.push(g);
      }
      return found;
    },
  };
}

/** How units lie in groups where nothing is lost: nobody asks. */
const WHOLE: Loses = {
  granule: 'call',
  sizes: 'with data',
  order: [],
  overwrite: [],
  newBlock: [],
  rename: [],
  tears: 'none',
  sync: null,
};

/** Goes through the events; answers, for each cut, the oldest group that may be lost there. */
function follow(building: Building, loses: Loses | null): Int32Array {
  const { log, groups, durableFrom } = building;
  const oldest = new Int32Array(log.events.length + 1);
  let next = 0;
  let first = 0;
  const order = new Set(loses?.order);
  // Where all wait for all, each waits for the one before: a forgotten one would break the chain.
  const chained = order.has('everything') && !log.events.some(forgets);
  log.events.forEach((event, index) => {
    for (; next < groups.length && groups[next]!.event === index; next++) {
      const group = groups[next]!;
      building.waitsFor.push(waitsOf(building, order, group, chained));
      if (loses === null) durableFrom[next] = index;
      else building.pending.push(next);
    }
    if (loses !== null) sync(building, loses, event, index);
    while (first < next && durableFrom[first]! <= index) first++;
    oldest[index + 1] = first;
  });
  return oldest;
}

function waitsOf(
  { pending, groups }: Building,
  order: ReadonlySet<Order>,
  group: Group,
  chained: boolean,
): number[] {
  if (chained) return pending.slice(-1);
  return pending.filter((before) => waits(order, group, groups[before]!));
}

function forgets(event: Event): boolean {
  return event.is === 'call' && event.failed?.forgets === true;
}

function sync(building: Building, loses: Loses, event: Event, index: number): void {
  if (event.is !== 'call' || event.call.do !== 'sync') return;
  const { ino, dataOnly } = event.call;
  if (event.failed !== undefined && event.failed.took !== true) {
    if (forgets(event)) forget(building, ino, index);
    return;
  }
  if (loses.sync === null) return;
  const isForced =
    building.dirs.has(ino) || ino < 0
      ? dirForces(building, loses, ino)
      : fileForces(building, loses, ino, dataOnly);
  const { groups, durableFrom, waitsFor } = building;
  const upwards = loses.sync.brings === 'directories above';
  const keep = (g: number): void => {
    if (durableFrom[g]! <= index || building.forgottenFrom[g]! <= index) return;
    durableFrom[g] = index;
    if (!upwards) waitsFor[g]!.forEach(keep);
    else if (groups[g]!.isName) above(building, g).forEach(keep);
  };
  const { pending } = building;
  for (const g of pending) if (isForced(g)) keep(g);
  building.pending = pending.filter((g) => durableFrom[g]! > index);
}

/** After a failed sync the system believes the file's pages to be clean: it writes them no more. */
function forget(building: Building, ino: Ino, index: number): void {
  const { groups, forgottenFrom } = building;
  const isLost = (g: number): boolean => groups[g]!.ino === ino && !groups[g]!.isName;
  for (const g of building.pending) if (isLost(g)) forgottenFrom[g] = index;
  building.pending = building.pending.filter((g) => !isLost(g));
}

function fileForces(
  { groups }: Building,
  loses: Loses,
  ino: Ino,
  dataOnly: boolean,
): (g: number) => boolean {
  const forced = new Set(loses.sync?.file);
  const everything = forced.has('everything');
  // fdatasync may leave out what is not needed to read the data back: names.
  const allNames = forced.has('all names') && !dataOnly;
  const ownName = forced.has('own name') && !dataOnly;
  return (g) => {
    const group = groups[g]!;
    if (everything) return true;
    if (group.isName) return allNames || (ownName && group.ino === ino);
    if (group.ino !== ino) return false;
    return (group.hasData && forced.has('data')) || (group.hasSize && forced.has('size'));
  };
}

function dirForces(building: Building, loses: Loses, ino: Ino): (g: number) => boolean {
  const forced = new Set(loses.sync?.dir);
  const { units, groups, halves } = building;
  return (g) => {
    const group = groups[g]!;
    if (forced.has('everything')) return true;
    if (!group.isName) return false;
    if (forced.has('all names')) return true;
    const { places } = units[group.units[0]!]!;
    if (!forced.has('names in it') || !places.some((p) => p.dir === ino)) return false;
    if (loses.rename.length === 0) return true;
    // A rename that may be torn is whole only once both its directories are synced.
    const synced = halves.get(g) ?? new Set();
    halves.set(g, synced.add(ino));
    return places.every((p) => synced.has(p.dir));
  };
}

/** The pending names of the directories in which a name stands. */
function above({ units, groups, pending }: Building, of: number): number[] {
  const dirs = new Set(units[groups[of]!.units[0]!]!.places.map((p) => p.dir));
  return pending.filter((g) => g < of && groups[g]!.isName && dirs.has(groups[g]!.ino));
}

function dirsOf(log: OpLog): Set<Ino> {
  const dirs = new Set([ROOT_INO, TOP_INO]);
  let ino = ROOT_INO + 1;
  for (const image of [log.base, log.outside]) {
    for (const node of image?.values() ?? []) {
      if (node.is === 'dir') dirs.add(ino);
      ino++;
    }
  }
  for (const event of log.events) {
    if (event.is !== 'call' || event.call.do !== 'name') continue;
    if (event.call.made?.is === 'dir' && event.call.ino !== null) dirs.add(event.call.ino);
  }
  return dirs;
}
