import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crashEnginePage, crashEnginePath } from './pages/crash-engine.ts';
import { deepData, deepPage, deepPath, type DeepRun } from './pages/deep.ts';
import { pageOf } from './pages/format-page.ts';
import { formatPages } from './pages/formats.ts';
import { repository } from './sources.ts';

/** Generated pages, by their path from the root of the repository. */
export function pages(): ReadonlyMap<string, string> {
  return new Map([
    ...formatPages.map((page) => [page.book.page, pageOf(page)] as const),
    [crashEnginePath, crashEnginePage()],
    [deepPath, deepPage(lastDeepRun())],
  ]);
}

/** What `npm run nightly` kept. */
function lastDeepRun(): DeepRun {
  return JSON.parse(readFileSync(join(repository, deepData), 'utf8')) as DeepRun;
}

/** Writes every generated page below `root`; answers the paths of those that had changed. */
export function writePages(root: string): readonly string[] {
  const changed = [...pages()].filter(([path, text]) => text !== oldPage(join(root, path)));
  for (const [path, text] of changed) writeFileSync(join(root, path), text);
  return changed.map(([path]) => path);
}

function oldPage(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of writePages(repository)) process.stdout.write(`wrote ${path}\n`);
}
