import { constants } from 'node:fs';
import type { StoreFs } from '../../lib/fs.ts';

const { O_CREAT, O_TRUNC } = constants;

/**
 * File calls that know whether one was made since `forget` that may have changed the disk, failed
 * ones included.
 */
export interface WatchedFs {
  readonly fs: StoreFs;
  forget(): void;
  wrote(): boolean;
}

/** Wraps file calls, so that an error can say whether its operation may have changed the disk. */
export function watchWrites(fs: StoreFs): WatchedFs {
  let wrote = false;
  const noted =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      wrote = true;
      return call(...args);
    };
  return {
    forget: () => (wrote = false),
    wrote: () => wrote,
    fs: {
      openSync(path, flags, mode) {
        if ((flags & (O_CREAT | O_TRUNC)) !== 0) wrote = true;
        return fs.openSync(path, flags, mode);
      },
      mkdirSync(path, options) {
        const before = wrote;
        wrote = true;
        const made = fs.mkdirSync(path, options);
        if (made === undefined) wrote = before;
        return made;
      },
      writeSync: noted((fd, buffer, offset, length, position) =>
        fs.writeSync(fd, buffer, offset, length, position),
      ),
      ftruncateSync: noted((fd, length) => fs.ftruncateSync(fd, length)),
      renameSync: noted((from, to) => fs.renameSync(from, to)),
      unlinkSync: noted((path) => fs.unlinkSync(path)),
      rmdirSync: noted((path) => fs.rmdirSync(path)),
      linkSync: noted((existing, path) => fs.linkSync(existing, path)),
      closeSync: (fd) => fs.closeSync(fd),
      readSync: (fd, buffer, offset, length, position) =>
        fs.readSync(fd, buffer, offset, length, position),
      fsyncSync: (fd) => fs.fsyncSync(fd),
      fdatasyncSync: (fd) => fs.fdatasyncSync(fd),
      fstatSync: (fd) => fs.fstatSync(fd),
      statSync: (path) => fs.statSync(path),
      lstatSync: (path) => fs.lstatSync(path),
      readdirSync: (path) => fs.readdirSync(path),
    },
  };
}
