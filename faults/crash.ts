import type { Image, Node, Path } from '../spec/lib/image.ts';
import { emptyContent, resize, writeAt, contentOf, type Content } from './content.ts';
import { imageOfTree, type Physical } from './crash-image.ts';
import { lostBytes } from './crash-left.ts';
import { ROOT_INO, type Ino, type OpLog } from './oplog.ts';
import { baseEntries, inoAt, link, unlink, type Entries } from './units-tree.ts';
import type { Unit } from './units.ts';

/** Only the first or last `bytes` of the piece arrived; the rest is `rest`. */
export interface Tear {
  readonly keeps: 'head' | 'tail';
  readonly bytes: number;
  readonly rest: 'old' | 'zeros' | 'garbage';
}

/**
 * What a lost unit leaves. `stale` is what the same store freed or overwrote earlier; 'both names'
 * and 'neither' are for renames alone.
 */
export type Left = 'old' | 'zeros' | 'stale' | 'garbage' | 'both names' | 'neither' | Tear;

/** A unit that was lost, by its id, and what it left. */
export interface LostUnit {
  readonly unit: string;
  readonly left: Left;
}

/** A power cut: where in the log it came, and which units before it were lost. */
export interface CrashChoice {
  /** Events before the cut. */
  readonly cut: number;
  readonly lost: readonly LostUnit[];
}

/** A unit of a choice that its log does not have before the cut. */
export function unknownUnit(id: string): RangeError {
  const error = new RangeError(`no unit is called ${id} before the cut`);
  return Object.assign(error, { code: 'unknown_unit' });
}

/**
 * The image that the choice leaves. It knows no model: any set of units may be lost, and what is
 * kept is applied in program order. `units` are those of the same log; a lost unit that is not
 * among them before the cut is a `RangeError` with code `unknown_unit`.
 */
export function applyChoice(log: OpLog, units: readonly Unit[], choice: CrashChoice): Image {
  const entries = baseEntries(log);
  const objects = new Map<Ino, Physical | Node>([[ROOT_INO, { is: 'dir' }]]);
  let ino = ROOT_INO + 1;
  for (const image of [log.base, log.outside ?? new Map<Path, Node>()]) {
    for (const node of image.values()) objects.set(ino++, physicalOf(node));
  }
  const lost = new Map(choice.lost.map((l) => [l.unit, l.left]));
  for (const unit of units) {
    if (unit.event >= choice.cut) break;
    const left = lost.get(unit.id);
    lost.delete(unit.id);
    if (unit.call.do === 'name' && unit.call.made !== undefined) {
      // An object may be kept, and be in use, though its name is lost.
      const { made } = unit.call;
      objects.set(unit.ino, made.is === 'file' ? emptyFile() : made);
    }
    if (unit.is === 'name' || unit.is === 'rename') applyName(entries, unit, left);
    else {
      const object = objects.get(unit.ino);
      if (object !== undefined && 'content' in object) applyToFile(log, object, unit, left);
    }
  }
  for (const id of lost.keys()) throw unknownUnit(id);
  return imageOfTree(entries, (i) => objects.get(i));
}

/** A new file as the disk has it. */
export function emptyFile(): Physical {
  return { content: emptyContent(), sizeBytes: 0 };
}

/** A node as the disk has it. */
export function physicalOf(node: Node): Physical | Node {
  return node.is === 'file' ? { content: contentOf(node), sizeBytes: node.size } : node;
}

/** Does to the directories what is left of a name unit; no `left` means that it was kept. */
export function applyName(entries: Entries, unit: Unit, left: Left | undefined): void {
  const [from, to] = unit.places;
  if (left === 'old' || from === undefined) return;
  if (unit.call.do === 'name') {
    if (left !== undefined) return;
    if (unit.call.ino === null) unlink(entries, from, unit.ino);
    else link(entries, from, unit.ino);
  } else if (to !== undefined) {
    if (left !== 'both names') unlink(entries, from, unit.ino);
    if (left !== 'neither') link(entries, to, unit.ino);
    else {
      const there = inoAt(entries, to);
      if (there !== undefined) unlink(entries, to, there);
    }
  }
}

/** Does to a file what is left of a data or size unit; no `left` means that it was kept. */
export function applyToFile(log: OpLog, file: Physical, unit: Unit, left: Left | undefined): void {
  const { call } = unit;
  if (left === 'old') return;
  if (call.do === 'size') {
    if (left !== undefined) return;
    if (call.to < file.sizeBytes) cutContent(file.content, call.to);
    file.sizeBytes = call.to;
  } else if (call.do === 'write') {
    if (left === undefined) writeAt(file.content, call.from, call.bytes);
    else {
      const { from, bytes } = lostBytes(log, unit, call, left);
      if (bytes.length > 0) writeAt(file.content, from, bytes);
    }
  }
}

function cutContent(content: Content, to: number): void {
  resize(content, Math.min(content.size, to));
}
