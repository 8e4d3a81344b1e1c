/**
 * A path inside a store: relative, '/' between names, a byte that is no UTF-8 written `\xNN`; the
 * root itself is absent.
 */
export type Path = string;

/**
 * One entry of a directory tree. A file reads as `bytes`, then zeros up to `size` (sparse, so 1 TiB
 * is cheap).
 */
export type Node =
  | { readonly is: 'file'; readonly bytes: Uint8Array; readonly size: number }
  | { readonly is: 'dir' }
  | { readonly is: 'link'; readonly to: string }
  | { readonly is: 'other'; readonly what: string };

/**
 * A directory tree as a value. Every directory below the root stands in it as a `dir` node of its
 * own.
 */
export type Image = ReadonlyMap<Path, Node>;

/** A file node without a sparse tail. */
export function fileNode(bytes: Uint8Array): Node {
  return { is: 'file', bytes, size: bytes.length };
}

/**
 * The bytes of a regular file up to `limitBytes` (a sparse tail as zeros), or null where no regular
 * file stands.
 */
export function bytesOf(
  image: Image,
  path: Path,
  limitBytes = 256 * 1024 * 1024,
): Uint8Array | null {
  const node = image.get(path);
  if (node === undefined || node.is !== 'file') return null;
  if (node.size === node.bytes.length) return node.bytes;
  const whole = new Uint8Array(Math.min(node.size, limitBytes));
  whole.set(node.bytes.subarray(0, whole.length));
  return whole;
}

/** True where both nodes are the same to the byte. */
export function nodesEqual(a: Node | undefined, b: Node | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.is !== b.is) return false;
  if (a.is === 'file' && b.is === 'file') return filesEqual(a, b);
  if (a.is === 'link' && b.is === 'link') return a.to === b.to;
  if (a.is === 'other' && b.is === 'other') return a.what === b.what;
  return true;
}

function filesEqual(
  a: { readonly bytes: Uint8Array; readonly size: number },
  b: { readonly bytes: Uint8Array; readonly size: number },
): boolean {
  if (a.size !== b.size) return false;
  if (a.bytes === b.bytes) return true;
  const longer = a.bytes.length >= b.bytes.length ? a.bytes : b.bytes;
  const shorter = longer === a.bytes ? b.bytes : a.bytes;
  for (let i = 0; i < shorter.length; i++) if (longer[i] !== shorter[i]) return false;
  for (let i = shorter.length; i < longer.length; i++) if (longer[i] !== 0) return false;
  return true;
}

/**
 * The paths at which two images differ, sorted; `ignore` leaves paths out (temporary names, say).
 */
export function differences(
  a: Image,
  b: Image,
  ignore: (path: Path) => boolean = () => false,
): Path[] {
  const paths = new Set([...a.keys(), ...b.keys()]);
  return [...paths].filter((p) => !ignore(p) && !nodesEqual(a.get(p), b.get(p))).toSorted();
}
