import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostileFasts, hostileWals } from './hostile-binary.ts';
import { hostileSessionStores } from './hostile-session-store-v2.ts';
import type { Hostile } from './hostile.ts';
import { readImage } from './read.ts';
import { realPath, walk } from './walk.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const compiled = join(root, '.tearproof', 'inspect-test');
const cli = join(compiled, 'scripts', 'cli', 'main.js');
const mostKilobytes = 256 * 1024;
const hostiles = [...hostileSessionStores, ...hostileWals, ...hostileFasts];

/**
 * Prints what the process took at most, once it ends: measured from outside, nothing of the product
 * knows of it. `maxRSS` begins with what the parent held when it forked, so Linux's high water mark
 * of this program alone is read instead.
 */
const measure =
  "data:text/javascript,import{readFileSync,writeSync}from'node:fs';process.on('exit',()=>{" +
  "let peak;try{peak=/VmHWM:%5Cs*(%5Cd+)/.exec(readFileSync('/proc/self/status','utf8'))[1]}" +
  "catch{peak=process.resourceUsage().maxRSS}writeSync(2,'maxRSS '+peak+'\\n')})";
const args = (dir: string): string[] => ['--import', measure, cli, 'inspect', '--time', '0', dir];

let dir = '';

function remove(path: string): void {
  execFileSync('chmod', ['-R', 'u+rwX', path], { stdio: 'ignore' });
  // The system's own rm steps down into paths that are too long for a call.
  execFileSync('rm', ['-rf', path]);
}

/**
 * Everything a tree is, but for when it was last read: sizes, modes, times, content of small files.
 */
function stateOf(path: string): readonly string[] {
  return walk(path, { entries: 200_000, depth: 20 }).entries.map((entry) => {
    const stats = lstatSync(realPath(path, entry.path));
    const small = entry.is === 'file' && entry.size > 0 && entry.size <= 1 << 20;
    const hash = small
      ? createHash('sha256').update(readFileSync(realPath(path, entry.path)))
      : null;
    const facts = [stats.ino, stats.mode, stats.size, stats.mtimeMs, stats.ctimeMs, stats.nlink];
    return `${entry.path} ${entry.is} ${entry.detail} ${facts.join(' ')} ${hash?.digest('hex')}`;
  });
}

/** The peak of memory in the last line of what it wrote to its error output. */
function peakOf(errors: string): number {
  return Number(/maxRSS (\d+)/.exec(errors)?.[1] ?? Number.NaN);
}

beforeAll(() => {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const build = ['-p', 'tsconfig.build.json', '--outDir', compiled];
  const made = spawnSync(process.execPath, [tsc, ...build], { cwd: root, encoding: 'utf8' });
  expect(made.error).toBeUndefined();
});
afterAll(() => rmSync(compiled, { recursive: true, force: true }));

describe('inspecting what nobody vouches for', () => {
  it.each(hostiles.filter((h) => h.grows !== true))('$name', (hostile: Hostile) => {
    dir = mkdtempSync(join(tmpdir(), 'tearproof-hostile-'));
    try {
      hostile.make(dir);
      const before = stateOf(dir);
      const ran = spawnSync(process.execPath, args(dir), {
        encoding: 'utf8',
        timeout: 300_000,
        maxBuffer: 8 * 1024 * 1024,
      });
      expect(ran.signal, ran.stderr).toBeNull();
      expect(hostile.exits, ran.stderr + ran.stdout).toContain(ran.status);
      expect(ran.stdout).toContain(hostile.says);
      // oxlint-disable-next-line no-control-regex
      expect(ran.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(ran.stdout.length).toBeLessThan(64 * 1024);
      expect(peakOf(ran.stderr)).toBeLessThan(mostKilobytes);
      expect(stateOf(dir)).toEqual(before);
    } finally {
      remove(dir);
    }
  });

  it('answers while a segment grows', async () => {
    dir = mkdtempSync(join(tmpdir(), 'tearproof-hostile-'));
    try {
      hostiles.find((h) => h.grows === true)?.make(dir);
      const path = join(dir, 'segments/0000000000000002.seg');
      const line = readFileSync(path, 'utf8').split('\n')[0] ?? '';
      const child = spawn(process.execPath, args(dir), { stdio: ['ignore', 'pipe', 'pipe'] });
      const grow = setInterval(() => appendFileSync(path, `${line}\n`.repeat(200)), 1);
      const output: string[] = [];
      child.stdout.on('data', (data: Buffer) => output.push(data.toString()));
      const status = await new Promise((done) => child.on('close', done));
      clearInterval(grow);
      expect([0, 1, 5]).toContain(status);
      expect(output.join('')).toContain('entr');
    } finally {
      remove(dir);
    }
  });

  it('reads a path that is too long up to its limit of depth', () => {
    dir = mkdtempSync(join(tmpdir(), 'tearproof-hostile-'));
    try {
      hostiles.find((h) => h.name.startsWith('directories nested'))?.make(dir);
      const codes = readImage(dir).problems.map((p) => p.code);
      expect(codes.length).toBe(1);
      expect(['too_deep', 'path_too_long']).toContain(codes[0]);
    } finally {
      remove(dir);
    }
  });
});
