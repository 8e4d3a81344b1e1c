import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { $ } from 'zx';
import { repository } from './sources.ts';

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
};
const left = new Set(['node_modules', 'dist', '.git', '.tearproof', 'planted', 'coverage']);

let folder = '';
let packed: Packed;

/**
 * A build of its own, so that neither a stale `dist/` passes for one nor a running command loses
 * it.
 */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tearproof-pack-'));
  const source = join(folder, 'source');
  cpSync(repository, source, { recursive: true, filter: (path) => !left.has(basename(path)) });
  symlinkSync(join(repository, 'node_modules'), join(source, 'node_modules'));
  await $({ cwd: source })`npm run --silent build`;
  const pack = await $({ cwd: source })`npm pack --json`;
  const [only] = JSON.parse(pack.stdout) as readonly Packed[];
  packed = only!;
  const user = join(folder, 'user');
  mkdirSync(user);
  writeFileSync(join(user, 'package.json'), '{"name":"user","private":true,"type":"module"}\n');
  const options = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await $({ cwd: user })`npm install ${options} ${join(source, packed.filename)}`;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('holds what a user needs, and no test', () => {
    const paths = packed.files.map((file) => file.path);
    for (const path of [
      'LICENSE',
      'README.md',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'dist/scripts/cli/main.js',
      'dist/spec/index.d.ts',
      'dist/ports/examples/append-log.js',
      'ports/examples/append-log.ts',
    ]) {
      expect(paths).toContain(path);
    }
    expect(paths.filter((path) => /\.test\.|node_modules|scripts\/dev/.test(path))).toEqual([]);
  });

  it('runs its command in an empty folder', async () => {
    const inFolder = $({ cwd: join(folder, 'user') });
    const help = await inFolder`npx --no-install tearproof --help`;
    expect(help.stdout).toMatch(/\bcheck\b/);
    const version = await inFolder`npx --no-install tearproof --version`;
    expect(version.stdout.trim()).toBe(manifest.version);
  });

  const entries = Object.keys(manifest.exports).filter((name) => !name.endsWith('.json'));
  it.each(entries)('exports %s', async (entry) => {
    const name = JSON.stringify(`tearproof${entry.slice(1)}`);
    const code = `console.log(JSON.stringify(Object.keys(await import(${name}))))`;
    const inFolder = $({ cwd: join(folder, 'user') });
    const { stdout } = await inFolder`node --input-type=module -e ${code}`;
    expect((JSON.parse(stdout) as readonly string[]).length).toBeGreaterThan(3);
  });

  it('carries its planted bugs', () => {
    const paths = packed.files.map((file) => file.path);
    expect(paths.filter((path) => /^dist\/harness\/zoo\/planted\/.*\.js$/.test(path))).not.toEqual(
      [],
    );
  });
});
