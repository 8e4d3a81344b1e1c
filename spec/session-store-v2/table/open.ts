import { bootstrap } from './bootstrap.ts';
import { makeDirectories } from './disk.ts';
import { Fault } from './fault.ts';
import { rebuild } from './rebuild.ts';
import { isRecoverable } from './recoverable.ts';
import type { Run } from './run.ts';
import { segmentsHoldData } from './segments.ts';
import { validate } from './validate.ts';

/** Opens or creates the store (notes 3.1): read the index, rebuild it where that may help, validate. */
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
}

/** Runs a step; where it fails recoverably, rebuilds and reads the index again, and answers true. */
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
