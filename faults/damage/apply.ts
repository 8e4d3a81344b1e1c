import type { Image, Node, Path } from '../../spec/lib/image.ts';
import { concat, denseBytes, fileOf, lineRange, parentOf } from './bytes.ts';
import type { Damage } from './types.ts';

/**
 * The image after the damage; the same image where there is nothing that it could damage (see
 * {@link whyNot}).
 */
export function applyDamage(image: Image, damage: Damage): Image {
  const result = attempt(image, damage);
  return typeof result === 'string' ? image : result;
}

/** Why this damage would do nothing to the image, or null where it does something. */
export function whyNot(image: Image, damage: Damage): string | null {
  const result = attempt(image, damage);
  return typeof result === 'string' ? result : null;
}

type Attempt = Image | string;

function attempt(image: Image, damage: Damage): Attempt {
  switch (damage.do) {
    case 'remove':
    case 'replace':
    case 'copy':
    case 'swap files':
    case 'foreign':
    case 'resurrect':
    case 'stale':
      return attemptOnTree(image, damage);
    case 'cut':
      return cutFile(image, damage.file, damage.at);
    default: {
      const bytes = denseBytes(image, damage.file);
      if (bytes === null) return 'no such file';
      const changed = changedBytes(bytes, damage);
      if (typeof changed === 'string') return changed;
      return same(bytes, changed) ? 'no byte changes' : put(image, damage.file, fileOf(changed));
    }
  }
}

type OnTree = Extract<
  Damage,
  { do: 'remove' | 'replace' | 'copy' | 'swap files' | 'foreign' | 'resurrect' | 'stale' }
>;
type OnBytes = Exclude<Damage, OnTree | { do: 'cut' }>;

function changedBytes(bytes: Uint8Array, damage: OnBytes): Uint8Array | string {
  switch (damage.do) {
    case 'flip': {
      if (!within(damage.at, bytes.length - 1)) return 'beyond the end of the file';
      const copy = bytes.slice();
      copy[damage.at] = copy[damage.at]! ^ (1 << (damage.bit & 7));
      return copy;
    }
    case 'append':
      return concat([bytes, damage.bytes]);
    case 'insert':
      return splice(bytes, damage.at, damage.at, damage.bytes);
    case 'empty':
      return new Uint8Array(0);
    case 'crlf':
      return withCrlf(bytes);
    case 'bom':
      return concat([Uint8Array.of(0xef, 0xbb, 0xbf), bytes]);
    case 'duplicate line':
    case 'delete line':
    case 'blank line':
    case 'swap lines':
      return changedLines(bytes, damage);
    default:
      return changedRange(bytes, damage);
  }
}

function changedRange(
  bytes: Uint8Array,
  damage: Extract<OnBytes, { readonly from: number }>,
): Uint8Array | string {
  const { from, to } = damage;
  if (damage.do === 'splice') return splice(bytes, from, to, damage.bytes);
  const end = Math.min(to, bytes.length);
  if (damage.do === 'delete') return splice(bytes, from, end, new Uint8Array(0));
  if (damage.do === 'duplicate') return splice(bytes, end, end, bytes.slice(from, end));
  if (!within(from, end)) return 'beyond the end of the file';
  return splice(bytes, from, end, new Uint8Array(end - from).fill(damage.do === 'ones' ? 255 : 0));
}

function splice(bytes: Uint8Array, from: number, to: number, by: Uint8Array): Uint8Array | string {
  if (!within(from, bytes.length) || !within(to, bytes.length) || to < from) {
    return 'beyond the end of the file';
  }
  return concat([bytes.subarray(0, from), by, bytes.subarray(to)]);
}

function changedLines(
  bytes: Uint8Array,
  damage: Extract<OnBytes, { readonly line: number }>,
): Uint8Array | string {
  const range = lineRange(bytes, damage.line);
  if (range === null) return 'no such line';
  const [from, to] = range;
  if (damage.do === 'delete line') return splice(bytes, from, to, new Uint8Array(0));
  if (damage.do === 'duplicate line') return splice(bytes, to, to, bytes.slice(from, to));
  if (damage.do === 'blank line') return splice(bytes, from, from, Uint8Array.of(10));
  const other = lineRange(bytes, damage.other);
  if (other === null) return 'no such line';
  const [low, high] = from < other[0] ? [range, other] : [other, range];
  if (low === high || low[1] > high[0]) return 'one line, not two';
  const cut = (part: readonly [number, number]): Uint8Array => bytes.subarray(part[0], part[1]);
  return concat([
    bytes.subarray(0, low[0]),
    cut(high),
    bytes.subarray(low[1], high[0]),
    cut(low),
    bytes.subarray(high[1]),
  ]);
}

function withCrlf(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) {
    if (at > 0 && bytes[at - 1] === 13) continue;
    parts.push(bytes.subarray(from, at), CR);
    from = at;
  }
  return concat([...parts, bytes.subarray(from)]);
}

const CR = Uint8Array.of(13);

function cutFile(image: Image, file: Path, at: number): Attempt {
  const node = image.get(file);
  if (node === undefined || node.is !== 'file') return 'no such file';
  if (!within(at, node.size - 1)) return 'beyond the end of the file';
  return put(image, file, { is: 'file', bytes: node.bytes.subarray(0, at), size: at });
}

function attemptOnTree(image: Image, damage: OnTree): Attempt {
  const { file } = damage;
  const node = image.get(file);
  const brings = damage.do === 'foreign' || damage.do === 'resurrect';
  if (brings) {
    if (node !== undefined) return 'something stands there already';
    return put(image, file, fileOf(damage.bytes));
  }
  if (node === undefined) return 'nothing stands there';
  if (damage.do === 'remove') return without(image, file);
  if (damage.do === 'replace') return put(without(image, file), file, nodeBy(damage));
  if (node.is !== 'file') return 'no such file';
  if (damage.do === 'stale') {
    const unchanged = node.size === damage.bytes.length && same(node.bytes, damage.bytes);
    return unchanged ? 'no byte changes' : put(image, file, fileOf(damage.bytes));
  }
  const to = damage.do === 'copy' ? damage.as : damage.other;
  const there = image.get(to);
  if (damage.do === 'copy') {
    return there === undefined ? put(image, to, node) : 'something stands there already';
  }
  if (there === undefined || there.is !== 'file' || to === file) return 'no such file';
  return new Map(image).set(file, there).set(to, node);
}

function nodeBy(damage: Extract<Damage, { do: 'replace' }>): Node {
  if (damage.by === 'link') return { is: 'link', to: damage.target };
  return damage.by === 'dir' ? { is: 'dir' } : { is: 'other', what: 'fifo' };
}

function put(image: Image, path: Path, node: Node): Attempt {
  const above: Path[] = [];
  for (let dir = parentOf(path); dir !== ''; dir = parentOf(dir)) {
    const there = image.get(dir);
    if (there !== undefined && there.is !== 'dir') return 'a file stands in its way';
    if (there === undefined) above.unshift(dir);
  }
  const changed = new Map(image);
  for (const dir of above) changed.set(dir, { is: 'dir' });
  return changed.set(path, node);
}

function without(image: Image, path: Path): Image {
  const left = new Map(image);
  left.delete(path);
  if (image.get(path)?.is === 'dir') {
    for (const other of image.keys()) if (other.startsWith(`${path}/`)) left.delete(other);
  }
  return left;
}

function within(position: number, most: number): boolean {
  return Number.isInteger(position) && position >= 0 && position <= most;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
