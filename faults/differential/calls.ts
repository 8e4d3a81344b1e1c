import { constants as C } from 'node:fs';
import type { Random } from '../random.ts';

/**
 * A file call as data; `slot` names one of a few descriptors, paths are relative to the tree that
 * is played on.
 */
export type FileCall =
  | {
      readonly do: 'open';
      readonly slot: number;
      readonly path: string;
      readonly flags: string | number;
    }
  | { readonly do: 'close' | 'fsync' | 'fdatasync' | 'fstat' | 'readRest'; readonly slot: number }
  | {
      readonly do: 'read';
      readonly slot: number;
      readonly length: number;
      readonly at: number | null;
    }
  | {
      readonly do: 'write';
      readonly slot: number;
      readonly bytes: Uint8Array;
      readonly at: number | null;
    }
  | { readonly do: 'ftruncate'; readonly slot: number; readonly length: number }
  | { readonly do: 'truncate'; readonly path: string; readonly length: number }
  | { readonly do: 'writeFile' | 'appendFile'; readonly path: string; readonly bytes: Uint8Array }
  | {
      readonly do: 'stat' | 'lstat' | 'exists' | 'access' | 'readFile' | 'readdir' | 'readlink';
      readonly path: string;
    }
  | {
      readonly do: 'unlink' | 'rmdir' | 'mkdir' | 'mkdirAll' | 'rm' | 'rmAll';
      readonly path: string;
    }
  | { readonly do: 'rename' | 'link'; readonly path: string; readonly to: string }
  | { readonly do: 'symlink'; readonly target: string; readonly path: string };

/** Descriptors that a sequence may hold at once. */
export const SLOTS = 4;

const PLAIN = ['a', 'b', 'd', 'd/x', 'd/y', 'd/e', 'd/e/z', 'l', 'f/g', 'f'] as const;
const ODD = [
  'a/',
  'd/',
  'd/.',
  'd/..',
  'd/../a',
  './b',
  'd//x',
  'l/x',
  'l/',
  'a/x',
  'none/x',
  'd/e/../y',
  `n${'9'.repeat(254)}`,
  `n${'9'.repeat(255)}`,
  'd/\u00e9',
] as const;
const TARGETS = ['d', 'a', 'l', 'd/x', '../a', 'x', 'none', 'd/e', 'e'] as const;

const FLAGS: readonly (string | number)[] = [
  'r',
  'r+',
  'w',
  'w+',
  'wx',
  'wx+',
  'a',
  'a+',
  'ax',
  'as+',
  C.O_RDWR | C.O_CREAT,
  C.O_RDWR | C.O_CREAT | C.O_EXCL,
  C.O_WRONLY | C.O_TRUNC,
  C.O_RDONLY | C.O_DIRECTORY,
  C.O_RDONLY | C.O_NOFOLLOW,
  C.O_RDWR | C.O_CREAT | C.O_NOFOLLOW,
  C.O_RDONLY | C.O_DIRECTORY | C.O_NOFOLLOW,
  C.O_WRONLY | C.O_APPEND,
];

function anyPath(random: Random): string {
  return random.chance(3, 4) ? random.pick(PLAIN) : random.pick(ODD);
}

function anyBytes(random: Random): Uint8Array {
  return random.bytes(random.pick([0, 1, 2, 3, 7, 16, 40]));
}

function anyPosition(random: Random): number | null {
  return random.pick([null, null, null, 0, 1, 5, 30, 700]);
}

type Maker = (random: Random) => FileCall;
const slotOf = (random: Random): number => random.below(SLOTS);

const makers: readonly (readonly [number, Maker])[] = [
  [14, (r) => ({ do: 'open', slot: slotOf(r), path: anyPath(r), flags: r.pick(FLAGS) })],
  [4, (r) => ({ do: 'close', slot: slotOf(r) })],
  [1, (r) => ({ do: r.pick(['fsync', 'fdatasync']), slot: slotOf(r) })],
  [3, (r) => ({ do: 'fstat', slot: slotOf(r) })],
  [2, (r) => ({ do: 'readRest', slot: slotOf(r) })],
  [9, (r) => ({ do: 'read', slot: slotOf(r), length: r.pick([0, 1, 5, 50]), at: anyPosition(r) })],
  [14, (r) => ({ do: 'write', slot: slotOf(r), bytes: anyBytes(r), at: anyPosition(r) })],
  [6, (r) => ({ do: 'ftruncate', slot: slotOf(r), length: r.pick([0, 1, 3, 20, 900]) })],
  [2, (r) => ({ do: 'truncate', path: anyPath(r), length: r.pick([0, 2, 30]) })],
  [5, (r) => ({ do: r.pick(['writeFile', 'appendFile']), path: anyPath(r), bytes: anyBytes(r) })],
  [4, (r) => ({ do: r.pick(['stat', 'lstat', 'exists', 'access']), path: anyPath(r) })],
  [4, (r) => ({ do: r.pick(['readFile', 'readdir', 'readlink']), path: anyPath(r) })],
  [5, (r) => ({ do: 'unlink', path: anyPath(r) })],
  [3, (r) => ({ do: 'rmdir', path: anyPath(r) })],
  [8, (r) => ({ do: r.pick(['mkdir', 'mkdirAll']), path: anyPath(r) })],
  [2, (r) => ({ do: r.pick(['rm', 'rmAll']), path: r.pick(PLAIN) })],
  [9, (r) => ({ do: 'rename', path: anyPath(r), to: anyPath(r) })],
  [3, (r) => ({ do: 'link', path: anyPath(r), to: anyPath(r) })],
  [4, (r) => ({ do: 'symlink', target: r.pick(TARGETS), path: anyPath(r) })],
];

/** A sequence of 1 to `most` calls over a handful of names, so that they meet. */
export function randomCalls(random: Random, most: number): FileCall[] {
  return Array.from({ length: random.between(1, most) }, () => random.weighted(makers)(random));
}

/** A call in one line. */
export function showCall(call: FileCall): string {
  return JSON.stringify(call, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  );
}
