import { join } from 'node:path';
import { Blake3 } from '../lib/blake3.ts';
import { StoreError } from '../lib/error.ts';
import type { FileStats } from '../lib/fs.ts';
import type { Files } from './files.ts';
import { quarantineName } from './tree.ts';

const chunkBytes = 1 << 20;

/** Bytes [from, to) of a segment, to be kept under a name that begins with the segment's. */
export interface Fragment {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Copies a fragment durably into `quarantine/` and answers its path in the log's directory. The
 * same bytes of the same place are kept once. `undo` gets what takes it back.
 */
export function keep(files: Files, dir: string, fragment: Fragment, undo: (() => void)[]): string {
  const path = join(dir, fragment.name);
  const was = files.look(path);
  const digest = digestOf(files, path, fragment);
  const keptIn = `${quarantineName}/${fragment.name}@${fragment.from}-${digest}.bin`;
  const home = join(dir, quarantineName);
  if (files.kind(home) === 'none') {
    files.mkdir(home);
    undo.push(() => files.rmdir(home));
  }
  const target = join(dir, keptIn);
  if (files.kind(target) === 'none') {
    const staged = join(home, 'tmp');
    undo.push(() => files.kind(staged) === 'file' && files.unlink(staged));
    copy(files, path, fragment, staged);
    files.rename(staged, target);
    // A later call may fail after its effect: where the segment is another by now, this is the only
    // copy.
    undo.push(() => isAs(files, path, was) && files.unlink(target));
  } else requireSame(files, target, fragment, digest);
  files.syncDir(home);
  files.syncDir(dir);
  return keptIn;
}

function isAs(files: Files, path: string, was: FileStats | null): boolean {
  const now = files.look(path);
  return now?.ino === was?.ino && now?.dev === was?.dev && now?.size === was?.size;
}

function copy(files: Files, path: string, fragment: Fragment, staged: string): void {
  files.using(files.openTemp(staged), (fd) => {
    eachChunk(files, path, fragment, (bytes) => files.write(fd, bytes, bytes.length));
    files.sync(fd);
  });
}

/**
 * The name holds a part of the digest, so other bytes under it are foul play or damage: nothing is
 * cut then.
 */
function requireSame(files: Files, target: string, { from, to }: Fragment, digest: string): void {
  const there = files.look(target);
  const range = { from: 0, to: to - from };
  if (there?.isFile() && there.size === range.to && digestOf(files, target, range) === digest) {
    // It may have been left there by an open whose sync failed.
    files.using(files.openRead(target), (fd) => files.sync(fd));
    return;
  }
  throw new StoreError('quarantine_conflict', `${target} stands there and holds other bytes`);
}

/** The first 16 hex digits of the BLAKE3 of bytes [from, to). */
function digestOf(files: Files, path: string, range: Omit<Fragment, 'name'>): string {
  const fold = new Blake3();
  eachChunk(files, path, range, (bytes) => fold.update(bytes));
  return fold.hex().slice(0, 16);
}

/** Hands out bytes [from, to) of a file in order; they are valid until the next ones. */
export function eachChunk(
  files: Files,
  path: string,
  { from, to }: Omit<Fragment, 'name'>,
  use: (bytes: Buffer, position: number) => void,
): void {
  const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, to - from));
  files.using(files.openRead(path), (fd) => {
    for (let at = from; at < to;) {
      const got = files.read(fd, chunk, Math.min(chunk.length, to - at), at);
      if (got === 0) throw new StoreError('stale_handle', `${path} became shorter`);
      use(chunk.subarray(0, got), at);
      at += got;
    }
  });
}
