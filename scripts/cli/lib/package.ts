import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The directory of this package, whether it runs from source or compiled. */
export function packageRoot(): string {
  return dirname(createRequire(import.meta.url).resolve('tearproof/package.json'));
}

/** A JSON file of the package by its path from the root; throws where it is missing or no JSON. */
export function packageJson(path: string): unknown {
  return JSON.parse(readFileSync(join(packageRoot(), path), 'utf8'));
}

/** The version of this package. */
export function packageVersion(): string {
  const manifest = packageJson('package.json');
  const has = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return has ? String(manifest.version) : 'unknown';
}
