import { StoreError } from '../../lib/error.ts';
import { harvest, inTempDir, plant, realEnv } from '../../lib/temp-tree.ts';
import type { Tree } from '../../lib/temp-tree.ts';
import type { Entry, SessionStore } from '../types.ts';
import type { Limits } from './handle.ts';
import { openOriginal } from './store.ts';

export const indexPath = 'index/offsets.jsonl';

/** `segments/` and the name of segment `n`. */
export function segmentFile(n: number): string {
  return `segments/${String(n).padStart(16, '0')}.seg`;
}

/**
 * How a store to be damaged is made: `perSegment` frames in each segment, each the child of the one
 * before if `linear`.
 */
export interface Base {
  readonly entries: number;
  readonly perSegment: number;
  readonly linear: boolean;
  readonly payload: string;
}

/** Four linear entries in one segment, as the decision table has it unless it says otherwise. */
export const base: Base = { entries: 4, perSegment: 99, linear: true, payload: '{"n":"é"}' };

/** Entry `n` of a base store. */
export function entryOf({ linear, payload }: Base, n: number): Entry {
  return {
    id: `e${n}`,
    parent: linear && n > 1 ? `e${n - 1}` : null,
    type: 'message',
    payload,
  };
}

const madeBefore = new Map<string, Tree>();

/**
 * The files of an undamaged store, made once for each base. Rotation comes by reopening with a
 * threshold of one byte.
 */
export function made(of: Base): Record<string, Buffer | null> {
  const key = JSON.stringify(of);
  const tree = madeBefore.get(key) ?? make(of);
  madeBefore.set(key, tree);
  return { ...tree };
}

function make(of: Base): Tree {
  return inTempDir((dir) => {
    const env = realEnv();
    const opened = (max: bigint): SessionStore => openOriginal(env, `${dir}/s`, { max });
    let store = opened(1n << 40n);
    for (let n = 1; n <= of.entries; n++) {
      const rotates = n > 1 && (n - 1) % of.perSegment === 0;
      store = rotates ? opened(1n) : store;
      store.append(entryOf(of, n));
      if (rotates) store = opened(1n << 40n);
    }
    return harvest(`${dir}/s`);
  });
}

/**
 * How an open came out: `OK(rows)`, with the entry count behind a slash where it is another; or the
 * error's code.
 */
export interface Came {
  readonly out: string;
  readonly store: SessionStore | null;
  readonly message: string;
}

/** Opens and says how it came out. */
export function open(root: string, options: { max?: bigint; limits?: Partial<Limits> } = {}): Came {
  try {
    const store = openOriginal(realEnv(), root, { max: 1n << 40n, ...options });
    const rows = store.index().length;
    const { entryCount } = store.opened;
    const out = entryCount === BigInt(rows) ? `OK(${rows})` : `OK(${rows}/${entryCount})`;
    return { out, store, message: '' };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { out: error.code, store: null, message: error.message };
  }
}

/** A damaged store on a real directory. */
export interface Damaged {
  readonly root: string;
  readonly before: Tree;
  open(options?: { max?: bigint; limits?: Partial<Limits> }): Came;
  tree(): Tree;
  /** The file now, or null where it is missing. */
  file(path: string): Buffer | null;
}

/** Plants `tree` and runs `work` on it. */
export function onDisk<T>(tree: Tree, work: (store: Damaged) => T): T {
  return inTempDir((dir) => {
    const root = `${dir}/s`;
    plant(root, tree);
    return work({
      root,
      before: tree,
      open: (options) => open(root, options),
      tree: () => harvest(root),
      file: (path) => harvest(root)[path] ?? null,
    });
  });
}

/** The lines of a file, their LF included; bytes as Latin-1, so that any edit keeps the others. */
export function linesOf(bytes: Buffer | null | undefined): string[] {
  return (bytes ?? Buffer.alloc(0))
    .toString('latin1')
    .split(/(?<=\n)/)
    .filter((line) => line !== '');
}

/** A tree with the lines of one file changed. */
export function withLines(
  tree: Tree,
  path: string,
  change: (lines: string[]) => readonly string[],
): Record<string, Buffer | null> {
  return { ...tree, [path]: Buffer.from(change(linesOf(tree[path])).join(''), 'latin1') };
}

/** A tree with one line of a file changed, counted from 0. */
export function withLine(
  tree: Tree,
  path: string,
  at: number,
  change: (line: string) => string,
): Record<string, Buffer | null> {
  return withLines(tree, path, (lines) => lines.with(at, change(lines[at] ?? '')));
}

/** A tree without some files. */
export function without(tree: Tree, ...paths: string[]): Record<string, Buffer | null> {
  return Object.fromEntries(Object.entries(tree).filter(([path]) => !paths.includes(path)));
}

/** A tree with the last `count` bytes of a file gone. */
export function chopped(tree: Tree, path: string, count: number): Record<string, Buffer | null> {
  const bytes = tree[path] ?? Buffer.alloc(0);
  return { ...tree, [path]: bytes.subarray(0, bytes.length - count) };
}

/** A tree with `bytes` behind a file. */
export function extended(tree: Tree, path: string, bytes: string): Record<string, Buffer | null> {
  const old = tree[path] ?? Buffer.alloc(0);
  return { ...tree, [path]: Buffer.concat([old, Buffer.from(bytes, 'latin1')]) };
}

/** One row of the decision table with a store made for it. */
export interface DecisionRow {
  readonly row: string;
  readonly what: string;
  readonly of?: Partial<Base>;
  readonly damage: Edit;
  readonly out: string;
  /** How the second open comes out, where it differs. */
  readonly again?: string;
  readonly after?: (store: Damaged) => void;
}

/** A change of a tree. */
export type Edit = (tree: Tree) => Tree;

/** The index gone. */
export const noIndex: Edit = (tree) => without(tree, indexPath);

/** One line of the index changed. */
export function row(at: number, change: (line: string) => string): Edit {
  return (tree) => withLine(tree, indexPath, at, change);
}

/** One line of a segment changed, of the first if none is named. */
export function frame(at: number, change: (line: string) => string, path = segmentFile(1)): Edit {
  return (tree) => withLine(tree, path, at, change);
}

/** The number of a member replaced. */
export function put(member: string, value: string): (line: string) => string {
  return (line) => line.replace(new RegExp(`"${member}":[0-9]+`), `"${member}":${value}`);
}

/** LF made CRLF in every line. */
export function crlf(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace('\n', '\r\n'));
}

/** The greatest u64. */
export const u64Max = '18446744073709551615';
