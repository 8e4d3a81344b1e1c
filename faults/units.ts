import type { Path } from '../spec/lib/image.ts';
import { isChange, type Call, type Ino, type OpLog } from './oplog.ts';
import { baseEntries, inoAt, link, placeOf, unlink, TOP_INO } from './units-tree.ts';
import type { Entries, Place } from './units-tree.ts';

/** The finest granule of data: what a disk writes whole or not at all. */
export const SECTOR_BYTES = 512;

/**
 * The smallest thing that a power cut keeps or loses. A log is cracked once, the same for every
 * model, which then says what is glued together.
 */
export interface Unit {
  /** `size` is a length of its own call, or the one that the data unit right before it makes. */
  readonly is: 'data' | 'size' | 'name' | 'rename';
  /** Unique in a log, and the same for the same history: `step3/segments/1.seg/data/297+215`. */
  readonly id: string;
  /** Index of the event that it came from. */
  readonly event: number;
  /** The file whose data or size it is, or what the name stands for. */
  readonly ino: Ino;
  /** What remains of the call for this unit alone. */
  readonly call: Call;
  /** Of data and size: the first byte of the piece; of a length of its own: that length. */
  readonly fromByte: number;
  /** Bytes of the file, from its start, that had been written before the call and not cut. */
  readonly heldBytes: number;
  /** As `heldBytes`, cut or not: from here on the file's blocks never held anything. */
  readonly everBytes: number;
  /** The entries of directories that it changes; of a rename the old and the new. */
  readonly places: readonly Place[];
  /** Of a rename: whether it replaced something. */
  readonly replaces: boolean;
}

interface Extent {
  sizeBytes: number;
  heldBytes: number;
  everBytes: number;
}

/** What the running system had at this point of the log. */
interface Running {
  readonly entries: Entries;
  readonly names: Map<Ino, Place[]>;
  readonly extents: Map<Ino, Extent>;
  readonly taken: Map<string, number>;
  readonly units: Unit[];
}

/** The units of a log in program order. */
export function unitsOf(log: OpLog): Unit[] {
  const running = runningOf(log);
  log.events.forEach((event, index) => {
    if (isChange(event)) crack(running, event.call, event.step, index);
  });
  return running.units;
}

function runningOf(log: OpLog): Running {
  const entries = baseEntries(log);
  const names = new Map<Ino, Place[]>();
  for (const [dir, below] of entries) {
    for (const [name, ino] of below) names.set(ino, [{ dir, name }]);
  }
  const extents = new Map<Ino, Extent>();
  let ino = 2;
  for (const image of [log.base, log.outside]) {
    for (const node of image?.values() ?? []) {
      if (node.is === 'file') {
        const heldBytes = Math.min(node.bytes.length, node.size);
        extents.set(ino, { sizeBytes: node.size, heldBytes, everBytes: heldBytes });
      }
      ino++;
    }
  }
  return { entries, names, extents, taken: new Map(), units: [] };
}

function crack(running: Running, call: Call, step: number, event: number): void {
  if (call.do === 'write') crackWrite(running, call, step, event);
  else if (call.do === 'size') crackSize(running, call, step, event);
  else if (call.do === 'name') crackName(running, call, step, event);
  else if (call.do === 'rename') crackRename(running, call, step, event);
}

function crackWrite(
  running: Running,
  call: Extract<Call, { do: 'write' }>,
  step: number,
  event: number,
): void {
  const { ino } = call;
  const extent = extentOf(running, ino);
  const { heldBytes, everBytes } = extent;
  const path = `step${step}/${pathOf(running, ino)}/`;
  const end = call.from + call.bytes.length;
  const common = { event, ino, heldBytes, everBytes, places: [], replaces: false };
  for (let from = call.from; from < end;) {
    const to = Math.min(end, from - (from % SECTOR_BYTES) + SECTOR_BYTES);
    const bytes = call.bytes.subarray(from - call.from, to - call.from);
    const id = idOf(running, `${path}data/${from}+${to - from}`);
    const piece: Call = { do: 'write', ino, from, bytes };
    running.units.push({ is: 'data', id, ...common, call: piece, fromByte: from });
    if (to > extent.sizeBytes) {
      extent.sizeBytes = to;
      const sizeId = idOf(running, `${path}size/${to}`);
      const size: Call = { do: 'size', ino, to };
      running.units.push({ is: 'size', id: sizeId, ...common, call: size, fromByte: from });
    }
    from = to;
  }
  extent.heldBytes = Math.max(heldBytes, end);
  extent.everBytes = Math.max(everBytes, end);
}

