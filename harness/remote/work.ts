import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownName } from '../wire/owner.ts';
import { folderNames, memoryFolder, removeIfWeCan, sweepOrphans } from '../wire/sweep.ts';

/** A folder that is gone when its owner is done, or when the process ends before. */
export interface WorkFolder {
  readonly dir: string;
  remove(): void;
}

/**
 * Makes a folder for the stores of ports, in memory where the system has a place for that. What a
 * run that was killed left behind is taken away first.
 */
export function makeWorkFolder(): WorkFolder {
  sweepOrphans();
  const parent = canWrite(memoryFolder) ? memoryFolder : tmpdir();
  const made = fs.mkdtempSync(join(parent, `${folderNames.work}${ownName()}-`));
  const dir = fs.realpathSync(made);
  const remove = (): void => {
    process.off('exit', remove);
    removeIfWeCan(dir);
  };
  process.once('exit', remove);
  return { dir, remove };
}

function canWrite(dir: string): boolean {
  try {
    fs.accessSync(dir, fs.constants.W_OK);
    return fs.statSync(dir).isDirectory();
  } catch {
    return false;
  }
}
