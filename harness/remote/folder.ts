import * as fs from 'node:fs';
import { posix } from 'node:path';
import { differences, nodesEqual, type Image, type Node, type Path } from '../../spec/lib/image.ts';
import { removeTree } from '../lib/remove-tree.ts';
import { glance, laidTime, lookAround, type Known, type LookOptions } from './look.ts';
import { pathIn, statOf, writeFile, writeLink, writeOther } from './nodes.ts';

/** A directory that holds one image after the other. */
export interface Folder {
  /**
   * Makes it hold the image, whatever stands there; only files that differ are written, each as a
   * new file, so that nobody who still has an old one open reaches it. Answers how many were. What
   * stands there is taken for the same after a thorough look, unless `false` says that times do.
   */
  lay(image: Image, isThorough?: boolean): number;
  /**
   * What it holds now. Nodes that are as they were are the same objects, and so is the image where
   * all are. A thorough look compares bytes, whatever the times say: through a shared map a file
   * changes without them.
   */
  look(isThorough?: boolean): Image;
}

export interface FolderOptions extends LookOptions {
  /** The directory below the world, as in `store`: by it a link that climbs is followed. */
  readonly within: Path;
}

interface Laid extends FolderOptions {
  known: Map<Path, Known>;
  now: Image;
  /** True where files were found changed whose times were not. */
  isDistrusted: boolean;
}

/**
 * The existing directory `dir` as a folder. Links of an image lead nowhere but into its world: `/`
 * is that directory.
 */
export function folderOf(options: FolderOptions): Folder {
  const laid: Laid = { ...options, known: new Map(), now: new Map(), isDistrusted: false };
  return {
    lay: (image, isThorough = true) => {
      try {
        // Through a link in its place, files elsewhere would be changed.
        if (statOf(laid.dir)?.isDirectory() === true) return patch(laid, image, isThorough);
      } catch {
        // A port may leave what cannot be changed in place.
      }
      removeTree(laid.dir);
      fs.mkdirSync(laid.dir, { recursive: true });
      laid.known = new Map();
      return patch(laid, image, true);
    },
    look: (isThorough = false) => look(laid, isThorough),
  };
}

function look(laid: Laid, isThorough: boolean): Image {
  const isAsked = isThorough || laid.isDistrusted;
  const glanced = isAsked ? new Map() : glance(laid, laid.known);
  if (glanced === null) return laid.now;
  const { known, image, isUnseen } = lookAround(laid, laid.known, isAsked, glanced);
  laid.known = known;
  if (isUnseen) laid.isDistrusted = true;
  if (!hasSameNodes(image, laid.now)) laid.now = image;
  return laid.now;
}

function hasSameNodes(a: Image, b: Image): boolean {
  if (a.size !== b.size) return false;
  for (const [path, node] of a) if (b.get(path) !== node) return false;
  return true;
}

function patch(laid: Laid, image: Image, isThorough: boolean): number {
  const before = look(laid, isThorough);
  const changed = differences(before, image);
  const touched = new Set<Path>();
  for (const path of changed.toReversed()) {
    const node = before.get(path);
    if (node === undefined) continue;
    remove(pathIn(laid.dir, path), node);
    laid.known.delete(path);
    touched.add(posix.dirname(path));
  }
  for (const path of changed) {
    const node = image.get(path);
    if (node === undefined) continue;
    make(laid, path, node);
    touched.add(posix.dirname(path));
    if (node.is === 'dir') touched.add(path);
  }
  // Last, since each entry that is made changes the time of its directory.
  for (const path of touched) {
    if (path === '.') rememberDir(laid, '');
    else if (image.get(path)?.is === 'dir') rememberDir(laid, path);
  }
  for (const [path, node] of image) adopt(laid.known, path, node);
  laid.now = image;
  return changed.filter((path) => image.get(path)?.is === 'file').length;
}

function remove(full: string | Buffer, node: Node): void {
  if (node.is === 'dir') fs.rmdirSync(full);
  else fs.unlinkSync(full);
}

function make(laid: Laid, path: Path, node: Node): void {
  const full = pathIn(laid.dir, path);
  if (node.is === 'dir') fs.mkdirSync(full);
  else if (node.is === 'file') {
    const stat = writeFile(full, node, laidTime.seconds);
    laid.known.set(path, { node, stat, isSure: true });
    return;
  } else if (node.is === 'other') writeOther(full, node.what, `${laid.helpers}/fifo`);
  else {
    const target = targetIn(laid, path, node.to);
    writeLink(full, target);
    remember(laid.known, path, { node, stat: statOf(full), isSure: false, target });
    return;
  }
  remember(laid.known, path, { node, stat: statOf(full), isSure: false });
}

type Seen = Omit<Known, 'stat'> & { readonly stat: Known['stat'] | null };

function remember(known: Map<Path, Known>, path: Path, { stat, ...rest }: Seen): void {
  if (stat !== null) known.set(path, { ...rest, stat });
}

/** The names in it are read when it is next looked at. */
function rememberDir({ dir, known }: Laid, path: Path): void {
  const full = pathIn(dir, path);
  fs.utimesSync(full, laidTime.seconds, laidTime.seconds);
  remember(known, path, { node: known.get(path)?.node ?? { is: 'dir' }, stat: statOf(full), isSure: true }); // prettier-ignore
}

/** The image's own node for what stands there already, so that nobody compares it again. */
function adopt(known: Map<Path, Known>, path: Path, node: Node): void {
  const entry = known.get(path);
  if (entry === undefined || entry.node === node || !nodesEqual(entry.node, node)) return;
  known.set(path, { ...entry, node });
}

/** Where a link really has to point so that it leads where it would in a world of its own. */
function targetIn({ world, within }: FolderOptions, path: Path, to: string): string {
  if (to.startsWith('/')) return `${world}${to}`;
  const from = posix.join('/', within, posix.dirname(path));
  const climbs = to.split('/').filter((name) => name === '..').length;
  const depth = from.split('/').filter((name) => name !== '').length;
  return climbs <= depth ? to : `${world}${posix.resolve(from, to)}`;
}
