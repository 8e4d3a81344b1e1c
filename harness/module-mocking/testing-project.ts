import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The top of the repository. */
export const root = join(import.meta.dirname, '..', '..');

/** What became of a project's tests: exit code, and everything that was printed. */
export interface Ran {
  readonly code: number | null;
  readonly said: string;
  /** What the tests wrote to `answer.json`. */
  readonly answer: unknown;
}

/**
 * Runs vitest over files of somebody else's project, in which `tearproof` is an installed package:
 * modules are replaced for the project's own files, and never for packages.
 */
export function runProject(files: Readonly<Record<string, string>>): Ran {
  const dir = mkdtempSync(join(tmpdir(), 'tearproof-project-'));
  try {
    for (const [path, text] of Object.entries({ ...installed(), ...files })) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    for (const name of ['vitest', '@node-rs']) {
      symlinkSync(join(root, 'node_modules', name), join(dir, 'node_modules', name));
    }
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const ran = spawnSync(process.execPath, [vitest, 'run', '--root', dir, '--no-color'], {
      cwd: dir,
      encoding: 'utf8',
      timeout: 300_000,
      env: { ...process.env, NO_COLOR: '1' },
    });
    const answer = join(dir, 'answer.json');
    return {
      code: ran.status,
      said: ran.stdout + ran.stderr,
      answer: existsSync(answer) ? JSON.parse(readFileSync(answer, 'utf8')) : null,
    };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** The package as it would be installed, but from these sources; tsx compiles them on the way. */
function installed(): Record<string, string> {
  const tsx = join(root, 'node_modules/tsx/dist/loader.mjs');
  const source = (path: string): string =>
    `export * from '${pathToFileURL(join(root, path)).href}';\n`;
  const entry = (name: string): object => ({ [`./${name}`]: `./${name}.mjs` });
  return {
    'package.json': '{ "type": "module" }',
    'vitest.config.mjs': `export default { test: { pool: 'forks', execArgv: ['--import', ${JSON.stringify(tsx)}], testTimeout: 300000 } };`,
    'node_modules/tearproof/package.json': JSON.stringify({
      name: 'tearproof',
      type: 'module',
      exports: { ...entry('harness'), ...entry('faults') },
    }),
    'node_modules/tearproof/harness.mjs': source('harness/index.ts'),
    'node_modules/tearproof/faults.mjs': source('faults/index.ts'),
  };
}
