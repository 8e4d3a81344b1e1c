import { constants as C } from 'node:fs';
import type { FileCall } from './calls.ts';

/** A place where memfs 4.80.1 is known not to answer as a real file system does. */
export interface Gap {
  readonly name: string;
  /** Calls on an empty tree, the last of which shows the gap. */
  readonly probe: readonly FileCall[];
  /**
   * What the last call answers: an error's code, or 'ok' with the answer behind it where that is
   * what differs.
   */
  readonly real: string;
  readonly memfs: string;
  /** Other calls that show the same gap with the same sort of answer. */
  readonly alsoAt?: readonly FileCall['do'][];
  /**
   * The call that answers alike and yet leaves other trees; the probe's last call only shows it.
   */
  readonly silentAt?: FileCall['do'];
  /** True where both trees are still the same afterwards, so that a sequence may go on. */
  readonly harmless: boolean;
}

const some = Uint8Array.of(1, 2, 3);
const file = (path: string): FileCall => ({ do: 'writeFile', path, bytes: some });
const dir = (path: string): FileCall => ({ do: 'mkdir', path });
const open = (path: string, flags: string | number): FileCall => ({
  do: 'open',
  slot: 0,
  path,
  flags,
});
const long = 'n'.repeat(256);

/**
 * Every gap that the random sequences met, and those known from elsewhere; each is probed by the
 * test.
 */
