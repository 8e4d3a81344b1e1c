import * as fs from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from './sha256.ts';
import type { StoreEnv } from './fs.ts';

/** A directory tree in tests: path to bytes; an empty directory ends in `/` and has null. */
export type Tree = Readonly<Record<string, Buffer | null>>;

/** Runs `work` on a fresh directory of the real file system and removes it. */
export function inTempDir<T>(work: (dir: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), 'tearproof-'));
  try {
    return work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The real file system, and a clock that adds a millisecond at every look. */
export function realEnv(): StoreEnv {
  let ms = Date.UTC(2026, 0, 1);
  return { fs, now: () => new Date(ms++).toISOString() };
}

/** Writes a tree below `root`. */
export function plant(root: string, tree: Tree): void {
  fs.mkdirSync(root, { recursive: true });
  for (const [path, bytes] of Object.entries(tree)) {
    const at = join(root, path);
    fs.mkdirSync(bytes === null ? at : join(at, '..'), { recursive: true });
    if (bytes !== null) fs.writeFileSync(at, bytes);
  }
}

/** Reads the tree below `root`. */
export function harvest(root: string): Record<string, Buffer | null> {
  const tree: Record<string, Buffer | null> = {};
  const walk = (prefix: string): void => {
    const names = fs.readdirSync(join(root, prefix), { withFileTypes: true });
    if (names.length === 0 && prefix !== '') tree[prefix] = null;
    for (const entry of names) {
      const path = `${prefix}${entry.name}`;
      if (entry.isDirectory()) walk(`${path}/`);
      else tree[path] = fs.readFileSync(join(root, path));
    }
  };
  walk('');
  return tree;
}

/** What recorded cases keep of a tree: length and SHA-256 of every file, `tmp/` left out. */
export function digest(tree: Tree): Record<string, readonly [number, string] | null> {
  const kept = Object.entries(tree).filter(([path]) => !path.startsWith('tmp/'));
  return Object.fromEntries(
    kept.map(([path, bytes]) => [path, bytes === null ? null : [bytes.length, sha256Hex(bytes)]]),
  );
}
