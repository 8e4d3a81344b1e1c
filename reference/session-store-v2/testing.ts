import nodeFs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { StoreError } from '../lib/error.ts';
import type { StoreEnv, StoreFs } from '../lib/fs.ts';
import { openSafe } from './store.ts';
import type { SafeOptions } from './store.ts';
import type { Entry, SessionStore } from './types.ts';

// What the tests of the safe store share: stores on real temporary directories, and file calls that
// stop or fail.

/**
 * A fresh path below the temporary directory; nothing stands there yet. Removed when the process
 * ends.
 */
export function freshRoot(): string {
  if (scratch === '') {
    scratch = nodeFs.mkdtempSync(path.join(os.tmpdir(), 'tearproof-safe-'));
    process.once('exit', () => nodeFs.rmSync(scratch, { recursive: true, force: true }));
  }
  return path.join(nodeFs.mkdtempSync(path.join(scratch, 'a-')), 's.v2');
}

let scratch = '';

/** An environment whose clock moves by a millisecond a call, from the same start each time. */
export function envOver(fs: StoreFs = nodeFs): StoreEnv {
  let calls = 0;
  return {
    fs,
    now: () => new Date(Date.UTC(2026, 0, 1) + ++calls).toISOString(),
  };
}

/** A tree as a value: every file below `root` and its bytes (latin1), directories as null. */
export type Files = Readonly<Record<string, string | null>>;

export function treeOf(root: string): Files {
  const found: Record<string, string | null> = {};
  if (!nodeFs.existsSync(root)) return found;
  for (const name of nodeFs.readdirSync(root, { recursive: true }) as string[]) {
    const full = path.join(root, name);
    const isFile = nodeFs.lstatSync(full).isFile();
    found[name] = isFile ? nodeFs.readFileSync(full, 'latin1') : null;
  }
  return found;
}

/** The tree without what may be left over in `tmp/`. */
export function withoutTemps(files: Files): Files {
  const kept = Object.entries(files).filter(
    ([name]) => !name.startsWith('tmp/') || name === 'tmp/rollback.intent.json',
  );
  return Object.fromEntries(kept);
}

/** Puts a tree where nothing stands. */
export function plant(root: string, files: Files): void {
  nodeFs.mkdirSync(root, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) {
    const full = path.join(root, name);
    nodeFs.mkdirSync(bytes === null ? full : path.dirname(full), { recursive: true });
    if (bytes !== null) nodeFs.writeFileSync(full, bytes, 'latin1');
  }
}

/** Entry `i` of a linear store; a function of `i` alone. */
export function entryAt(i: number): Entry {
  const parent = i === 1 ? null : `entry_${String(i - 1).padStart(8, '0')}`;
  const id = `entry_${String(i).padStart(8, '0')}`;
  return { id, parent, type: 'message', payload: `{"n":${i}}` };
}

/** Opens the store at `root` for writing with plain file calls. */
export function open(root: string, options: Partial<SafeOptions> = {}): SessionStore {
  return openSafe(envOver(), root, { max: 1n << 26n, ...options });
}

/** A closed store of `count` linear entries, as a tree. */
export function storeOf(count: number, options: Partial<SafeOptions> = {}): Files {
  const root = freshRoot();
  const store = open(root, options);
  for (let i = 1; i <= count; i++) store.append(entryAt(i));
  store.close();
  return treeOf(root);
}

export const idsOf = (store: SessionStore): string[] => store.all().map((f) => f.entryId);

/** The code of the `StoreError` that `run` throws, or null; anything else thrown goes on. */
export function codeOf(run: () => unknown): string | null {
  return errorOf(run)?.code ?? null;
}

export function errorOf(run: () => unknown): StoreError | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}

/** Thrown where a process is imagined dead. */
export class Killed extends Error {}

/**
 * What happens at a changing call: `count` is its number from 1. Throwing ends the call before it
 * has an effect.
 */
export type Before = (
  call: keyof StoreFs,
  count: number,
  write?: { bytes: Uint8Array; send: (bytes: number) => number },
) => number | void;

const changing = new Set<keyof StoreFs>([
  'ftruncateSync', 'renameSync', 'unlinkSync', 'linkSync', 'mkdirSync', 'fsyncSync', 'fdatasyncSync',
]); // prettier-ignore

/**
 * File calls that show every changing call to `before` first; opening to create counts, and so does
 * fsync.
 */
export function watched(before: Before): StoreFs {
  let count = 0;
  const fs: Record<string, unknown> = {};
  for (const name of Object.keys(nodeFs) as (keyof StoreFs)[]) {
    const real = nodeFs[name] as unknown;
    if (typeof real !== 'function') continue;
    fs[name] = (...args: unknown[]) => {
      if (name === 'writeSync') {
        const [fd, bytes, offset, length, position] = args as Parameters<StoreFs['writeSync']>;
        const send = (n: number): number => nodeFs.writeSync(fd, bytes, offset, n, position);
        const part = bytes.subarray(offset, offset + length);
        const answer = before(name, ++count, { bytes: part, send });
        return typeof answer === 'number' ? answer : send(length);
      }
      const creates = name === 'openSync' && ((args[1] as number) & nodeFs.constants.O_CREAT) !== 0;
      if (changing.has(name) || creates) before(name, ++count);
      return (real as (...all: unknown[]) => unknown).apply(nodeFs, args);
    };
  }
  return fs as unknown as StoreFs;
}

/**
 * File calls of a process that dies at its `last`-th changing call; a write in flight gets `share`
 * of its bytes out.
 */
export function dyingAt(last: number, share = 0): StoreFs {
  let dead = false;
  return watched((_, count, write) => {
    if (dead || count >= last) {
      if (!dead && write !== undefined) write.send(Math.floor(write.bytes.length * share));
      dead = true;
      throw new Killed(`killed at call ${count}`);
    }
  });
}
