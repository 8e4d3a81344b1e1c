import type { CallName } from '../disk/around.ts';

/** An errno that a call may answer with, and why it does so in the world. */
export interface Plausible {
  readonly calls: readonly CallName[];
  readonly errno: string;
  /** Errors that come after the effect are for calls that have one. */
  readonly when: readonly ('before' | 'after')[];
  readonly lasting: readonly ('once' | 'persistent')[];
  /** Set where only some of the calls can answer so. */
  readonly only?: 'creates' | 'on dir' | 'on file';
  readonly why: string;
}

const reads = [
  'statSync',
  'lstatSync',
  'fstatSync',
  'readSync',
  'readdirSync',
  'readlinkSync',
] as const;
const makes = ['mkdirSync', 'linkSync', 'symlinkSync', 'renameSync'] as const;
const removes = ['unlinkSync', 'rmdirSync', 'renameSync'] as const;
const looks = [
  'openSync',
  'statSync',
  'lstatSync',
  'existsSync',
  'accessSync',
  'readdirSync',
] as const;
const syncs = ['fsyncSync', 'fdatasyncSync'] as const;

const before = ['before'] as const;
const either = ['before', 'after'] as const;
const once = ['once'] as const;
const lasts = ['persistent'] as const;
const both = ['once', 'persistent'] as const;

/**
 * What calls fail with, in the order that a sweep tries it. `EINTR` is not here: libuv asks again.
 * Nor is what the file system answers by its own rules (`ENOENT`, `EEXIST`, `ELOOP`).
 */
export const plausible: readonly Plausible[] = [
  { calls: [...reads, 'existsSync', 'accessSync'], errno: 'EIO', when: before, lasting: both,
    why: 'a sector or a directory block cannot be read' },
  { calls: ['openSync'], errno: 'EIO', when: either, lasting: both,
    why: 'an inode cannot be read; after the effect where a network file system loses the reply' },
  { calls: looks, errno: 'EACCES', when: before, lasting: both,
    why: 'permissions were changed, or a scanner holds the file' },
  { calls: ['openSync', 'readdirSync'], errno: 'EMFILE', when: before, lasting: both,
    why: 'the process has no descriptors left' },
  { calls: ['openSync', 'readdirSync'], errno: 'ENFILE', when: before, lasting: once,
    why: 'the system has no descriptors left' },
  { calls: ['openSync'], errno: 'ENOSPC', when: before, lasting: both, only: 'creates',
    why: 'no inode or directory block is left' },
  { calls: ['openSync'], errno: 'EROFS', when: before, lasting: lasts, only: 'creates',
    why: 'the kernel remounted the file system read-only after an error' },
  { calls: ['writeSync'], errno: 'EIO', when: either, lasting: both,
    why: 'the device failed; after the effect where only a later page did' },
  { calls: ['writeSync'], errno: 'ENOSPC', when: either, lasting: both,
    why: 'the disk is full; after the effect where a part had been written' },
  { calls: ['writeSync'], errno: 'EDQUOT', when: before, lasting: lasts,
    why: 'the quota of the user is used up' },
  { calls: ['writeSync'], errno: 'EFBIG', when: before, lasting: lasts,
    why: 'the process may write no longer file (RLIMIT_FSIZE), or the file system cannot' },
  { calls: syncs, errno: 'EIO', when: either, lasting: both,
    why: 'writing back failed; what was pending stays pending' },
  { calls: syncs, errno: 'ENOSPC', when: before, lasting: both, only: 'on file',
    why: 'space is given out only when delayed writes are written back' },
  { calls: syncs, errno: 'EINVAL', when: before, lasting: lasts, only: 'on dir',
    why: 'the file system cannot sync directories' },
  { calls: ['ftruncateSync'], errno: 'EIO', when: either, lasting: both,
    why: 'the inode cannot be written' },
  { calls: ['ftruncateSync'], errno: 'ENOSPC', when: before, lasting: once,
    why: 'a file system that copies on write needs space to cut' },
  { calls: makes, errno: 'ENOSPC', when: before, lasting: both,
    why: 'no inode or directory block is left' },
  { calls: [...makes, 'unlinkSync', 'rmdirSync'], errno: 'EIO', when: either, lasting: both,
    why: 'a directory block cannot be written; after the effect where the reply was lost' },
  { calls: [...makes, 'unlinkSync', 'rmdirSync'], errno: 'EACCES', when: before, lasting: both,
    why: 'the directory may not be changed' },
  { calls: [...makes, 'unlinkSync', 'rmdirSync'], errno: 'EROFS', when: before, lasting: lasts,
    why: 'the kernel remounted the file system read-only after an error' },
  { calls: removes, errno: 'EBUSY', when: before, lasting: once,
    why: 'another process holds the file open, where that forbids it' },
  { calls: ['linkSync', 'renameSync'], errno: 'EXDEV', when: before, lasting: lasts,
    why: 'a mount or an overlay lies between the two names' },
  { calls: ['linkSync', 'symlinkSync'], errno: 'EPERM', when: before, lasting: lasts,
    why: 'the file system has no links' },
  { calls: ['closeSync'], errno: 'EIO', when: ['after'], lasting: both,
    why: 'a network file system writes back on close; the descriptor is gone all the same' },
  { calls: ['closeSync'], errno: 'ENOSPC', when: ['after'], lasting: once,
    why: 'quota and space are counted on close there' },
]; // prettier-ignore
