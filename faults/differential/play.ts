import type { DiskFs } from '../disk/shape.ts';
import { SLOTS, type FileCall } from './calls.ts';

/**
 * The calls that a sequence makes of any file system: node:fs, memfs and the disk all have them.
 */
export type PlayedFs = Pick<
  DiskFs,
  | 'openSync'
  | 'closeSync'
  | 'readSync'
  | 'writeSync'
  | 'fsyncSync'
  | 'fdatasyncSync'
  | 'ftruncateSync'
  | 'truncateSync'
  | 'existsSync'
  | 'accessSync'
  | 'unlinkSync'
  | 'rmdirSync'
  | 'rmSync'
  | 'renameSync'
  | 'linkSync'
> & {
  writeFileSync(path: string, data: Uint8Array): void;
  appendFileSync(path: string, data: Uint8Array): void;
  fstatSync(fd: number): PlayedStats;
  statSync(path: string): PlayedStats;
  lstatSync(path: string): PlayedStats;
  mkdirSync(path: string, options?: { recursive: boolean }): string | undefined;
  readdirSync(path: string): unknown[];
  readFileSync(path: string | number): string | Uint8Array;
  readlinkSync(path: string): string | Uint8Array;
  symlinkSync(target: string, path: string): void;
};

interface PlayedStats {
  readonly size: number;
  readonly nlink: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** What a call answered, or how it failed, free of the place it was played at. */
export type Answer =
  | { readonly ok: unknown }
  | {
      readonly err: string;
      readonly errno?: number;
      readonly syscall?: string;
      readonly say: string;
    };

/**
 * One tree to play on: its file system, the absolute path that stands for the root, its open
 * descriptors.
 */
export interface Player {
  readonly fs: PlayedFs;
  readonly root: string;
  readonly fds: (number | null)[];
}

/** A player with nothing open. */
export function playerOf(fs: PlayedFs, root: string): Player {
  return { fs, root, fds: Array.from({ length: SLOTS }, () => null) };
}

/** Makes the call; an empty slot answers `no_fd` everywhere. */
export function play(player: Player, call: FileCall): Answer {
  if ('slot' in call && call.do !== 'open' && player.fds[call.slot] === null)
    return { ok: 'no_fd' };
  try {
    const ok = 'slot' in call ? playSlot(player, call) : playPath(player, call);
    return { ok: typeof ok === 'string' ? ok.replaceAll(player.root, '') : ok };
  } catch (error) {
    return failure(player, error);
  }
}

function failure(player: Player, error: unknown): Answer {
  if (!(error instanceof Error) || !('code' in error)) throw error;
  const say = error.message.replaceAll(player.root, '');
  const errno = 'errno' in error ? Number(error.errno) : undefined;
  const syscall = 'syscall' in error ? String(error.syscall) : undefined;
  const err = String(error.code);
  if (errno === undefined || syscall === undefined) return { err, say: err };
  return { err, errno, syscall, say };
}

function playSlot(player: Player, call: Extract<FileCall, { slot: number }>): unknown {
  const { fs, fds } = player;
  if (call.do === 'open') {
    const old = fds[call.slot];
    if (old !== null && old !== undefined) fs.closeSync(old);
    fds[call.slot] = null;
    fds[call.slot] = fs.openSync(`${player.root}/${call.path}`, call.flags, 0o666);
    return 'opened';
  }
  const fd = fds[call.slot] ?? -1;
  switch (call.do) {
    case 'close':
      fds[call.slot] = null;
      return fs.closeSync(fd);
    case 'fsync':
      return fs.fsyncSync(fd);
    case 'fdatasync':
      return fs.fdatasyncSync(fd);
    case 'fstat':
      return shownStats(fs.fstatSync(fd));
    case 'readRest':
      return hex(fs.readFileSync(fd));
    case 'read': {
      const buffer = Buffer.alloc(call.length + 2, 0xee);
      const count = fs.readSync(fd, buffer, 1, call.length, call.at);
      return [count, hex(buffer)];
    }
    case 'write':
      return fs.writeSync(fd, call.bytes, 0, call.bytes.length, call.at);
    case 'ftruncate':
      return fs.ftruncateSync(fd, call.length);
  }
}

function playPath(player: Player, call: Exclude<FileCall, { slot: number }>): unknown {
  const { fs } = player;
  const path = `${player.root}/${call.path}`;
  switch (call.do) {
    case 'truncate':
      return fs.truncateSync(path, call.length);
    case 'writeFile':
      return fs.writeFileSync(path, call.bytes);
    case 'appendFile':
      return fs.appendFileSync(path, call.bytes);
    case 'stat':
      return shownStats(fs.statSync(path));
    case 'lstat':
      return shownStats(fs.lstatSync(path));
    case 'exists':
      return fs.existsSync(path);
    case 'access':
      return fs.accessSync(path);
    case 'readFile':
      return hex(fs.readFileSync(path));
    case 'readdir':
      return fs.readdirSync(path).map(String).toSorted();
    case 'readlink':
      return String(fs.readlinkSync(path));
    case 'symlink':
      return fs.symlinkSync(call.target, path);
    case 'rename':
      return fs.renameSync(path, `${player.root}/${call.to}`);
    case 'link':
      return fs.linkSync(path, `${player.root}/${call.to}`);
    default:
      return playTree(fs, call.do, path);
  }
}

function playTree(
  fs: PlayedFs,
  what: 'unlink' | 'rmdir' | 'mkdir' | 'mkdirAll' | 'rm' | 'rmAll',
  path: string,
): unknown {
  if (what === 'unlink') return fs.unlinkSync(path);
  if (what === 'rmdir') return fs.rmdirSync(path);
  if (what === 'mkdir') return fs.mkdirSync(path);
  if (what === 'mkdirAll') return fs.mkdirSync(path, { recursive: true });
  return fs.rmSync(path, what === 'rmAll' ? { recursive: true } : {});
}

function shownStats(stats: PlayedStats): unknown {
  if (stats.isDirectory()) return 'dir';
  return [stats.isFile() ? 'file' : stats.isSymbolicLink() ? 'link' : '?', stats.size, stats.nlink];
}

function hex(bytes: string | Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** The whole tree below the player's root: path to content, link target or 'dir'. */
export function treeOf(player: Player): Record<string, string> {
  const tree: Record<string, string> = {};
  const visit = (dir: string, prefix: string): void => {
    for (const name of player.fs.readdirSync(dir).map(String).toSorted()) {
      const at = `${dir}/${name}`;
      const stats = player.fs.lstatSync(at);
      if (stats.isDirectory()) {
        tree[prefix + name] = 'dir';
        visit(at, `${prefix}${name}/`);
      } else if (stats.isSymbolicLink()) {
        tree[prefix + name] = `link ${String(player.fs.readlinkSync(at))}`;
      } else tree[prefix + name] = `file ${hex(player.fs.readFileSync(at))}`;
    }
  };
  visit(player.root, '');
  return tree;
}
