import * as fs from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { asciiJson } from '../wire/ascii.ts';
import { salvagerFor } from './kinds.ts';
import { syncDirectory } from './durable.ts';
import { SalvageError, type Filled, type Salvager } from './salvager.ts';

/** What a salvage did. */
export interface Report extends Filled {
  readonly kind: string;
  readonly reasons: Salvager['reasons'];
}

/** The list of what was left out lies beside the new store. */
export function leftOutPath(out: string): string {
  return `${resolve(out)}.left-out.jsonl`;
}

/**
 * Makes a new store at `out` of all in `dir` that verifies, and a list of all else beside it. `dir`
 * is only read. `out` appears whole or not at all; the list stands before it. Without a kind, it is
 * the one that the names in `dir` speak for. Rejects with a `SalvageError`.
 */
export async function salvage(
  dir: string,
  out: string,
  kind: string | null = null,
): Promise<Report> {
  requireDirectory(dir);
  const salvager = salvagerFor(dir, kind);
  const target = resolve(out);
  const stageDir = `${target}.salvage-tmp`;
  try {
    checkTarget(dir, target);
    makeStage(stageDir);
  } catch (error) {
    throw asSalvageError(error);
  }
  try {
    const filled = salvager.fill(dir, stageDir);
    const refusal = await salvager.refusal(stageDir, filled);
    if (refusal !== null) {
      throw new SalvageError('result_refused', `the new store is not sound: ${refusal}`);
    }
    writeLeftOut(leftOutPath(out), filled);
    fs.renameSync(stageDir, target);
    syncDirectory(dirname(target));
    return { ...filled, kind: salvager.kind, reasons: salvager.reasons };
  } catch (error) {
    fs.rmSync(stageDir, { recursive: true, force: true });
    throw asSalvageError(error);
  }
}

function requireDirectory(dir: string): void {
  const stats = fs.statSync(dir, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) return;
  throw new SalvageError('source_missing', `no directory can be read at ${dir}`);
}

/** Files are written below the target only, so what the system refuses is said of it. */
function asSalvageError(error: unknown): unknown {
  const isErrno = error instanceof Error && 'errno' in error;
  return isErrno ? new SalvageError('out_unwritable', error.message) : error;
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

function writeLeftOut(path: string, report: Filled): void {
  if (report.leftOut.length === 0) return;
  const fd = fs.openSync(path, 'wx', 0o600);
  for (const left of report.leftOut) fs.writeSync(fd, `${asciiJson({ ...left })}\n`);
  fs.fsyncSync(fd);
  fs.closeSync(fd);
}
