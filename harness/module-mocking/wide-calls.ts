import type { DiskDirent } from '../../faults/disk/stats.ts';
import type { PathLike } from '../../faults/disk/paths.ts';
import type { DiskFs } from '../../faults/disk/shape.ts';

const LINKS_MAX = 40;

/** An open directory as `opendir` answers it. */
export interface WideDir {
  readonly path: string;
  readSync(): DiskDirent | null;
  read(): Promise<DiskDirent | null>;
  closeSync(): void;
  close(): Promise<void>;
  [Symbol.asyncIterator](): AsyncGenerator<DiskDirent>;
}

/** Synchronous functions of `node:fs` that a disk of ours does not have, over those it has. */
export interface WideCalls {
  readvSync(fd: number, views: readonly NodeJS.ArrayBufferView[], position?: number | null): number;
  writevSync(
    fd: number,
    views: readonly NodeJS.ArrayBufferView[],
    position?: number | null,
  ): number;
  copyFileSync(from: PathLike, to: PathLike, mode?: number): void;
  mkdtempSync(prefix: string): string;
  realpathSync(path: PathLike): string;
  opendirSync(path: PathLike): WideDir;
}

/** The functions that change what is kept of a file beside its bytes, which no disk of ours has. */
export const attributeCalls = ['chmod', 'chown', 'lchmod', 'lchown', 'utimes', 'lutimes'] as const;

/** Makes the functions over one disk. Names of temporary directories are counted, not drawn. */
export function wideCalls(fs: DiskFs): WideCalls {
  let temp = 0;
  return {
    readvSync: (fd, views, position) =>
      inVector(views, position, (v, at) => readOne(fs, fd, v, at)),
    writevSync: (fd, views, position) =>
      inVector(views, position, (v, at) => fs.writeSync(fd, v, 0, v.byteLength, at)),
    copyFileSync: (from, to, mode = 0) => {
      const bytes = fs.readFileSync(from);
      const isExclusive = (mode & fs.constants.COPYFILE_EXCL) !== 0;
      fs.writeFileSync(to, bytes, { flag: isExclusive ? 'wx' : 'w' });
    },
    mkdtempSync: (prefix) => {
      const name = prefix + (temp++).toString(36).padStart(6, '0');
      fs.mkdirSync(name, { mode: 0o700 });
      return name;
    },
    realpathSync: (path) => realpath(fs, String(path)),
    opendirSync: (path) => opened(String(path), fs.readdirSync(path, { withFileTypes: true })),
  };
}

function readOne(fs: DiskFs, fd: number, view: NodeJS.ArrayBufferView, at: number | null): number {
  return fs.readSync(fd, view, 0, view.byteLength, at);
}

/** One after the other, up to the first that is not filled or taken whole. */
function inVector(
  views: readonly NodeJS.ArrayBufferView[],
  position: number | null | undefined,
  one: (view: NodeJS.ArrayBufferView, at: number | null) => number,
): number {
  let done = 0;
  for (const view of views) {
    const count = one(view, typeof position === 'number' ? position + done : null);
    done += count;
    if (count < view.byteLength) break;
  }
  return done;
}

function realpath(fs: DiskFs, path: string): string {
  let at = '';
  let links = 0;
  const rest = path.split('/').toReversed();
  for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
      continue;
    }
    const next = `${at}/${name}`;
    // Too many links are for the call itself to refuse.
    if (!fs.lstatSync(next).isSymbolicLink() || ++links > LINKS_MAX) {
      at = next;
      continue;
    }
    const to = fs.readlinkSync(next);
    if (to.startsWith('/')) at = '';
    rest.push(...to.split('/').toReversed());
  }
  fs.statSync(path);
  return at === '' ? '/' : at;
}

function opened(path: string, entries: readonly DiskDirent[]): WideDir {
  const left = [...entries];
  const next = (): DiskDirent | null => left.shift() ?? null;
  return {
    path,
    readSync: next,
    read: async () => next(),
    closeSync: () => {},
    close: async () => {},
    async *[Symbol.asyncIterator]() {
      for (let entry = next(); entry !== null; entry = next()) yield entry;
    },
  };
}
