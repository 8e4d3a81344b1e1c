import type { StoreFs } from '../../reference/lib/fs.ts';

/**
 * A view of `fs` that knows which descriptors it handed out, so that a dropped handle leaves none
 * open.
 */
export interface TrackedFs {
  readonly fs: StoreFs;
  /**
   * Closes what is still open, as the end of a process would. Errors of closing are of no interest
   * then.
   */
  closeAll(): void;
}

/**
 * Every call goes to `inner` unchanged, also those beyond `StoreFs` that it has; only opening and
 * closing are noted.
 */
export function trackFds(inner: StoreFs): TrackedFs {
  const open = new Set<number>();
  const own: Pick<StoreFs, 'openSync' | 'closeSync'> = {
    openSync(path, flags, mode) {
      const fd =
        mode === undefined ? inner.openSync(path, flags) : inner.openSync(path, flags, mode);
      open.add(fd);
      return fd;
    },
    closeSync(fd) {
      open.delete(fd);
      inner.closeSync(fd);
    },
  };
  // Stores are opened by the thousand: the calls that are only passed on are shared by all views of
  // a file system.
  const fs: StoreFs = Object.setPrototypeOf({ ...own }, passedOn(inner));
  return {
    fs,
    closeAll() {
      for (const fd of open) ignoreErrors(() => inner.closeSync(fd));
      open.clear();
    },
  };
}

const shared = new WeakMap<StoreFs, StoreFs>();

function passedOn(inner: StoreFs): StoreFs {
  const known = shared.get(inner);
  if (known !== undefined) return known;
  const calls: StoreFs = {
    ...inner,
    openSync: (path, flags, mode) => inner.openSync(path, flags, mode),
    closeSync: (fd) => inner.closeSync(fd),
    readSync: (fd, buffer, offset, length, position) =>
      inner.readSync(fd, buffer, offset, length, position),
    writeSync: (fd, buffer, offset, length, position) =>
      inner.writeSync(fd, buffer, offset, length, position),
    fsyncSync: (fd) => inner.fsyncSync(fd),
    fdatasyncSync: (fd) => inner.fdatasyncSync(fd),
    ftruncateSync: (fd, length) => inner.ftruncateSync(fd, length),
    fstatSync: (fd) => inner.fstatSync(fd),
    statSync: (path) => inner.statSync(path),
    lstatSync: (path) => inner.lstatSync(path),
    renameSync: (from, to) => inner.renameSync(from, to),
    unlinkSync: (path) => inner.unlinkSync(path),
    linkSync: (existing, path) => inner.linkSync(existing, path),
    rmdirSync: (path) => inner.rmdirSync(path),
    mkdirSync: (path, options) => inner.mkdirSync(path, options),
    readdirSync: (path) => inner.readdirSync(path),
  };
  shared.set(inner, calls);
  return calls;
}

function ignoreErrors(run: () => void): void {
  try {
    run();
  } catch {
    // The descriptor is gone either way.
  }
}
