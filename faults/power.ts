import type { Image, Node, Path } from '../spec/lib/image.ts';
import { unknownUnit, type CrashChoice, type Left } from './crash.ts';
import type { PersistenceModel } from './models/model.ts';
import { rulesOf, type Rules } from './models/rules.ts';
import { isChange, ROOT_INO, type Event, type Ino, type OpLog } from './oplog.ts';
import { countBefore, powerFile, type PowerFile } from './power-files.ts';
import { listingsOf, type Listing } from './power-names.ts';
import { unitsOf, type Unit } from './units.ts';

/** All power cuts of one log: where they are worth trying, what may be lost, what it leaves. */
export interface Power {
  readonly log: OpLog;
  readonly units: readonly Unit[];
  /**
   * Events before each cut worth trying, ascending: two cuts between which nothing became pending,
   * durable or owed are one.
   */
  readonly cuts: readonly number[];
  /** What the model says about this log; the same object each time. */
  rules(model: PersistenceModel): Rules;
  /**
   * What the choice leaves, as `applyChoice` would. Files that it leaves alone are the same nodes
   * from image to image. An unknown unit is a `RangeError` with code `unknown_unit`.
   */
  image(choice: CrashChoice): Image;
}

const known = new WeakMap<readonly Event[], { readonly length: number; readonly power: Power }>();

/** The power cuts of a log as long as it is now; asked again for the same log, the same object. */
export function powerOf(log: OpLog): Power {
  const kept = known.get(log.events);
  if (kept?.length === log.events.length) return kept.power;
  const power = makePower({ ...log, events: log.events.slice() });
  const entry = { length: log.events.length, power };
  known.set(log.events, entry);
  known.set(power.log.events, entry);
  return power;
}

/** Images with nothing lost that are kept. */
const WHOLES_MOST = 64;

/** Where a unit stands: in its file's list, or in the list of names. */
interface Spot {
  readonly unit: Unit;
  readonly file: PowerFile | null;
  readonly at: number;
}

function makePower(log: OpLog): Power {
  const units = unitsOf(log);
  const rules = new Map<PersistenceModel, Rules>();
  let image: Power['image'] | null = null;
  return {
    log,
    units,
    cuts: cutsOf(log),
    rules: (model) => {
      let found = rules.get(model);
      if (found === undefined) rules.set(model, (found = rulesOf(log, units, model)));
      return found;
    },
    // Who only asks what is allowed needs no images.
    image: (choice) => (image ??= imagesOf(log, units))(choice),
  };
}

/** Makes the images of a log's choices. */
function imagesOf(log: OpLog, units: readonly Unit[]): Power['image'] {
  const names = units.filter((unit) => unit.is === 'name' || unit.is === 'rename');
  const objects = objectsOf(log, units);
  const spots = spotsOf(names, objects);
  const listing = listingsOf(log, names);
  const wholes = new Map<number, ReadonlyMap<Path, Node>>();

  const imageOf = ({ paths }: Listing, cut: number): Map<Path, Node> => {
    const image = new Map<Path, Node>();
    for (const [path, ino] of paths) {
      const object = objects.get(ino);
      if (object === undefined) continue;
      image.set(path, 'whole' in object ? object.whole(object.countAt(cut)) : object);
    }
    return image;
  };
  const wholeAt = (cut: number): Map<Path, Node> => {
    let image = wholes.get(cut);
    if (image === undefined) {
      image = imageOf(listing(countBefore(names, cut), NONE), cut);
      if (wholes.size >= WHOLES_MOST) wholes.clear();
      wholes.set(cut, image);
    }
    return new Map(image);
  };

  return ({ cut, lost }) => {
    if (lost.length === 0) return wholeAt(cut);
    const damage = sort(spots, cut, lost);
    const list = listing(countBefore(names, cut), damage.names);
    const image = damage.names.size === 0 ? wholeAt(cut) : imageOf(list, cut);
    for (const [file, places] of damage.files) {
      const paths = list.pathsOf.get(file.units[0]!.ino);
      if (paths === undefined) continue;
      const node = file.damaged(file.countAt(cut), places);
      for (const path of paths) image.set(path, node);
    }
    return image;
  };
}

const NONE: ReadonlyMap<number, Left> = new Map();

/** What stands behind each inode number of a log; a file together with its history. */
function objectsOf(log: OpLog, units: readonly Unit[]): Map<Ino, PowerFile | Node> {
  const written = new Map<Ino, Unit[]>();
  for (const unit of units) {
    if (unit.is === 'name' || unit.is === 'rename') continue;
    const list = written.get(unit.ino);
    if (list === undefined) written.set(unit.ino, [unit]);
    else list.push(unit);
  }
  const objects = new Map<Ino, PowerFile | Node>([[ROOT_INO, { is: 'dir' }]]);
  const put = (ino: Ino, node: Node | null): void => {
    const list = written.get(ino);
    if (node !== null && (node.is !== 'file' || list === undefined)) objects.set(ino, node);
    else objects.set(ino, powerFile(log, list ?? [], node));
  };
  let ino = ROOT_INO + 1;
  for (const image of [log.base, log.outside]) {
    for (const node of image?.values() ?? []) put(ino++, node);
  }
  for (const { call } of units) {
    if (call.do !== 'name' || call.made === undefined || call.ino === null) continue;
    put(call.ino, call.made.is === 'file' ? null : call.made);
  }
  return objects;
}

function spotsOf(
  names: readonly Unit[],
  objects: ReadonlyMap<Ino, PowerFile | Node>,
): ReadonlyMap<string, Spot> {
  const spots = new Map<string, Spot>();
  names.forEach((unit, at) => spots.set(unit.id, { unit, file: null, at }));
  for (const file of objects.values()) {
    if (!('whole' in file)) continue;
    file.units.forEach((unit, at) => spots.set(unit.id, { unit, file, at }));
  }
  return spots;
}

interface Damage {
  readonly names: Map<number, Left>;
  readonly files: Map<PowerFile, Map<number, Left>>;
}

function sort(spots: ReadonlyMap<string, Spot>, cut: number, lost: CrashChoice['lost']): Damage {
  const damage: Damage = { names: new Map(), files: new Map() };
  for (const { unit: id, left } of lost) {
    const spot = spots.get(id);
    if (spot === undefined || spot.unit.event >= cut) throw unknownUnit(id);
    if (spot.file === null) damage.names.set(spot.at, left);
    else {
      const places = damage.files.get(spot.file);
      if (places === undefined) damage.files.set(spot.file, new Map([[spot.at, left]]));
      else places.set(spot.at, left);
    }
  }
  return damage;
}

function cutsOf(log: OpLog): number[] {
  const cuts = [0];
  /** What was synced since the last change, and how. */
  const synced = new Set<string>();
  log.events.forEach((event, index) => {
    if (event.is === 'call' && event.call.do === 'sync') {
      const { ino, dataOnly } = event.call;
      // The same sync again, with nothing changed in between, makes nothing durable.
      const isAgain = synced.has(`${ino} all`) || (dataOnly && synced.has(`${ino} data`));
      const isDone = event.failed === undefined || event.failed.took === true;
      const matters = isDone || event.failed?.forgets === true;
      if (matters && !isAgain) cuts.push(index + 1);
      if (isDone) synced.add(`${ino} ${dataOnly ? 'data' : 'all'}`);
    } else if (event.is === 'ack' || isChange(event)) {
      if (event.is !== 'ack') synced.clear();
      cuts.push(index + 1);
    }
  });
  return cuts;
}
