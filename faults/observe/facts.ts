import { hash } from 'node:crypto';
import type { Image, Node, Path } from '../../spec/lib/image.ts';

/**
 * One thing that somebody learned of a tree: what stands under a name of a directory ('' is the
 * root), which names a directory has, a file's size, or its bytes [from, to). `everything`: nobody
 * knows what, so all of it.
 */
export type Fact =
  | { readonly is: 'name'; readonly dir: Path; readonly name: string }
  | { readonly is: 'list'; readonly dir: Path }
  | { readonly is: 'size'; readonly file: Path }
  | { readonly is: 'bytes'; readonly file: Path; readonly from: number; readonly to: number }
  | { readonly is: 'everything' };

/** Answers facts of one image, as short texts: two images with equal answers look the same. */
export type AskFact = (fact: Fact) => string;

/**
 * The answers of an image; the names below each directory are listed once, when first asked for.
 */
export function askImage(image: Image): AskFact {
  let lists: Map<Path, string> | null = null;
  return (fact) => {
    switch (fact.is) {
      case 'name':
        return kindOf(image.get(below(fact.dir, fact.name)));
      case 'list':
        return (lists ??= listsOf(image)).get(fact.dir) ?? '';
      case 'size':
        return sizeText(image.get(fact.file));
      case 'bytes':
        return bytesText(image.get(fact.file), fact.from, fact.to);
      case 'everything':
        return wholeText(image);
    }
  };
}

/** The path of a name in a directory. */
export function below(dir: Path, name: string): Path {
  return dir === '' ? name : `${dir}/${name}`;
}

/** Sparse tails up to this long are written out, so that `blocks` follows from the size. */
export const DENSE_MOST = 1 << 20;

function kindOf(node: Node | undefined): string {
  if (node === undefined) return '';
  if (node.is === 'link') return `l${node.to}`;
  return node.is === 'other' ? `o${node.what}` : node.is;
}

function listsOf(image: Image): Map<Path, string> {
  const lists = new Map<Path, string[]>();
  for (const [path, node] of image) {
    const cut = path.lastIndexOf('/');
    const dir = cut === -1 ? '' : path.slice(0, cut);
    const line = `${path.slice(cut + 1)}\n${kindOf(node)}`;
    const list = lists.get(dir);
    if (list === undefined) lists.set(dir, [line]);
    else list.push(line);
  }
  return new Map([...lists].map(([dir, list]) => [dir, list.toSorted().join('\n')]));
}

function sizeText(node: Node | undefined): string {
  if (node?.is !== 'file') return kindOf(node);
  return node.size > DENSE_MOST ? `${node.size}:${node.bytes.length}` : `${node.size}`;
}

const digests = new WeakMap<Node, Map<number, Map<number, string>>>();

/** Zeros at the end count by their number alone, whether they are written or sparse. */
function bytesText(node: Node | undefined, from: number, to: number): string {
  if (node?.is !== 'file') return kindOf(node);
  let starts = digests.get(node);
  if (starts === undefined) digests.set(node, (starts = new Map<number, Map<number, string>>()));
  let ends = starts.get(from);
  if (ends === undefined) starts.set(from, (ends = new Map<number, string>()));
  let text = ends.get(to);
  if (text === undefined) {
    const end = Math.min(to, node.size);
    let last = Math.min(end, node.bytes.length);
    while (last > from && node.bytes[last - 1] === 0) last--;
    text = `${end}${hash('sha256', node.bytes.subarray(Math.min(from, last), last), 'base64')}`;
    ends.set(to, text);
  }
  return text;
}

function wholeText(image: Image): string {
  const lines = [...image].map(([path, node]) => {
    const bytes = node.is === 'file' ? bytesText(node, 0, node.size) : '';
    return `${path}\n${kindOf(node)}${sizeText(node)}${bytes}`;
  });
  return lines.toSorted().join('\n');
}
