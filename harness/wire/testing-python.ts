import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A known error of the starter port in Python: an edit of at most three lines. */
interface PythonBug {
  readonly id: string;
  /** What is wrong then, in a sentence. */
  readonly says: string;
  /** Relative to `ports/python/`. */
  readonly file: string;
  /** Stands once in the file. */
  readonly find: string;
  readonly replace: string;
}

const port = join(import.meta.dirname, '../../ports/python');

/** All of them, as `ports/python/tests/planted.json` holds them. */
export const pythonBugs = JSON.parse(
  readFileSync(join(port, 'tests/planted.json'), 'utf8'),
) as readonly PythonBug[];

/** The file of a bug as it is with the bug in it; throws where its place does not stand once. */
export function withBug({ id, file, find, replace }: PythonBug): string {
  const [before, after, ...more] = readFileSync(join(port, file), 'utf8').split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`${id}: its place does not stand once in ${file}`);
  }
  return `${before}${replace}${after}`;
}

/**
 * Copies the starter port in Python into `folder` (which need not exist) with a bug planted in it;
 * the path of its driver.
 */
export function plantedPython(id: string, folder: string): string {
  const bug = pythonBugs.find((some) => some.id === id);
  if (bug === undefined) throw new Error(`no bug ${id} in ports/python/tests/planted.json`);
  const isKept = (path: string): boolean => !/(__pycache__|tests)$/.test(path);
  cpSync(port, folder, { recursive: true, filter: isKept });
  writeFileSync(join(folder, bug.file), withBug(bug));
  return join(folder, 'driver.py');
}
