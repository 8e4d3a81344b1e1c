import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the repository; `path` is from its root, with '/'. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** The repository's root, as an absolute path. */
export const repository = fileURLToPath(new URL('../..', import.meta.url));

const rooms = ['spec', 'faults', 'reference', 'harness', 'ports', 'scripts'];
const left = new Set(['node_modules', 'dist', 'planted', 'target']);

/** Every TypeScript file that is written by hand. */
export function typeScriptSources(): readonly Source[] {
  const paths = rooms.flatMap(filesBelow).filter((path) => path.endsWith('.ts'));
  return paths.map((path) => ({ path, text: readFileSync(join(repository, path), 'utf8') }));
}

function filesBelow(folder: string): readonly string[] {
  const entries = readdirSync(join(repository, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return left.has(entry.name) ? [] : filesBelow(path);
  });
}
