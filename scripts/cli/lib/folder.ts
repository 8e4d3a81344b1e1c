import * as fs from 'node:fs';
import * as path from 'node:path';
import { UsageError } from './exit.ts';

/**
 * Makes the folder that a run writes to. Throws `UsageError` where nothing can be written there.
 */
export function makeFolder(dir: string): void {
  try {
    makeLevels(path.resolve(dir));
    if (!fs.statSync(dir).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    fs.accessSync(dir, fs.constants.W_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`cannot write to --out ${dir} (${code})`);
  }
}

/** Level by level: making them in one call never returns where the system refuses names (/proc). */
function makeLevels(dir: string): void {
  if (fs.existsSync(dir)) return;
  makeLevels(path.dirname(dir));
  fs.mkdirSync(dir);
}
