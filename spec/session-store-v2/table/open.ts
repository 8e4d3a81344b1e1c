import { bootstrap } from './bootstrap.ts';
import { readCheckpoint } from './checkpoint.ts';
import { list, makeDirectories } from './disk.ts';
import { Fault, sessionFault } from './fault.ts';
import { readManifest } from './manifest.ts';
import { readLedger } from './readers.ts';
import { rebuild } from './rebuild.ts';
import { isRecoverable } from './recoverable.ts';
import type { Run } from './run.ts';
import { segmentsHoldData } from './segments.ts';
import { validate } from './validate.ts';

/**
 * Opens or creates the store (format page, Opening in the original): read the index, rebuild it
 * where that may help, validate.
 */
export function open(run: Run): void {
  for (const name of ['segments', 'index', 'checkpoints', 'migrations', 'tmp']) {
    makeDirectories(run.disk, name);
  }
  orRebuild(run, () => bootstrap(run));
  const isEmpty = run.rule('store-empty', run.handle.nextEntrySeq === 1n);
  if (isEmpty && segmentsHoldData(run)) {
    run.deeds.push({ did: 'rebuild', because: 'data-without-rows' });
    rebuild(run);
    bootstrap(run);
  }
  if (orRebuild(run, () => validate(run))) validate(run);
  if (run.rule('open-reads-side-files', false)) checkSideFiles(run);
}

/** What the original does not do: a mutant refuses side files that do not fit the store. */
function checkSideFiles(run: Run): void {
  const chains = [readManifest(run)?.integrity.chainHash];
  for (const name of list(run.disk, 'checkpoints')) {
    const seq = /^(\d+)\.json$/.exec(name)?.[1];
    if (seq !== undefined) chains.push(readCheckpoint(run, BigInt(seq))?.chainHash);
  }
  readLedger(run);
  if (chains.some((chain) => chain !== undefined && chain !== run.handle.chainHash)) {
    throw sessionFault('rollback-unverified', 'a side file states another chain hash');
  }
}

/**
 * Runs a step; where it fails recoverably, rebuilds and reads the index again, and answers true.
 */
function orRebuild(run: Run, step: () => void): boolean {
  try {
    step();
    return false;
  } catch (error) {
    if (!(error instanceof Fault) || !isRecoverable(run, error)) throw error;
    run.deeds.push({ did: 'rebuild', because: error.code });
    run.errors.push(error.message);
  }
  rebuild(run);
  bootstrap(run);
  return true;
}
