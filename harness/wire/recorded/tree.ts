import * as fs from 'node:fs';
import { dirname, join } from 'node:path';

/** Path to base64; null is an empty directory, whose path ends in `/`. */
export type Tree = Readonly<Record<string, string | null>>;

/** A recorded tree with its bytes; null is an empty directory. */
export function decoded(tree: Tree): Record<string, Buffer | null> {
  const entries = Object.entries(tree).map(
    ([path, bytes]) => [path, bytes === null ? null : Buffer.from(bytes, 'base64')] as const,
  );
  return Object.fromEntries(entries);
}

/** Writes a recorded tree into a directory. */
export function plant(dir: string, tree: Tree): void {
  for (const [path, bytes] of Object.entries(decoded(tree))) {
    const full = join(dir, path);
    fs.mkdirSync(bytes === null ? full : dirname(full), { recursive: true });
    if (bytes !== null) fs.writeFileSync(full, bytes);
  }
}

/** A directory as the recordings hold one: empty directories end in `/`, `tmp/` is left out. */
export function harvest(dir: string, below = ''): Record<string, Buffer | null> {
  const tree: Record<string, Buffer | null> = {};
  const names = fs.readdirSync(join(dir, below), { withFileTypes: true });
  for (const entry of names) {
    const path = `${below}${entry.name}`;
    if (path === 'tmp') continue;
    if (entry.isDirectory()) Object.assign(tree, harvest(dir, `${path}/`));
    else tree[path] = fs.readFileSync(join(dir, path));
  }
  if (names.length === 0 && below !== '') tree[below] = null;
  return tree;
}
