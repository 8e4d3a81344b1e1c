import { dirname, join } from 'node:path';
import { StoreError } from '../lib/error.ts';
import type { Files } from './files.ts';
import { finishedRepair, finishRollback } from './finish-rollback.ts';
import { indexName, stageIndex, writeRows } from './index-file.ts';
import type { IndexVerdict } from './index-file.ts';
import type { Kept } from './keep.ts';
import { quarantine, release } from './keep.ts';
import { ledgerName } from './ledger.ts';
import type { Limits } from './limits.ts';
import type { Look } from './look.ts';
import type { Adoption } from './scan.ts';
import type { SafePaths } from './tree.ts';
import type { Repair } from './types.ts';

const lineFeed = Buffer.from('\n');
const ledgerTail = 'ledger_tail';

interface Site {
  readonly files: Files;
  readonly paths: SafePaths;
  readonly limits: Limits;
}

/**
 * Brings a store that may be opened into order and says what was done. First everything that needs
 * space: what will be cut is put beside, lines are ended, the index is made; where that fails it is
 * all taken back. Only then is anything cut. Each change is durable before the next, so a crash
 * anywhere leaves a store that the next open repairs in the same way.
 */
export function repairStore(site: Site, look: Look): Repair[] {
  const { files, paths } = site;
  const index = look.intent === null ? look.index : null;
  if (look.intent === null && endsInRollback(look)) syncTemps(files, paths);
  const { kept, adopted, mended } = orNothing(files, (undo) => {
    makeDirs(files, paths, look.tree.missing, undo);
    const keptParts = keepAll(site, look, index, undo);
    const staged = stageNewIndex(site, look, index, undo);
    return {
      kept: keptParts,
      adopted: adoptLines(site, look, undo),
      mended: mendIndex(site, look, index, { staged, kept: keptParts.index }),
    };
  });
  if (mended.length > 0) files.syncDir(paths.indexDir);
  const repairs = [
    ...adopted,
    ...cutSegment(site, look, kept.segment),
    ...cutLedger(site, look, kept.ledger),
    ...mended,
  ];
  if (look.intent === null) return repairs;
  const { size } = files.fs.lstatSync(paths.intent);
  // Whoever wrote the intent may have died before its name was durable.
  files.syncDir(paths.tmp);
  const keepIndex = look.index !== null && !look.index.isPrefix;
  const finished = finishRollback({ ...site, keepIndex }, look.scan.entries, look.intent);
  return [...repairs, ...finished.repairs, finishedRepair(size)];
}

/** True where whoever rolled back may have died, or failed, before the intent was gone for good. */
function endsInRollback({ ledger }: Look): boolean {
  return ledger?.last?.phase === 'rollback' && ledger.last.outcome === 'ok';
}

/** An intent that comes back behind a later append would fit neither of its heads. */
function syncTemps(files: Files, paths: SafePaths): void {
  if (files.kind(paths.tmp) === 'dir') files.syncDir(paths.tmp);
}

type Undo = (() => void)[];

/**
 * Runs `change`; where it fails, what it noted in `undo` is done, last first, as far as that goes.
 * After a failed sync nobody knows what the disk holds, and everything is left for the next open to
 * see.
 */
