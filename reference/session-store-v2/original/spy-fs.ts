import * as nodeFs from 'node:fs';
import { StoreError } from '../../lib/error.ts';
import type { StoreFs } from '../../lib/fs.ts';
import { inTempDir } from '../../lib/temp-tree.ts';
import type { SessionStore } from '../types.ts';
import { openOriginal } from './store.ts';

/**
 * One file call: its name without `Sync`, the path of its file below the root, and the bytes of a
 * write.
 */
export interface Call {
  readonly name: string;
  readonly path: string;
  readonly bytes?: string;
}

/** What becomes of a call: an errno to fail with, or the most bytes that a write takes. */
export type Fate = { readonly errno: string } | { readonly most: number } | undefined;

/**
 * The real file system below `root`, with every call that may change it or sync it noted, and
 * failed where `fate` says so.
 */
export function spyFs(
  root: string,
  fate: (call: Call) => Fate = () => undefined,
): { readonly fs: StoreFs; readonly calls: Call[] } {
  const calls: Call[] = [];
  const paths = new Map<number, string>();
  const below = (path: string): string => (path === root ? '.' : path.replace(`${root}/`, ''));
  const note = (call: Call): Fate => {
    calls.push(call);
    const given = fate(call);
    if (given === undefined || !('errno' in given)) return given;
    throw Object.assign(new Error(`${given.errno}: as planned, ${call.name}`), {
      code: given.errno,
    });
  };
  const ofFd = (fd: number): string => paths.get(fd) ?? '?';
  const fs: StoreFs = {
    ...nodeFs,
    openSync(path, flags, mode) {
      note({ name: 'open', path: below(path) });
      const fd = nodeFs.openSync(path, flags, mode);
      paths.set(fd, below(path));
      return fd;
    },
    writeSync(fd, buffer, offset, length, position) {
      const bytes = Buffer.from(buffer.subarray(offset, offset + length)).toString();
      const given = note({ name: 'write', path: ofFd(fd), bytes });
      const most = given !== undefined && 'most' in given ? Math.min(given.most, length) : length;
      return nodeFs.writeSync(fd, buffer, offset, most, position);
    },
    fsyncSync(fd) {
      note({ name: 'fsync', path: ofFd(fd) });
      nodeFs.fsyncSync(fd);
    },
    ftruncateSync(fd, length) {
      note({ name: `truncate to ${length}`, path: ofFd(fd) });
      nodeFs.ftruncateSync(fd, length);
    },
    renameSync(from, to) {
      note({ name: `rename to ${below(to)}`, path: below(from) });
      nodeFs.renameSync(from, to);
    },
    unlinkSync(path) {
      note({ name: 'unlink', path: below(path) });
      nodeFs.unlinkSync(path);
    },
  };
  return { fs, calls };
}

/** The calls as lines, opens and written bytes left out. */
export function linesOfCalls(calls: readonly Call[]): string[] {
  return calls.filter((call) => call.name !== 'open').map(({ name, path }) => `${name}: ${path}`);
}

/** An empty store whose file calls are watched. */
export interface Spied {
  readonly root: string;
  readonly calls: Call[];
  store: SessionStore;
  /** Fails or shortens calls from now on. */
  fate: (call: Call) => Fate;
  /** The calls that `work` makes, and the error's code if it throws one. */
  did(work: () => unknown): {
    readonly calls: string[];
    readonly code: string;
    readonly definite: boolean;
  };
  reopen(max?: bigint): void;
}

/** Runs `work` on an empty store in a temporary directory. */
export function spied(work: (spy: Spied) => void): void {
  inTempDir((root) => {
    const spy = spyFs(root, (call) => spying.fate(call));
    const env = { fs: spy.fs, now: () => '2026-01-01T00:00:00.000Z' };
    const spying: Spied = {
      root,
      calls: spy.calls,
      fate: () => undefined,
      store: openOriginal({ fs: spyFs(root).fs, now: env.now }, root, { max: 1000n }),
      reopen(max = 1000n) {
        spying.store = openOriginal(env, root, { max });
      },
      did(doing) {
        spy.calls.length = 0;
        let code = 'ok';
        let definite = true;
        try {
          doing();
        } catch (error) {
          if (!(error instanceof StoreError)) throw error;
          ({ code, definite } = error);
        }
        return { calls: linesOfCalls(spy.calls), code, definite };
      },
    };
    spying.reopen();
    work(spying);
  });
}

/** Fails the first call that matches, and no other. */
export function once(matches: (call: Call) => boolean, errno = 'EIO'): (call: Call) => Fate {
  let done = false;
  return (call) => {
    if (done || !matches(call)) return undefined;
    done = true;
    return { errno };
  };
}
