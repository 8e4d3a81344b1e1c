import * as fs from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { inspectSafe, openSafe } from '../../reference/session-store-v2/store.ts';
import { openOriginal } from '../../reference/session-store-v2/original/index.ts';
import type { Manifest } from '../../spec/session-store-v2/ops.ts';
import { asciiJson } from '../wire/ascii.ts';
import { choose } from './choose.ts';
import { salvageCheckpoints, salvageLedger, trustedManifest, unfinishedRollback } from './rest.ts';
import { findFrames, listSource, piecesIn } from './source.ts';
import type { Source } from './source.ts';
import { openStage, syncDirectory } from './stage.ts';
import type { Stage } from './stage.ts';
import { SalvageError } from './types.ts';
import type { Found, Report } from './types.ts';
import { readWitness } from './witness.ts';

/** No segment of the new store is rotated while it is checked. */
const noRotation = 2n ** 62n;
const noTime = '1970-01-01T00:00:00.000Z';

/** The list of what was left out lies beside the new store. */
export function leftOutPath(out: string): string {
  return `${resolve(out)}.left-out.jsonl`;
}

/**
 * Makes a new store at `out` of every frame in `dir` that verifies, and a list of all else beside
 * it. `dir` is only read. `out` appears whole or not at all; the list stands before it. Throws a
 * `SalvageError`.
 */
export function salvage(dir: string, out: string): Report {
  const source = listSource(dir);
  const target = resolve(out);
  const stageDir = `${target}.salvage-tmp`;
  try {
    checkTarget(dir, target);
    makeStage(stageDir);
  } catch (error) {
    throw asSalvageError(error);
  }
  try {
    const report = fillStage(source, stageDir);
    checkResult(stageDir, report.kept);
    writeLeftOut(leftOutPath(out), report);
    fs.renameSync(stageDir, target);
    syncDirectory(dirname(target));
    return report;
  } catch (error) {
    fs.rmSync(stageDir, { recursive: true, force: true });
    throw asSalvageError(error);
  }
}

/** Files are written below the target only, so what the system refuses is said of it. */
function asSalvageError(error: unknown): unknown {
  const isErrno = error instanceof Error && 'errno' in error;
  return isErrno ? new SalvageError('out_unwritable', error.message) : error;
}

function fillStage(source: Source, stageDir: string): Report {
  const { found, leftOut: badLines } = findFrames(source, readWitness(source));
  const files = source.segments.map((entry) => entry.path);
  const chosen = choose(found, files);
  const stage = openStage(stageDir);
  copyFrames(source, stage, chosen.kept);
  const checkpoints = salvageCheckpoints(source, stage);
  const ledger = salvageLedger(source, stage);
  const { manifest, leftOut: manifestLeft } = trustedManifest(source);
  const { entries, segments, chainHash } = stage.close();
  if (manifest !== null) writeManifest(stageDir, manifest);
  const order = new Map(files.map((file, i) => [file, i]));
  const lines = [...badLines, ...chosen.leftOut].toSorted(
    (a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.from - b.from,
  );
  return {
    framesFound: found.length,
    kept: entries,
    segments,
    chainHash,
    manifest: manifest !== null,
    checkpoints: checkpoints.copied,
    events: ledger.copied,
    leftOut: [
      ...lines,
      ...source.leftOut,
      ...checkpoints.leftOut,
      ...ledger.leftOut,
      ...manifestLeft,
      ...unfinishedRollback(source),
    ],
  };
}

/** Reads the kept frames again, file by file, so that only their places were held in memory. */
function copyFrames(source: Source, stage: Stage, kept: readonly Found[]): void {
  const wanted = new Map<number, Map<number, Found>>();
  for (const frame of kept) {
    const ofFile = wanted.get(frame.file) ?? new Map<number, Found>();
    wanted.set(frame.file, ofFile.set(frame.from, frame));
  }
  for (const [file, entry] of source.segments.entries()) {
    const frames = wanted.get(file);
    if (frames === undefined) continue;
    stage.nextSegment();
    let copied = 0;
    for (const piece of piecesIn(source.root, entry)) {
      const expected = frames.get(piece.from);
      if (expected === undefined) continue;
      if (piece.is === 'unread' || piece.frame?.entryId !== expected.entryId) break;
      stage.add(piece.frame);
      copied++;
      if (copied === frames.size) break;
    }
    if (copied !== frames.size) {
      throw new SalvageError('source_changed', `${entry.path} is not what it was a moment ago`);
    }
  }
}

/** The new manifest has the old one's ids and times; everything it counts is counted anew. */
function writeManifest(root: string, old: Manifest): void {
  let at = old.createdAt;
  const store = openSafe({ fs, now: () => at }, root, { max: noRotation });
  const ids = { sessionId: old.sessionId, sourceFormat: old.sourceFormat };
  store.manifest(ids);
  at = old.updatedAt;
  if (old.updatedAt !== old.createdAt) store.manifest(ids);
  store.close();
}

/** Both our stores must open what was made, to the same entries, before anybody sees it. */
function checkResult(root: string, kept: number): void {
  const env = { fs, now: () => noTime };
  const safe = inspectSafe(env, root, { max: noRotation });
  const original = openOriginal(env, root, { max: noRotation });
  const counts = [safe.opened.entryCount, original.opened.entryCount];
  const { repairs, notices } = safe.opened;
  safe.close();
  const quiet = repairs.length === 0 && notices.length === 0;
  if (counts.some((count) => count !== BigInt(kept)) || !quiet) {
    const say = `kept ${kept}, opens with ${counts.join(' and ')}; ${JSON.stringify(notices)}`;
    throw new SalvageError('result_refused', `the new store is not sound: ${say}`);
  }
}

function checkTarget(dir: string, target: string): void {
  const parent = fs.realpathSync(dirname(target));
  const inside = `${join(parent, basename(target))}${sep}`;
  if (inside.startsWith(`${fs.realpathSync(dir)}${sep}`)) {
    throw new SalvageError('out_inside_source', 'the new store cannot lie inside the old one');
  }
  for (const path of [target, leftOutPath(target)]) {
    const stats = fs.lstatSync(path, { throwIfNoEntry: false });
    const empty = path === target && stats?.isDirectory() && fs.readdirSync(path).length === 0;
    if (stats !== undefined && empty !== true) {
      throw new SalvageError('out_not_empty', `${path} is there already`);
    }
  }
}

function makeStage(path: string): void {
  try {
    fs.mkdirSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const say = `${path} is left over from a salvage that was broken off; remove it`;
    throw new SalvageError('stage_exists', say);
  }
}

function writeLeftOut(path: string, report: Report): void {
  if (report.leftOut.length === 0) return;
  const fd = fs.openSync(path, 'wx', 0o600);
  for (const left of report.leftOut) fs.writeSync(fd, `${asciiJson({ ...left })}\n`);
  fs.fsyncSync(fd);
  fs.closeSync(fd);
}
