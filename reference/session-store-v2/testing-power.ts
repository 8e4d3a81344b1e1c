import fs from 'node:fs';
import path from 'node:path';
import type { StoreFs } from '../lib/fs.ts';
import { treeOf } from './testing.ts';
import type { Files } from './testing.ts';

// A disk whose power may fail: what was not synced by then is lost.

/** What the disk is sure to hold: bytes by inode, and the names of each directory by its inode. */
export interface Durable {
  readonly bytes: Map<number, string>;
  readonly names: Map<number, ReadonlyMap<string, number>>;
}

/**
 * File calls over node:fs that keep account of what is durable; `before` sees every call that
 * changes or syncs.
 */
export function accounting(durable: Durable, before: () => void): StoreFs {
  const paths = new Map<number, string>();
  return {
    ...fs,
    openSync(file, flags, mode) {
      if ((flags & fs.constants.O_CREAT) !== 0) before();
      const fd = fs.openSync(file, flags, mode);
      paths.set(fd, file);
      return fd;
    },
    writeSync(fd, bytes, offset, length, position) {
      before();
      return fs.writeSync(fd, bytes, offset, length, position);
    },
    fsyncSync(fd) {
      before();
      note(durable, paths.get(fd) ?? '', fd);
    },
    ftruncateSync: (fd, size) => (before(), fs.ftruncateSync(fd, size)),
    renameSync(from, to) {
      before();
      fs.renameSync(from, to);
      for (const [fd, file] of paths) if (file === from) paths.set(fd, to);
    },
    unlinkSync: (file) => (before(), fs.unlinkSync(file)),
    mkdirSync: (file, options) => (before(), fs.mkdirSync(file, options)),
  };
}

function note(durable: Durable, file: string, fd: number): void {
  const { ino } = fs.fstatSync(fd);
  if (fs.fstatSync(fd).isDirectory()) durable.names.set(ino, namesIn(file));
  else durable.bytes.set(ino, fs.readFileSync(file, 'latin1'));
}

function namesIn(dir: string): Map<string, number> {
  const names = fs.readdirSync(dir);
  return new Map(names.map((name) => [name, fs.lstatSync(path.join(dir, name)).ino]));
}

/** The tree after the power came back. Inodes are told to be directories by having had names. */
export function left(root: string, durable: Durable, losesNames: boolean): Files {
  if (!fs.existsSync(root)) return {};
  const found: Record<string, string | null> = {};
  const dirs = new Map<number, string>();
  for (const [name, bytes] of Object.entries({ '.': null, ...treeOf(root) })) {
    if (bytes === null) dirs.set(fs.lstatSync(path.join(root, name)).ino, path.join(root, name));
  }
  const walk = (ino: number, at: string): void => {
    const now = dirs.get(ino);
    const names = losesNames || now === undefined ? durable.names.get(ino) : namesIn(now);
    for (const [name, child] of names ?? []) {
      const file = at === '' ? name : `${at}/${name}`;
      const isDir = dirs.has(child);
      found[file] = isDir ? null : (durable.bytes.get(child) ?? '');
      if (isDir) walk(child, file);
    }
  };
  const parent = path.dirname(root);
  const { ino } = fs.statSync(parent);
  const above = losesNames ? durable.names.get(ino) : namesIn(parent);
  const rootIno = above?.get(path.basename(root));
  if (rootIno !== undefined) walk(rootIno, '');
  return found;
}
