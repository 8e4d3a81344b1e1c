import type { DiskState, Inode } from './state.ts';

/**
 * What `stat` answers, as far as it can be the same in every run: times are the disk's own clock,
 * owners are 0.
 */
export class DiskStats {
  readonly dev = 1;
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid = 0;
  readonly gid = 0;
  readonly rdev = 0;
  readonly size: number;
  readonly blksize = 4096;
  readonly blocks: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly birthtimeMs: number;

  constructor(inode: Inode) {
    this.ino = inode.ino;
    this.mode = formatBits(inode) | inode.mode;
    this.nlink = inode.nlink;
    this.size = sizeOf(inode);
    this.blocks = inode.is === 'file' ? Math.ceil(inode.content.length / 4096) * 8 : 0;
    this.atimeMs = inode.changedMs;
    this.mtimeMs = inode.changedMs;
    this.ctimeMs = inode.changedMs;
    this.birthtimeMs = inode.changedMs;
  }

  get mtime(): Date {
    return new Date(this.mtimeMs);
  }
  get atime(): Date {
    return new Date(this.atimeMs);
  }
  get ctime(): Date {
    return new Date(this.ctimeMs);
  }
  get birthtime(): Date {
    return new Date(this.birthtimeMs);
  }
  isFile(): boolean {
    return (this.mode & 0o170000) === 0o100000;
  }
  isDirectory(): boolean {
    return (this.mode & 0o170000) === 0o040000;
  }
  isSymbolicLink(): boolean {
    return (this.mode & 0o170000) === 0o120000;
  }
  isFIFO(): boolean {
    return (this.mode & 0o170000) === 0o010000;
  }
  isSocket(): boolean {
    return (this.mode & 0o170000) === 0o140000;
  }
  isBlockDevice(): boolean {
    return (this.mode & 0o170000) === 0o060000;
  }
  isCharacterDevice(): boolean {
    return (this.mode & 0o170000) === 0o020000;
  }
}

/** A directory's entry with its type, as `readdir` answers with `withFileTypes`. */
export interface DiskDirent {
  readonly name: string;
  readonly parentPath: string;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** The entry of `inode` under `name`. */
export function direntOf(name: string, parentPath: string, inode: Inode): DiskDirent {
  return {
    name,
    parentPath,
    isFile: () => inode.is === 'file',
    isDirectory: () => inode.is === 'dir',
    isSymbolicLink: () => inode.is === 'link',
  };
}

/**
 * The size as `stat` tells it: bytes of a file, length of a link's target, 4096 for a directory.
 */
export function sizeOf(inode: Inode): number {
  if (inode.is === 'file') return inode.content.size;
  if (inode.is === 'dir') return 4096;
  return inode.node.is === 'link' ? Buffer.byteLength(inode.node.to) : 0;
}

const otherBits: Readonly<Record<string, number>> = {
  socket: 0o140000,
  block: 0o060000,
  char: 0o020000,
};

function formatBits(inode: Inode): number {
  if (inode.is === 'file') return 0o100000;
  if (inode.is === 'dir') return 0o040000;
  if (inode.node.is === 'link') return 0o120000;
  return otherBits[inode.node.what] ?? 0o010000;
}

/** Calls served or refused beyond the model; each is remembered once. */
export function notModelled(state: DiskState, what: string): void {
  state.notModelled.add(what);
}