function orNothing<T>(files: Files, change: (undo: Undo) => T): T {
  const undo: Undo = [];
  try {
    return change(undo);
  } catch (error) {
    if (!files.poisoned) for (const back of undo.toReversed()) asFarAsItGoes(back);
    throw error;
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

function makeDirs(files: Files, paths: SafePaths, missing: readonly string[], undo: Undo): void {
  if (missing.length === 0) return;
  if (missing[0] === paths.root) makeRoot(files, paths.root, undo);
  for (const dir of missing) if (dir !== paths.root) makeDir(files, dir, undo);
  files.syncDir(paths.root);
}

function makeRoot(files: Files, root: string, undo: Undo): void {
  const parent = dirname(root);
  if (parent !== root && files.kind(parent) === 'none') makeRoot(files, parent, undo);
  makeDir(files, root, undo);
  files.syncDir(parent);
}

/** Makes a directory; it is taken back only if it is empty again by then. */
function makeDir(files: Files, dir: string, undo: Undo): void {
  files.mkdir(dir);
  undo.push(() => files.fs.readdirSync(dir).length === 0 && files.rmdir(dir));
}

interface KeptParts {
  segment: Kept | null;
  ledger: Kept | null;
  index: Kept | null;
}

/** Keeps all that will go. */
function keepAll(site: Site, look: Look, index: IndexVerdict | null, undo: Undo): KeptParts {
  const { files, paths, limits } = site;
  const kept: KeptParts = { segment: null, ledger: null, index: null };
  if (files.kind(paths.quarantine) === 'none') {
    undo.push(() => files.kind(paths.quarantine) === 'dir' && files.rmdir(paths.quarantine));
  }
  const keep = (path: string, base: string, from: number, to: number): Kept => {
    const was = files.look(path);
    const one = quarantine(files, paths, { path, base, from, to }, limits);
    // An error may come after its effect: where the file is another by now, this is its only copy.
    undo.push(() => files.look(path)?.ino === was?.ino && release(files, paths, one));
    return one;
  };
  if (look.cut !== null) {
    const { file, from, to } = look.cut;
    kept.segment = keep(join(paths.root, file), file.slice('segments/'.length), from, to);
  }
  const { tail, size } = look.ledger ?? { tail: null, size: 0 };
  if (tail !== null && !tail.isEvent) {
    kept.ledger = keep(paths.ledger, 'ledger.jsonl', tail.from, size);
  }
  if (index?.why && index.mark !== null && !index.isPrefix && index.addAfter === null) {
    kept.index = keep(paths.index, 'offsets.jsonl', 0, index.mark.size);
  }
  return kept;
}

function stageNewIndex(
  { files, paths }: Site,
  look: Look,
  index: IndexVerdict | null,
  undo: Undo,
): string | null {
  if (index === null || index.why === null || index.addAfter !== null) return null;
  const { entries } = look.scan;
  const name = 'offsets.rebuild.tmp';
  const staged = join(paths.tmp, name);
  undo.push(() => files.kind(staged) === 'file' && files.unlink(staged));
  return stageIndex(files, paths, entries, { count: entries.count, name });
}

/** Ends the lines that verify but for their LF, in segments and ledger. */
function adoptLines(site: Site, look: Look, undo: Undo): Repair[] {
  const { files, paths } = site;
  const adopt = ({ file, at }: Adoption, why: string): Repair => {
    const path = join(paths.root, file);
    appendTo(files, path, at, (fd) => files.append(fd, lineFeed));
    undo.push(() => cutTo(files, path, at, at + lineFeed.length));
    return { did: 'adopted', file, from: at, to: at, why };
  };
  const { tail, size } = look.ledger ?? { tail: null, size: 0 };
  const lines = look.scan.adopt.map((one) => adopt(one, 'unterminated'));
  if (tail?.isEvent !== true) return lines;
  return [...lines, adopt({ file: ledgerName, at: size }, ledgerTail)];
}

function cutSegment(site: Site, look: Look, kept: Kept | null): Repair[] {
  if (look.cut === null) return [];
  const { file, from, to, code } = look.cut;
  cutTo(site.files, join(site.paths.root, file), from, to);
  return [{ did: 'cut', file, from, to, why: code, ...keptIn(kept) }];
}

function cutLedger(site: Site, look: Look, kept: Kept | null): Repair[] {
  const { tail, size } = look.ledger ?? { tail: null, size: 0 };
  if (tail === null) return [];
  if (tail.isEvent) return []; // Adopted, not cut.
  const { from } = tail;
  cutTo(site.files, site.paths.ledger, from, size);
  return [{ did: 'cut', file: ledgerName, from, to: size, why: ledgerTail, ...keptIn(kept) }];
}

/** The new index gets its name, or its missing rows; the directory is still to be synced. */
function mendIndex(
  site: Site,
  look: Look,
  index: IndexVerdict | null,
  prepared: { readonly staged: string | null; readonly kept: Kept | null },
): Repair[] {
  if (index === null || index.why === null) return [];
  const { files, paths } = site;
  const { entries } = look.scan;
  const size = index.mark?.size ?? 0;
  const report = { did: 'rebuilt', file: indexName, why: index.why } as const;
  if (prepared.staged !== null) {
    files.rename(prepared.staged, paths.index);
    return [{ ...report, from: 0, to: size, ...keptIn(prepared.kept) }];
  }
  const range = { from: (index.addAfter ?? 0) + 1, to: entries.count };
  appendTo(files, paths.index, size, (fd) => writeRows(files, fd, entries, range));
  return [{ ...report, from: size, to: size }];
}

function keptIn(kept: Kept | null): { keptIn?: string } {
  return kept === null ? {} : { keptIn: kept.keptIn };
}

/**
 * Appends durably to a file that is still `size` bytes long; what a failed write left is undone.
 */
function appendTo(files: Files, path: string, size: number, write: (fd: number) => void): void {
  files.using(files.openAppend(path), (fd) => {
    requireSize(files, path, fd, size);
    const { changes } = files;
    try {
      write(fd);
    } catch (error) {
      files.undo(fd, { size, changes });
      throw error;
    }
    files.sync(fd);
  });
}

function cutTo(files: Files, path: string, from: number, to: number): void {
  files.using(files.openAppend(path), (fd) => {
    requireSize(files, path, fd, to);
    files.cut(fd, from);
    files.sync(fd);
  });
}

function requireSize(files: Files, path: string, fd: number, size: number): void {
  if (files.mark(fd).size === size) return;
  throw new StoreError('stale_handle', `${path} changed while it was being opened`);
}
