import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The command, compiled into a folder of its own, so that no stale `dist/` passes for it. */
export interface BuiltCli {
  run(args: readonly string[], options?: { cwd?: string; env?: NodeJS.ProcessEnv }): Ran;
  start(args: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv }): ChildProcess;
  remove(): void;
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Compiles the command; the copies with planted bugs must have been made. */
export function buildCli(): BuiltCli {
  // Inside the package, so that it finds its own manifest and what it depends on.
  mkdirSync(join(root, '.tearproof'), { recursive: true });
  const folder = mkdtempSync(join(root, '.tearproof/cli-'));
  const tsc = createRequire(import.meta.url).resolve('typescript/package.json');
  const compiler = join(tsc, '../bin/tsc');
  const args = ['-p', join(root, 'tsconfig.build.json'), '--outDir', folder];
  const built = spawnSync(process.execPath, [compiler, ...args], { cwd: root, encoding: 'utf8' });
  if (built.error) throw built.error;
  const main = join(folder, 'scripts/cli/main.js');
  return {
    run: (words, { cwd = root, env = {} } = {}) => {
      const options = {
        cwd,
        env: { ...process.env, ...env },
        encoding: 'utf8',
        timeout: 300_000,
      } as const;
      const ran = spawnSync(process.execPath, [main, ...words], options);
      return { code: ran.status, out: ran.stdout, err: ran.stderr };
    },
    start: (words, { cwd, env = {} }) =>
      spawn(process.execPath, [main, ...words], {
        cwd,
        env: { ...process.env, ...env },
        stdio: 'ignore',
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