function crackSize(
  running: Running,
  call: Extract<Call, { do: 'size' }>,
  step: number,
  event: number,
): void {
  const { ino, to } = call;
  const extent = extentOf(running, ino);
  const id = idOf(running, `step${step}/${pathOf(running, ino)}/size/${to}`);
  const { heldBytes, everBytes } = extent;
  running.units.push({
    is: 'size', id, event, ino, call, fromByte: to, heldBytes, everBytes, places: [], replaces: false,
  }); // prettier-ignore
  extent.sizeBytes = to;
  extent.heldBytes = Math.min(heldBytes, to);
}

function crackName(
  running: Running,
  call: Extract<Call, { do: 'name' }>,
  step: number,
  event: number,
): void {
  const { entries } = running;
  const place = placeOf(entries, call.at);
  const ino = call.ino ?? inoAt(entries, place);
  if (ino === undefined) return;
  const id = idOf(running, `step${step}/${call.at}/name${call.ino === null ? '-' : '+'}`);
  const { heldBytes, everBytes } = extentOf(running, ino);
  running.units.push({
    is: 'name', id, event, ino, call, fromByte: 0, heldBytes, everBytes, places: [place], replaces: false,
  }); // prettier-ignore
  if (call.ino === null) takeName(running, place, ino);
  else giveName(running, place, ino);
  if (call.made?.is === 'dir' && !entries.has(ino)) entries.set(ino, new Map());
}

function crackRename(
  running: Running,
  call: Extract<Call, { do: 'rename' }>,
  step: number,
  event: number,
): void {
  const { entries } = running;
  const from = placeOf(entries, call.from);
  const to = placeOf(entries, call.to);
  const ino = inoAt(entries, from);
  if (ino === undefined) return;
  const replaced = inoAt(entries, to);
  if (replaced === ino) return;
  const id = idOf(running, `step${step}/${call.to}/rename/${call.from}`);
  const { heldBytes, everBytes } = extentOf(running, ino);
  const replaces = replaced !== undefined;
  running.units.push({
    is: 'rename', id, event, ino, call, fromByte: 0, heldBytes, everBytes, places: [from, to], replaces,
  }); // prettier-ignore
  if (replaced !== undefined) takeName(running, to, replaced);
  takeName(running, from, ino);
  giveName(running, to, ino);
}

function extentOf({ extents }: Running, ino: Ino): Extent {
  let extent = extents.get(ino);
  if (extent === undefined) {
    extents.set(ino, (extent = { sizeBytes: 0, heldBytes: 0, everBytes: 0 }));
  }
  return extent;
}

function idOf({ taken }: Running, base: string): string {
  const count = (taken.get(base) ?? 0) + 1;
  taken.set(base, count);
  return count === 1 ? base : `${base}#${count}`;
}

function giveName(running: Running, place: Place, ino: Ino): void {
  link(running.entries, place, ino);
  const names = running.names.get(ino);
  if (names === undefined) running.names.set(ino, [place]);
  else names.push(place);
}

function takeName(running: Running, place: Place, ino: Ino): void {
  unlink(running.entries, place, ino);
  const names = running.names.get(ino) ?? [];
  const at = names.findIndex((n) => n.dir === place.dir && n.name === place.name);
  if (at !== -1) names.splice(at, 1);
}

/** The first of its names as the log writes paths; `#7` where inode 7 has none. */
function pathOf({ names }: Running, ino: Ino): Path {
  let place = names.get(ino)?.[0];
  if (place === undefined) return `#${ino}`;
  let path = place.name;
  for (; place.dir !== TOP_INO; path = `${place.name}/${path}`) {
    place = names.get(place.dir)?.[0];
    if (place === undefined) return path;
    if (place.dir === TOP_INO && place.name === '') return path;
  }
  return `/${path}`;
}