export const memfsGaps: readonly Gap[] = [
  {
    name: 'rename of a directory over one that is not empty loses the target',
    probe: [dir('d'), dir('e'), file('e/x'), { do: 'rename', path: 'd', to: 'e' }],
    real: 'ENOTEMPTY',
    memfs: 'ok',
    harmless: false,
  },
  {
    name: 'rename of a file over a directory',
    probe: [file('a'), dir('d'), { do: 'rename', path: 'a', to: 'd' }],
    real: 'EISDIR',
    memfs: 'ok',
    harmless: false,
  },
  {
    name: 'rename of a directory over a file',
    probe: [file('a'), dir('d'), { do: 'rename', path: 'd', to: 'a' }],
    real: 'ENOTDIR',
    memfs: 'ok',
    harmless: false,
  },
  {
    name: 'rename of a directory into itself',
    probe: [dir('d'), { do: 'rename', path: 'd', to: 'd/x' }],
    real: 'EINVAL',
    memfs: 'ok',
    harmless: false,
  },
  {
    name: 'rename of what is not there to a place below a file',
    probe: [file('b'), { do: 'rename', path: 'a', to: 'b/x' }],
    real: 'ENOTDIR',
    memfs: 'ENOENT',
    harmless: true,
  },
  {
    name: 'rename of a file to its own name with a trailing slash',
    probe: [file('a'), { do: 'rename', path: 'a', to: 'a/' }],
    real: 'ENOTDIR',
    memfs: 'ok',
    harmless: false,
  },
  {
    name: 'write through a descriptor that was opened to read',
    probe: [file('a'), open('a', 'r'), { do: 'write', slot: 0, bytes: some, at: null }],
    real: 'EBADF',
    memfs: 'ok 3',
    harmless: false,
  },
  {
    name: 'read through a descriptor that was opened to write, which also moves it',
    probe: [open('a', 'w'), { do: 'read', slot: 0, length: 1, at: 0 }],
    real: 'EBADF',
    memfs: 'ok [0,"eeeeee"]',
    harmless: false,
  },
  {
    name: 'readFile of a descriptor that was opened to write',
    probe: [open('a', 'w'), { do: 'readRest', slot: 0 }],
    real: 'EBADF',
    memfs: 'ok ""',
    harmless: false,
  },
  {
    name: 'read of a directory',
    probe: [dir('d'), open('d', 'r'), { do: 'read', slot: 0, length: 1, at: 0 }],
    real: 'EISDIR',
    memfs: 'ok [0,"eeeeee"]',
    harmless: true,
  },
  {
    name: 'ftruncate through a descriptor that was opened to read',
    probe: [file('a'), open('a', 'r'), { do: 'ftruncate', slot: 0, length: 0 }],
    real: 'EINVAL',
    memfs: 'ok',
    harmless: false,
  },
  {
    name: 'unlink of a directory',
    probe: [dir('d'), { do: 'unlink', path: 'd' }],
    real: 'EISDIR',
    memfs: 'EPERM',
    harmless: true,
  },
  {
    name: 'link of a directory',
    probe: [dir('d'), { do: 'link', path: 'd', to: 'e' }],
    real: 'EPERM',
    memfs: 'ok',
    harmless: false,
  },
  {
    name: 'link to a place below a file',
    probe: [file('a'), file('b'), { do: 'link', path: 'a', to: 'b/x' }],
    real: 'ENOTDIR',
    memfs: 'ok',
    harmless: false,
  },
  {
    name: 'mkdir -p answers the deepest directory made, not the first',
    probe: [{ do: 'mkdirAll', path: 'p/q/r' }],
    real: 'ok "/p"',
    memfs: 'ok "/p/q/r"',
    harmless: true,
  },
  {
    name: 'mkdir -p onto a file',
    probe: [file('a'), { do: 'mkdirAll', path: 'a' }],
    real: 'EEXIST',
    memfs: 'ok',
    harmless: true,
  },
  {
    name: 'stat of a file with a trailing slash',
    probe: [file('a'), { do: 'stat', path: 'a/' }],
    real: 'ENOTDIR',
    memfs: 'ok ["file",3,1]',
    harmless: true,
  },
  {
    name: 'a name of 256 characters',
    probe: [file(long)],
    real: 'ENAMETOOLONG',
    memfs: 'ok',
    harmless: false,
  },
  {
    name: 'the open flag as+',
    probe: [open('a', 'as+')],
    real: 'ok "opened"',
    memfs: 'ERR_INVALID_ARG_VALUE',
    harmless: false,
  },
  {
    name: 'a path through a directory that is not there and back',
    probe: [file('a'), { do: 'readFile', path: 'none/../a' }],
    real: 'ENOENT',
    memfs: 'ok "010203"',
    harmless: true,
  },
  {
    name: 'the size of a symbolic link',
    probe: [
      { do: 'symlink', target: 'abc', path: 'l' },
      { do: 'lstat', path: 'l' },
    ],
    real: 'ok ["link",3,1]',
    memfs: 'ok ["link",0,1]',
    harmless: true,
  },
  {
    name: 'rm of a symbolic link that leads nowhere',
    probe: [
      { do: 'symlink', target: 'none', path: 'l' },
      { do: 'rm', path: 'l' },
    ],
    real: 'ok',
    memfs: 'ENOENT',
    harmless: false,
  },
  {
    name: 'rm does not count the link that it removes',
    probe: [
      file('a'),
      { do: 'link', path: 'a', to: 'b' },
      { do: 'rm', path: 'a' },
      { do: 'stat', path: 'b' },
    ],
    real: 'ok ["file",3,1]',
    memfs: 'ok ["file",3,2]',
    alsoAt: ['fstat', 'lstat'],
    harmless: true,
  },
  {
    name: 'an appending descriptor moves when it writes at a position',
    probe: [
      open('a', C.O_RDWR | C.O_CREAT | C.O_APPEND),
      { do: 'write', slot: 0, bytes: some, at: 5 },
      { do: 'read', slot: 0, length: 1, at: null },
    ],
    real: 'ok [1,"ee01ee"]',
    memfs: 'ok [0,"eeeeee"]',
    alsoAt: ['readRest'],
    harmless: false,
  },
  {
    name: 'rename between two links of one file removes the first',
    probe: [
      file('a'),
      { do: 'link', path: 'a', to: 'b' },
      { do: 'rename', path: 'a', to: 'b' },
      { do: 'exists', path: 'a' },
    ],
    real: 'ok true',
    memfs: 'ok false',
    silentAt: 'rename',
    harmless: false,
  },
  {
    name: 'readFile of a descriptor that stands beyond the end takes it back to the end',
    probe: [
      file('a'),
      open('a', 'r+'),
      { do: 'read', slot: 0, length: 3, at: null },
      { do: 'ftruncate', slot: 0, length: 1 },
      { do: 'readRest', slot: 0 },
      { do: 'write', slot: 0, bytes: some, at: null },
      { do: 'readFile', path: 'a' },
    ],
    real: 'ok "010000010203"',
    memfs: 'ok "01010203"',
    harmless: false,
  },
];
