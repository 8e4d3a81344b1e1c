import type { Image, Node, Path } from '../spec/lib/image.ts';
import { nodeOf, type Content } from './content.ts';
import type { Ino } from './oplog.ts';
import { listPaths, type Entries } from './units-tree.ts';

/** A file as the disk has it: what lies in its blocks may reach beyond the size that is told. */
export interface Physical {
  readonly content: Content;
  sizeBytes: number;
}

/** Up to this length zeros at the end are written out, so that equal files have equal bytes. */
const DENSE_BYTES_MOST = 1024 * 1024;

/** The file as a reader sees it. */
export function nodeOfPhysical({ content, sizeBytes }: Physical): Node {
  const whole = nodeOf(content);
  if (whole.bytes.length === sizeBytes && whole.size === sizeBytes) return whole;
  const seen = whole.bytes.subarray(0, sizeBytes);
  if (seen.length === sizeBytes || sizeBytes > DENSE_BYTES_MOST) {
    return { is: 'file', bytes: seen, size: sizeBytes };
  }
  const bytes = new Uint8Array(sizeBytes);
  bytes.set(seen);
  return { is: 'file', bytes, size: sizeBytes };
}

/** The tree below the root; an object without content is left out. */
export function imageOfTree(
  entries: Entries,
  objectOf: (ino: Ino) => Physical | Node | undefined,
): Image {
  const image = new Map<Path, Node>();
  for (const [path, ino] of listPaths(entries)) {
    const object = objectOf(ino);
    if (object === undefined) continue;
    image.set(path, 'content' in object ? nodeOfPhysical(object) : object);
  }
  return image;
}
