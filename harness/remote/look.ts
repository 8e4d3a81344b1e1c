import * as fs from 'node:fs';
import { nodesEqual, type Image, type Node, type Path } from '../../spec/lib/image.ts';
import { errnoOf } from '../inspect/error.ts';
import { PortFault } from '../wire/fault.ts';
import { namesIn, otherName, pathIn, readFile, statOf, targetOf, type Stat } from './nodes.ts';

/** What was found at a path, and by what it is known that it has not changed since. */
export interface Known {
  readonly node: Node;
  readonly stat: Stat;
  /**
   * False where it changed so lately that one more change might leave the same times: a file
   * system's clock stands still for milliseconds.
   */
  readonly isSure: boolean;
  /** Of a directory: what is in it. */
  readonly names?: readonly string[];
  /** Of a link that was laid out: where it really points. */
  readonly target?: string;
}

/** Where to look, and what is known of it. */
export interface LookOptions {
  readonly dir: string;
  /** A folder on the same file system, for a file that tells its time. */
  readonly helpers: string;
  /** What stands for `/` in links. */
  readonly world: string;
  /** A name right below the directory that is not looked at. */
  readonly skip?: string | undefined;
}

/** A directory as it was found. */
export interface Found {
  readonly known: Map<Path, Known>;
  readonly image: Image;
  /** True where a file had changed and its times had not: they are not to be trusted here. */
  readonly isUnseen: boolean;
}

/**
 * The time of what was laid out. A change sets the time of now, so that it is seen also where the
 * clock has not moved on since.
 */
export const laidTime = { seconds: 1_000_000_000, ns: 1_000_000_000_000_000_000n } as const;

/** Files up to this length are compared byte by byte where a thorough look is asked for. */
const smallBytesMost = 4 * 1024 * 1024;

/** A port may fill a directory without end: who leaves more than this is not followed there. */
const entriesMost = 50_000;
const depthMost = 64;

interface Look extends LookOptions {
  readonly before: ReadonlyMap<Path, Known>;
  readonly isThorough: boolean;
  readonly glanced: Glance;
  readonly known: Map<Path, Known>;
  isUnseen: boolean;
  /** The time of the file system before the first thing that was read. */
  clock: bigint | null;
}

/**
 * Looks at a directory, without following a link or waiting for a FIFO; what has not changed is not
 * read again, unless the look is thorough. Throws a `PortFault` (`flood`) where there is too much.
 */
export function lookAround(
  options: LookOptions,
  before: ReadonlyMap<Path, Known>,
  isThorough: boolean,
  glanced: Glance = new Map(),
): Found {
  const look: Look = {
    ...options, before, isThorough, glanced, known: new Map(), isUnseen: false, clock: null,
  }; // prettier-ignore
  visit(look, '', 0);
  const image = new Map<Path, Node>();
  for (const [path, { node }] of look.known) if (path !== '') image.set(path, node);
  return { known: look.known, image, isUnseen: look.isUnseen };
}

/**
 * Null where nothing that is known there has changed: who is sure of all of it need not look at
 * more than that, since what is new changes its directory. Else what was seen until a change
 * showed.
 */
export function glance({ dir }: LookOptions, known: ReadonlyMap<Path, Known>): Glance | null {
  const seen = new Map<Path, Stat | null>();
  for (const [path, { stat: before, isSure, names }] of known) {
    if (!isSure) return seen;
    const stat = statOf(pathIn(dir, path));
    seen.set(path, stat);
    if (stat === null || !isSameStat(before, stat)) return seen;
    if (names === undefined && stat.isDirectory()) return seen;
  }
  return known.size === 0 ? seen : null;
}

/** What stood at some paths a moment ago. */
export type Glance = ReadonlyMap<Path, Stat | null>;

function visit(look: Look, path: Path, depth: number): void {
  if (look.known.size > entriesMost || depth > depthMost) {
    const say = `more than ${entriesMost} entries, or more than ${depthMost} directories deep`;
    throw new PortFault('flood', `the port floods its directory: ${say}`);
  }
  const full = pathIn(look.dir, path);
  const glanced = look.glanced.get(path);
  const stat = glanced === undefined ? statOf(full) : glanced;
  if (stat === null) return;
  const found = foundAt(look, path, full, stat);
  if (found === null) return;
  look.known.set(path, found);
  for (const name of found.names ?? []) {
    if (path === '' && name === look.skip) continue;
    visit(look, path === '' ? name : `${path}/${name}`, depth + 1);
  }
}

/** Null where it went while it was looked at; what may not be read is an `other`. */
function foundAt(look: Look, path: Path, full: string | Buffer, stat: Stat): Known | null {
  const before = look.before.get(path);
  const isSame = before !== undefined && before.isSure && isSameStat(before.stat, stat);
  try {
    if (stat.isDirectory()) {
      if (isSame && before.names !== undefined) return before;
      const isSure = isSettled(look, stat);
      const node = before?.node.is === 'dir' ? before.node : ({ is: 'dir' } as const);
      return { node, stat, isSure, names: namesIn(full) };
    }
    if (stat.isFile()) return fileAt(look, full, stat, { before, isSame });
    if (isSame) return before;
    if (stat.isSymbolicLink()) return linkAt(look, full, stat, before);
    return { node: asBefore(before, otherName(stat)), stat, isSure: false };
  } catch (error) {
    const code = errnoOf(error);
    return code === 'enoent' ? null : { node: asBefore(before, code), stat, isSure: false };
  }
}

function asBefore(before: Known | undefined, what: string): Node {
  const node = { is: 'other', what } as const;
  return before !== undefined && nodesEqual(before.node, node) ? before.node : node;
}

function fileAt(
  look: Look,
  full: string | Buffer,
  stat: Stat,
  { before, isSame }: { readonly before: Known | undefined; readonly isSame: boolean },
): Known {
  const isRead = look.isThorough && stat.size <= smallBytesMost;
  if (isSame && !isRead && before !== undefined) return before;
  const isSure = isSettled(look, stat);
  const node = readFile(full);
  if (before === undefined || !nodesEqual(before.node, node)) {
    if (isSame) look.isUnseen = true;
    return { node, stat, isSure };
  }
  return { node: before.node, stat, isSure };
}

function linkAt(look: Look, full: string | Buffer, stat: Stat, before: Known | undefined): Known {
  const target = targetOf(full);
  const isSure = isSettled(look, stat);
  if (before?.node.is === 'link' && before.target === target) {
    return { node: before.node, stat, isSure, target };
  }
  const { world } = look;
  const to = target.startsWith(`${world}/`) ? target.slice(world.length) : target;
  return { node: { is: 'link', to }, stat, isSure, target };
}

const isSameStat = (a: Stat, b: Stat): boolean =>
  a.size === b.size &&
  a.mtimeNs === b.mtimeNs &&
  a.ctimeNs === b.ctimeNs &&
  a.ino === b.ino &&
  a.mode === b.mode;

/** True where no later change can leave these very times. Asked before anything is read. */
function isSettled(look: Look, { mtimeNs, ctimeNs }: Stat): boolean {
  if (mtimeNs === laidTime.ns) return true;
  look.clock ??= timeIn(look.helpers);
  return mtimeNs < look.clock && ctimeNs < look.clock;
}

/** What time it is for a file system: that at which a file of its own is changed. */
function timeIn(folder: string): bigint {
  const file = `${folder}/clock`;
  if (statOf(file) === null) {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(file, '');
  }
  fs.utimesSync(file, laidTime.seconds, laidTime.seconds);
  return statOf(file)?.ctimeNs ?? 0n;
}
