import type { Image, Node, Path } from '../spec/lib/image.ts';
import { contentOf, emptyContent, nodeOf, resize, writeAt, type Content } from './content.ts';
import { ROOT_INO, type Ino, type OpLog } from './oplog.ts';
import type { Left } from './models/model.ts';
import type { Unit } from './units.ts';

/**
 * A power cut: where in the log it came, and which units before it were lost, with what each left.
 */
export interface CrashChoice {
  /** Events before the cut. */
  readonly cut: number;
  readonly lost: readonly { readonly unit: string; readonly left: Left }[];
}

interface Physical {
  /** What lies in the file's blocks, which may reach beyond the size that the inode tells. */
  readonly content: Content;
  size: number;
}

type Entry = Physical | Exclude<Node, { readonly is: 'file' }>;

/**
 * The image that the choice leaves. It knows no model: any set of units may be lost, and what is
 * kept is applied in program order. `units` are those of the same log.
 */
export function applyChoice(log: OpLog, units: readonly Unit[], choice: CrashChoice): Image {
  const inodes = new Map<Ino, Entry>([[ROOT_INO, { is: 'dir' }]]);
  const names = new Map<Path, Ino>();
  let ino = ROOT_INO + 1;
  for (const image of [log.base, log.outside ?? new Map<Path, Node>()]) {
    for (const [path, node] of image) {
      inodes.set(ino, node.is === 'file' ? { content: contentOf(node), size: node.size } : node);
      names.set(path, ino++);
    }
  }
  const lost = new Map(choice.lost.map((l) => [l.unit, l.left]));
  for (const unit of units) {
    if (unit.event >= choice.cut) break;
    const left = lost.get(unit.id);
    applyUnit(unit, left ?? 'kept', inodes, names);
  }
  return imageOf(inodes, names);
}

function applyUnit(
  unit: Unit,
  left: Left | 'kept',
  inodes: Map<Ino, Entry>,
  names: Map<Path, Ino>,
): void {
  const { call } = unit;
  // An inode comes into being with its first name; its content may be kept though the name is lost.
  if (call.do === 'name' && call.made !== undefined && call.ino !== null) {
    const file = { content: emptyContent(), size: 0 };
    inodes.set(call.ino, call.made.is === 'file' ? file : call.made);
  }
  if (left === 'old') return;
  if (call.do === 'write' || call.do === 'size') applyToFile(unit, left, inodes);
  else if (left !== 'kept') return;
  else if (call.do === 'name') {
    if (call.ino !== null) names.set(call.at, call.ino);
    else if (names.get(call.at) === unit.ino) names.delete(call.at);
  } else if (call.do === 'rename') moveName(names, call.from, call.to, unit.ino);
}

function applyToFile(unit: Unit, left: Left | 'kept', inodes: ReadonlyMap<Ino, Entry>): void {
  const { call } = unit;
  const file = inodes.get(unit.ino);
  if (file === undefined || !('content' in file)) return;
  if (call.do === 'size') {
    if (left !== 'kept') return;
    if (call.to < file.size) resize(file.content, Math.min(file.content.size, call.to));
    file.size = call.to;
  } else if (call.do === 'write') {
    writeAt(
      file.content,
      call.from,
      left === 'kept' ? call.bytes : leftBytes(unit.id, left, call.bytes.length),
    );
    if (unit.is === 'extension') file.size = call.from + call.bytes.length;
  }
}

function leftBytes(id: string, left: Left, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  if (left !== 'garbage') return bytes;
  let state = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) state = Math.imul(state ^ id.charCodeAt(i), 0x01000193);
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

function moveName(names: Map<Path, Ino>, from: Path, to: Path, ino: Ino): void {
  if (names.get(from) === ino) names.delete(from);
  const below = [...names].filter(([path]) => path.startsWith(`${from}/`));
  for (const [path] of below) names.delete(path);
  names.set(to, ino);
  for (const [path, named] of below) names.set(to + path.slice(from.length), named);
}

function imageOf(inodes: ReadonlyMap<Ino, Entry>, names: ReadonlyMap<Path, Ino>): Image {
  const image = new Map<Path, Node>();
  for (const [path, ino] of names) {
    const entry = inodes.get(ino);
    if (entry === undefined || path === '' || path.startsWith('/')) continue;
    if (!('content' in entry)) image.set(path, entry);
    else {
      const whole = nodeOf(entry.content);
      const length = Math.min(whole.bytes.length, entry.size);
      const fits = length === whole.bytes.length && whole.size === entry.size;
      image.set(
        path,
        fits ? whole : { is: 'file', bytes: whole.bytes.subarray(0, length), size: entry.size },
      );
    }
  }
  return image;
}
