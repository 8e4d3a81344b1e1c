// Writes the copies of safe stores that carry a planted bug to harness/zoo/planted/, which git
// ignores: before a build, and before a test run.
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zoos } from '../../harness/zoo/index.ts';
import { plantedFolder } from '../../harness/zoo/load.ts';
import { PlantError, plantBug } from './plant-copy.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const planted = `harness/zoo/${plantedFolder}`;

/** Not checked: an edit may leave a name unused, and all else is checked where the original is. */
const heading = '// @ts-nocheck\n';

/**
 * Brings the copies of every zoo up to date, and answers one sentence for each that cannot be made.
 */
export function plantAll(): readonly string[] {
  const problems: string[] = [];
  const wanted = new Map<string, string>();
  for (const zoo of zoos) {
    for (const bug of zoo.bugs) {
      if (!('edits' in bug)) continue;
      const folder = `${planted}/${zoo.kind}/${bug.id}`;
      try {
        const copies = plantBug(folder, zoo.entry, bug.edits, readSource);
        for (const [path, text] of copies) wanted.set(path, heading + text);
      } catch (error) {
        if (!(error instanceof PlantError)) throw error;
        problems.push(`${zoo.kind}/${bug.id}: ${error.message}`);
      }
    }
  }
  for (const [path, text] of wanted) put(join(root, path), text);
  for (const path of filesBelow(planted)) {
    if (path.endsWith('.ts') && !wanted.has(path)) fs.rmSync(join(root, path), { force: true });
  }
  return problems;
}

function readSource(path: string): string | null {
  const file = join(root, path);
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
}

/** Writes only what changed, whole or not at all: test runs may plant at the same time. */
function put(file: string, text: string): void {
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) return;
  fs.mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, text);
  fs.renameSync(temporary, file);
}

function filesBelow(folder: string): readonly string[] {
  if (!fs.existsSync(join(root, folder))) return [];
  return fs.readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = plantAll();
  for (const problem of problems) process.stderr.write(`cannot plant ${problem}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
