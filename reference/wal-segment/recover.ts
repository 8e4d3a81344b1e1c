import { dirname, join } from 'node:path';
import { errnoOf } from '../lib/file-calls.ts';
import type { Files } from './files.ts';
import { headerBytes, noHash } from './format.ts';
import { keep } from './keep.ts';
import type { Scan, Scanned } from './scan.ts';
import { headerOf } from './segment.ts';
import { quarantineName } from './tree.ts';
import type { Problem } from './tree.ts';
import type { Repair } from './types.ts';

type Undo = (() => void)[];

/** What a recovery needs to know beside the scan. */
export interface Site {
  readonly files: Files;
  readonly dir: string;
  readonly instance: bigint;
  /** Microseconds since 1970. */
  readonly now: bigint;
}

/**
 * Brings a log that may be opened into order and says what was done: what does not verify is kept
 * aside, then cut; the last segment and all names are made durable. What needs space comes first,
 * and is taken back where it fails, as long as nothing was cut. A crash anywhere leaves a log that
 * the next open recovers in the same way.
 */
export function recover(site: Site, scan: Scan): Repair[] {
  const { files, dir } = site;
  const { problem } = scan;
  const last = scan.scanned.at(-1);
  const undo: Undo = [];
  try {
    if (!scan.tree.isThere) makeDir(files, dir, undo);
    const repairs = problem === null || last === undefined ? [] : [mend(site, scan, { last, problem, undo })]; // prettier-ignore
    if (problem === null && last !== undefined) settle(site, last);
    syncNames(files, dir);
    return repairs;
  } catch (error) {
    if (!files.poisoned) for (const back of undo.toReversed()) asFarAsItGoes(back);
    throw error;
  }
}

/** Makes the directory and those above it that are missing, each name durable. */
function makeDir(files: Files, dir: string, undo: Undo): void {
  const parent = dirname(dir);
  if (parent !== dir && files.kind(parent) === 'none') makeDir(files, parent, undo);
  files.mkdir(dir);
  undo.push(() => files.rmdir(dir));
  files.syncDir(parent);
}

/** Keeps what does not verify and cuts it, or makes the header that never came to be. */
function mend(
  site: Site,
  scan: Scan,
  found: { readonly last: Scanned; readonly problem: Problem; readonly undo: Undo },
): Repair {
  const { files, dir } = site;
  const { last, problem, undo } = found;
  const { code: why, file, from, to } = problem;
  const path = join(dir, file);
  const keptIn = from < to ? keep(files, dir, { name: file, from, to }, undo) : null;
  if (from > 0) {
    files.using(files.openWrite(path), (fd) => {
      files.cut(fd, from);
      files.sync(fd);
    });
  } else {
    const prev = scan.scanned.at(-2)?.hash ?? noHash;
    const header = headerOf({ ...site, seq: last.seq, prev });
    if (keptIn === null) beginFile(files, path, header, undo);
    else replaceFile(files, dir, path, { header, undo });
  }
  if (keptIn === null) return { did: 'finished', file, from, to, why };
  return { did: 'cut', file, from, to, why, keptIn };
}

/** Writes the header into a file that is empty. */
function beginFile(files: Files, path: string, header: Buffer, undo: Undo): void {
  files.using(files.openWrite(path), (fd) => {
    undo.push(() => files.using(files.openWrite(path), (again) => files.cut(again, 0)));
    files.write(fd, header, headerBytes, 0);
    files.sync(fd);
  });
}

/** Puts a file with nothing but a header in the place of one whose bytes were kept. */
function replaceFile(
  files: Files,
  dir: string,
  path: string,
  { header, undo }: { readonly header: Buffer; readonly undo: Undo },
): void {
  const staged = join(dir, quarantineName, 'tmp');
  undo.push(() => files.kind(staged) === 'file' && files.unlink(staged));
  files.using(files.openTemp(staged), (fd) => {
    files.write(fd, header, headerBytes, 0);
    files.sync(fd);
  });
  files.rename(staged, path);
}

/** Whoever appended may have died before any sync. */
function settle({ files, dir }: Site, { name }: Scanned): void {
  files.using(files.openRead(join(dir, name)), (fd) => files.sync(fd));
}

/** Whoever made the segments, or the directory, may have died before their names were durable. */
function syncNames(files: Files, dir: string): void {
  files.syncDir(dir);
  try {
    files.syncDir(dirname(dir));
  } catch (error) {
    // The directory above is not ours; where we may not read it, its owner answers for the name.
    if (!['EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) throw error;
  }
}

/** What cannot be taken back is as a crash would have left it; the first error is what counts. */
function asFarAsItGoes(back: () => void): void {
  try {
    back();
  } catch {
    // The open fails anyway, and the next one sees what is there.
  }
}
