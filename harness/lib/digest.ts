import { hash } from 'node:crypto';
import type { Image, Node } from '../../spec/lib/image.ts';

const kept = new WeakMap<Uint8Array, string>();

function digestBytes(bytes: Uint8Array): string {
  let digest = kept.get(bytes);
  if (digest === undefined) {
    digest = hash('sha256', bytes, 'base64');
    kept.set(bytes, digest);
  }
  return digest;
}

function digestNode(node: Node): string {
  if (node.is === 'file') return `f${node.size}:${digestBytes(node.bytes)}`;
  return node.is === 'link' ? `l${node.to}` : node.is === 'other' ? `o${node.what}` : 'd';
}

/**
 * A name for the content of an image: two images share it only if they are the same to the byte.
 */
export function digestImage(image: Image): string {
  return [...image.keys()]
    .toSorted()
    .map((path) => `${path}\n${digestNode(image.get(path)!)}`)
    .join('\n');
}
