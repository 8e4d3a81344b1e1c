import { fileNode } from '../../lib/image.ts';
import type { Image, Node, Path } from '../../lib/image.ts';
import { textOf, utf8Of } from '../../lib/utf8.ts';
import type { Op } from '../ops.ts';
import { does } from './does.ts';
import type { TableOptions, TableResult } from './does.ts';
import { indexPath, segmentPath } from './run.ts';
import type { World } from './run.ts';

/** A small store: how many entries, and what each one is. Entry 1 is `e1`, and so on. */
export interface StorePlan {
  readonly entries?: number;
  /** Bytes at which a segment is full; by default one segment takes all. */
  readonly max?: bigint;
  readonly parentOf?: (n: number) => string | null;
  readonly payloadOf?: (n: number) => string;
  readonly idOf?: (n: number) => string;
}

const linear = (n: number): string | null => (n === 1 ? null : `e${n - 1}`);

/** The world after the original made the planned store, handle `a` open. */
export function worldOf(plan: StorePlan = {}): World {
  const { entries = 4, max = 1n << 30n, parentOf = linear, payloadOf, idOf } = plan;
  let world: World = { image: new Map(), root: '/store', handles: new Map() };
  world = first(does(world, { op: 'create', h: 'a', max }, '')).world;
  for (let n = 1; n <= entries; n++) {
    const op: Op = {
      op: 'append',
      h: 'a',
      id: idOf?.(n) ?? `e${n}`,
      parent: parentOf(n),
      type: 'message',
      payload: payloadOf?.(n) ?? `{"n":${n}}`,
    };
    const at = `2026-01-01T00:00:00.${String(n % 1000).padStart(3, '0')}Z`;
    world = first(does(world, op, at)).world;
  }
  return world;
}

/** The image of the planned store. */
export const imageOf = (plan: StorePlan = {}): Image => worldOf(plan).image;

/** The one result there is; throws where there are more. */
export function first(results: readonly TableResult[]): TableResult {
  const [result] = results;
  if (result === undefined || results.length > 1) throw new Error(`${results.length} results`);
  return result;
}

/** Opens an image as handle `a`; its one result. */
export function openOf(image: Image, options: TableOptions = {}, max = 1n << 30n): TableResult {
  const world: World = { image, root: '/store', handles: new Map() };
  return first(does(world, { op: 'create', h: 'a', max }, '', options));
}

/** The image with another node at a path, or none for null. */
export function put(image: Image, path: Path, node: Node | null): Image {
  const after = new Map(image);
  if (node === null) after.delete(path);
  else after.set(path, node);
  return after;
}

/** The bytes of a file; throws where there is none. */
export function bytesAt(image: Image, path: Path): Uint8Array {
  const node = image.get(path);
  if (node?.is !== 'file') throw new Error(`no file at ${path}`);
  return node.bytes;
}

/** The image with a file's text edited. */
export function edit(image: Image, path: Path, change: (text: string) => string): Image {
  const text = textOf(bytesAt(image, path));
  if (text === null) throw new Error(`no text at ${path}`);
  const changed = change(text);
  if (changed === text) throw new Error(`the edit of ${path} changed nothing`);
  return put(image, path, fileNode(utf8Of(changed)));
}

/** The image with a file's lines, their LF included, edited. */
export const editLines = (image: Image, path: Path, change: (lines: string[]) => string[]): Image =>
  edit(image, path, (text) => change(text.match(/[^\n]*\n|[^\n]+$/g) ?? []).join(''));

/** The image with a file's bytes edited. */
export const editBytes = (
  image: Image,
  path: Path,
  change: (bytes: Uint8Array) => Uint8Array,
): Image => put(image, path, fileNode(change(bytesAt(image, path))));

export const index = indexPath;
export const segment = (n: number): Path => segmentPath(BigInt(n));
