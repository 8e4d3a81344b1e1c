// The parts of a memfs volume (4.80.1) that the recorder holds on to, as shapes: `faults/` knows
// files, not packages, so whoever has memfs hands a volume in.

/** A file, directory or link of the volume: its inode. */
export interface MemNode {
  ino: number;
  mode: number;
  nlink: number;
  symlink?: string;
  buf: Buffer;
  capacity: number;
  size: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymlink(): boolean;
  getSize(): number;
  getBuffer(): Buffer;
  makeSymlink(to: string): void;
  write(bytes: Buffer, offset?: number, length?: number, position?: number): number;
  read(into: Uint8Array, offset?: number, length?: number, position?: number): number;
  truncate(length?: number): void;
}

/** The class of the volume's inodes, of which the recorder makes its own. */
export type MemNodeClass = new (ino: number, mode: number, uid: number, gid: number) => MemNode;

/** A name in a directory; `steps` begin with '' for the top. */
export interface MemLink {
  name: string;
  steps: string[];
  parent: MemLink | undefined;
  /** The names of a directory; `.` and `..` are among them. */
  readonly children: Map<string, MemLink | undefined>;
  getNode(): MemNode;
  setNode(node: MemNode): void;
  createChild(name: string, node: MemNode): MemLink;
  setChild(name: string, link: MemLink): MemLink;
  deleteChild(link: MemLink): void;
  getPath(): string;
}

/** An open file. */
export interface MemFile {
  readonly fd: number;
  readonly node: MemNode;
  readonly link: MemLink;
  readonly flags: number;
  position: number;
}

/** What the volume tells of a change, at once: see {@link memEvents} for `type`. */
export interface MemEvent {
  readonly type: number;
  readonly steps: string[];
  readonly node: MemNode;
  readonly link: MemLink;
  readonly oldSteps?: string[] | undefined;
}

/** The numbers of the changes that the volume tells of. */
export const memEvents = { create: 0, delete: 1, modify: 2, attributes: 3, move: 4 } as const;

type Walked =
  | { readonly ok: true; readonly value: MemLink | null }
  | { readonly ok: false; readonly err: { readonly code: string } };

/** The volume's core, which every call goes through, be it synchronous, a promise or a stream's. */
export interface MemCore {
  root: MemLink;
  inodes: Record<number, MemNode>;
  readonly changes: {
    listen(heard: (event: MemEvent) => void): unknown;
    emit(event: MemEvent): void;
  };
  newInoNumber(): number;
  createNode(mode: number): MemNode;
  deleteNode(node: MemNode): void;
  walk(path: string, follow: boolean, mustExist: boolean, mayEnter: boolean): Walked;
  filenameToSteps(path: string): string[];
  getFileByFdOrThrow(fd: number, syscall: string): MemFile;
  getLinkParentAsDirOrThrow(path: string | string[], syscall?: string): MemLink;
  openLink(link: MemLink, flags: number, follow?: boolean, path?: string): MemFile;
  openFile(path: string, flags: number, mode: number | undefined, follow?: boolean): MemFile;
  read(
    fd: number,
    into: NodeJS.ArrayBufferView,
    offset: number,
    length: number,
    at: number | null,
  ): number;
  readv(fd: number, into: NodeJS.ArrayBufferView[], at: number | null): number;
  write(fd: number, bytes: Buffer, offset?: number, length?: number, at?: number | null): number;
  ftruncate(fd: number, length?: number): void;
  link(existing: string, path: string): void;
  unlink(path: string): void;
  rename(from: string, to: string): void;
  mkdirp(path: string, mode: number): string | undefined;
  rm(path: string, force?: boolean, recursive?: boolean): void;
}

type Flags = string | number | null | undefined;
type On = string | number | Uint8Array | URL;

/**
 * A memfs volume: the functions of `node:fs` over the core. They may be called without their
 * volume.
 */
export interface MemVolume {
  readonly _core: MemCore;
  openSync: (path: On, flags?: Flags, mode?: number) => number;
  open: (path: On, flags: Flags, ...rest: unknown[]) => void;
  closeSync: (fd: number) => void;
  fsyncSync: (fd: number) => void;
  writeFileSync: (file: On, data: unknown, options?: unknown) => void;
  writeFile: (file: On, data: unknown, ...rest: unknown[]) => void;
  appendFileSync: (file: On, data: unknown, options?: unknown) => void;
  appendFile: (file: On, data: unknown, ...rest: unknown[]) => void;
  _fsync: (fd: number) => void;
  _fdatasync: (fd: number) => void;
  _readfile: (file: On, flags: number, encoding: unknown) => unknown;
  _mkdtemp: (prefix: string, encoding?: unknown) => unknown;
}
