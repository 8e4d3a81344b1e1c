import * as fs from 'node:fs';
import { posix } from 'node:path';
import { differences, nodesEqual, type Image, type Node, type Path } from '../../spec/lib/image.ts';
import { laidTime, lookAround, type Known, type LookOptions } from './look.ts';
import { pathIn, statOf, writeFile, writeLink, writeOther } from './nodes.ts';

/** A directory that holds one image after the other. */
export interface Folder {
  /**
   * Makes it hold the image, whatever stands there; only files that differ are written, each as a
   * new file, so that nobody who still has an old one open reaches it. Answers how many were.
   */
  lay(image: Image): number;
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
    lay: (image) => {
      try {
        return patch(laid, image);
      } catch {
        // A port may leave what cannot be changed in place: begin anew.
        fs.rmSync(laid.dir, { recursive: true, force: true });
        fs.mkdirSync(laid.dir);
        laid.known = new Map();
        return patch(laid, image);
      }
    },
    look: (isThorough = false) => look(laid, isThorough || laid.isDistrusted),
  };
}

function look(laid: Laid, isThorough: boolean): Image {
  const { known, image, isUnseen } = lookAround(laid, laid.known, isThorough);
  laid.known = known;
  if (isUnseen) laid.isDistrusted = true;
  const { now } = laid;
  const isSame = image.size === now.size && [...image].every(([path, n]) => now.get(path) === n);
  if (!isSame) laid.now = image;
  return laid.now;
}

function patch(laid: Laid, image: Image): number {
  const before = look(laid, true);
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
  }
  // Last, since each entry that is made changes the time of its directory.
  for (const path of touched) rememberDir(laid, path === '.' ? '' : path);
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
    writeFile(full, node);
    fs.utimesSync(full, laidTime.seconds, laidTime.seconds);
  } else if (node.is === 'other') writeOther(full, node.what, `${laid.helpers}/fifo`);
  else {
    const target = targetIn(laid, path, node.to);
    writeLink(full, target);
    remember(laid.known, path, { node, stat: statOf(full), isSure: false, target });
    return;
  }
  remember(laid.known, path, { node, stat: statOf(full), isSure: node.is === 'file' });
}

type Seen = Omit<Known, 'stat'> & { readonly stat: Known['stat'] | null };

function remember(known: Map<Path, Known>, path: Path, { stat, ...rest }: Seen): void {
  if (stat !== null) known.set(path, { ...rest, stat });
}

/** The names in it are read when it is next looked at. */
function rememberDir({ dir, known }: Laid, path: Path): void {
  const full = pathIn(dir, path);
  if (statOf(full)?.isDirectory() !== true) return;
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
