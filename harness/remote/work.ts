import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is gone when its owner is done, or when the process ends before. */
export interface WorkFolder {
  readonly dir: string;
  remove(): void;
}

/** Where syncs cost nothing: what ports sync there, no disk needs to keep. */
const memory = '/dev/shm';

/** Makes a folder for the stores of ports, in memory where the system has a place for that. */
export function makeWorkFolder(): WorkFolder {
  const dir = fs.mkdtempSync(join(canWrite(memory) ? memory : tmpdir(), 'tearproof-'));
  const remove = (): void => {
    process.off('exit', remove);
    fs.rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
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
