import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bugsOf, portFolder, withBug } from './testing-bugs.ts';

/**
 * Copies the starter port in Python into `folder` (which need not exist) with a bug planted in it;
 * the path of its driver.
 */
export function plantedPython(id: string, folder: string): string {
  const bug = bugsOf('python').find((some) => some.id === id);
  if (bug === undefined) throw new Error(`no bug ${id} in ports/python/tests/planted.json`);
  const isKept = (path: string): boolean => !/(__pycache__|tests)$/.test(path);
  cpSync(portFolder('python'), folder, { recursive: true, filter: isKept });
  writeFileSync(join(folder, bug.file), withBug('python', bug));
  return join(folder, 'driver.py');
}
